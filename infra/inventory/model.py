"""The content of an inventory: entries by natural key, their racks, and the updates that placed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from petaplan.capacity.errors import PetaplanError, Problem
from petaplan.infra.kinds import NEW_WORDS


class InventoryError(PetaplanError):
    """The inventory can't be read or written, or is somebody else's at the moment."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """Natural key of an entry: project and stack are part of it, so no two stacks can mean the same entry."""

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
class Update:
    """One run of the engine that wrote something."""

    id: int
    project: str
    stack: str
    started_at: str
    program: str


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


class Inventory(Protocol):
    """Where provider and commands keep what stands; every call is whole or has no effect.

    Calls block: the provider makes them on a thread of their own.
    """

    @property
    def where(self) -> str:
        """What messages call it: a path or an address."""

    def begin_update(self, project: str, stack: str, engine: EngineProcess, program: str) -> int:
        """The number of the engine's update of this stack, the same each time one engine asks.

        Raises:
            InventoryError: another engine that is still running updates the same stack.
        """

    def put(
        self,
        update: int,
        key: Key,
        properties: Mapping[str, object],
        withheld: Sequence[str],
        cabinets: Sequence[Cabinet],
        *,
        anew: bool,
    ) -> Entry:
        """The entry, written; ``anew`` makes it the next generation, whether or not it stood before."""

    def get(self, key: Key) -> Entry | None:
        """The entry of a key."""

    def remove(self, key: Key, generation: int) -> bool:
        """Whether an entry of at most this generation stood, and stands no longer."""

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
