"""Identity of a resource: the parts of its URN, and its key in the inventory."""

from dataclasses import dataclass

from petaplan.infra.inventory.model import Key
from petaplan.infra.kinds import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Urn:
    """``urn:pulumi:dev::petaplan::parent$petaplan:index:Pod::hk-p1-a``, taken apart."""

    project: str
    stack: str
    token: str
    name: str

    @property
    def resource(self) -> str:
        """Type and name, for messages: ``petaplan:index:Pod::hk-p1-a``."""
        return f"{self.token}::{self.name}"

    @classmethod
    def parse(cls, text: str) -> "Urn":
        """The parts of a URN; the type is the resource's own, without those of its parents."""
        head, project, types, name = text.split("::", 3)
        return cls(project=project, stack=head.removeprefix("urn:pulumi:"), token=types.rsplit("$", 1)[-1], name=name)


def key_of(urn: Urn, kind: Kind, name: object) -> Key:
    """The natural key of a resource whose ``name`` property is given, or left to the resource's own name."""
    return Key(project=urn.project, stack=urn.stack, kind=kind.word, name=name if isinstance(name, str) else urn.name)
