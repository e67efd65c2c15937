"""The content of an inventory: entries by natural key, their racks, and the updates that placed them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from petaplan.capacity.errors import PetaplanError, Problem
from petaplan.infra.kinds import NEW_WORDS

_FRACTION = re.compile(r"\.[0-9]+")


class InventoryError(PetaplanError):
    """The inventory can't be read or written, or is somebody else's at the moment."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """Natural key of an entry: project and stack are part of it."""

    project: str
    stack: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.project}/{self.stack}/{self.kind}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> "Key | None":
        """The key that an id spells, also one of version 0.1; None when it isn't one.

        >>> str(Key.parse("petaplan/dev/pod/hk-p1-a"))
        'petaplan/dev/pod/hk-p1-a'
        >>> Key.parse("petaplan/dev/storage/bess").kind
        'battery'
        """
        parts = text.split("/")
        if len(parts) != 4 or not all(parts):
            return None
        project, stack, kind, name = parts
        return cls(project=project, stack=stack, kind=NEW_WORDS.get(kind, kind), name=name)


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineProcess:
    """One run of the Pulumi engine, told from every other by its process and its address."""

    address: str
    pid: int
    started: float
    """Seconds since the epoch at which the process began: a number used again is another process."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """Who writes: the owner token of a stack, as its state holds it."""

    token: str
    """Random, drawn once for a stack; empty for a state of an older version."""
    confirmed: bool = False
    """Whether the token came from a checkpoint; a token just drawn has not reached one."""
    backend: str = ""
    """Digest of the address of the backend that keeps the state."""
    expects: bool = False
    """Whether the state has objects that an inventory must hold."""
    checkpoint_at: str = ""
    """When the checkpoint of the stack was written last, in the form of ``Update.started_at``; empty for unknown."""


NOBODY = Owner(token="")
"""A writer without a token."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """One run of the engine that wrote something."""

    id: int
    project: str
    stack: str
    started_at: str
    """ISO 8601 in UTC, finer than a second: a checkpoint of the same second may be older."""
    program: str
    engine: EngineProcess | None = None
    owner: Owner = NOBODY
    ended_at: str = ""
    """Empty while it runs, and for ever where it was killed."""

    @property
    def begun(self) -> str:
        """When it began, to the second, as messages print it."""
        return _FRACTION.sub("", self.started_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """How many entries stand under one name of a stack and one owner token."""

    project: str
    stack: str
    token: str
    entries: int

    @property
    def full_name(self) -> str:
        """Project and stack."""
        return f"{self.project}/{self.stack}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """A resource that created an entry, and the update in which it did."""

    resource: str
    """Type and name, as in its URN."""
    update: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cabinet:
    """One cabinet of a run of racks, and its place."""

    run: str
    number: int
    """From 1, in the order of the slots."""
    model: str
    hall: str | None
    row: int | None
    slot: int | None
    placed_in: int = 0
    """Update in which it was first placed."""
    changed_in: int = 0

    @property
    def name(self) -> str:
        """What is on its label: the run and the number in it."""
        return f"{self.run}-{self.number}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One declared object as it stands."""

    key: Key
    properties: Mapping[str, object]
    """As declared, in Pulumi's spelling; secrets are left out."""
    withheld: tuple[str, ...]
    """Paths of the secrets that were left out, as JSON lists."""
    cabinets: tuple[Cabinet, ...]
    generation: int
    """How often it was created under this key; a delete that means an older generation leaves it alone."""
    placed_in: int
    changed_in: int
    token: str = ""
    """Owner token of the stack; empty for one of an older version."""
    holders: Mapping[int, Holder] = field(default_factory=dict)
    """The resources that mean this entry, by their generation. It goes when the last of them is deleted."""

    @property
    def generations(self) -> frozenset[int]:
        """The generations that still count."""
        return frozenset(self.holders) or frozenset({self.generation})


class Inventory(Protocol):
    """Where provider and commands keep what stands; every call is whole or has no effect.

    Calls block: the provider makes them on a thread of their own.
    """

    @property
    def where(self) -> str:
        """What messages call it: a path or an address."""

    def begin_update(self, project: str, stack: str, engine: EngineProcess, program: str, owner: Owner = NOBODY) -> int:
        """The number of the engine's update of this stack, the same each time one engine asks.

        Entries of the stack that it may take over get its token. Updates of which no checkpoint was written have not
        ended.

        Raises:
            InventoryError: another engine that is still running updates the same stack, or the entries are not its own.
        """

    def end_updates(self, updates: Sequence[int]) -> None:
        """These updates are over: nobody needs to look after them."""

    def holdings(self) -> tuple[Holding, ...]:
        """Every name of a stack and owner token, with the number of entries."""

    def transfer(self, source: tuple[str, str], target: tuple[str, str], token: str, *, copy: bool) -> int:
        """The number of entries of one stack that are now another's, under a token; both may be the same stack.

        A copy leaves the entries of the source as they are, and replaces those of the target.
        """

    def hold(self, key: Key, holders: Mapping[int, Holder]) -> None:
        """The resources that mean an entry from now on, by their generation."""

    def name_owner(self, token: str, owner: str) -> None:
        """A further token of a stack means the owner that it has."""

    def put(
        self,
        update: int,
        key: Key,
        properties: Mapping[str, object],
        withheld: Sequence[str],
        cabinets: Sequence[Cabinet],
        *,
        anew: bool,
        resource: str = "",
    ) -> Entry:
        """The entry, written; ``anew`` makes it the next generation, whether or not it stood before.

        Raises:
            InventoryError: another resource created the same entry in this update.
        """

    def get(self, key: Key) -> Entry | None:
        """The entry of a key."""

    def remove(self, key: Key, generation: int) -> bool:
        """Whether an entry of at most this generation stood, and stands no longer.

        One that another resource means as well goes on standing.
        """

    def list(self, *, stack: str | None = None, kind: str | None = None, hall: str | None = None) -> tuple[Entry, ...]:
        """The entries in order of their keys, all of them unless told otherwise."""

    def updates(self) -> tuple[Update, ...]:
        """Every update that wrote something, first to last."""

    def exists(self) -> bool:
        """Whether an update wrote anything yet."""

    def obstacle(self) -> Problem | None:
        """What would keep an update from writing, as far as looking can tell."""

    def close(self) -> None:
        """Nothing more will be asked."""
