"""The law of ownership: which stack may write which entries, and which updates never ended."""

from collections.abc import Iterable, Sequence

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.keeping import is_running
from petaplan.infra.inventory.model import Holding, InventoryError, Owner, Update

Stack = tuple[str, str]
"""Project and name of a stack."""


def refuse_strangers(
    where: str, stack: Stack, owner: Owner, holdings: Sequence[Holding], updates: Sequence[Update]
) -> None:
    """A stack writes its own entries, those without a token, and those of its own first update that never ended.

    Raises:
        InventoryError: with both stacks, or the number of entries, and the command that decides.
    """
    problem = obstacle(where, stack, owner, holdings, updates)
    if problem is not None:
        raise InventoryError(problem)


def obstacle(
    where: str, stack: Stack, owner: Owner, holdings: Sequence[Holding], updates: Sequence[Update]
) -> Problem | None:
    """Why a stack may not write; None where it may."""
    name = "/".join(stack)
    elsewhere = [one for one in holdings if owner.token and one.token == owner.token and one.full_name != name]
    if elsewhere:
        return _of_another_name(where, name, elsewhere)
    strange = [
        one
        for one in holdings
        if one.full_name == name and one.token not in ("", owner.token) and not _resumable(stack, one, owner, updates)
    ]
    if strange:
        return _of_another_token(where, name, sum(one.entries for one in strange))
    if owner.expects and not holds(stack, holdings) and not explained(stack, owner, updates):
        return _lost(where, name)
    return None


def holds(stack: Stack, holdings: Iterable[Holding]) -> bool:
    """Whether the inventory holds anything of a stack."""
    return any((one.project, one.stack) == stack for one in holdings)


def explained(stack: Stack, owner: Owner, updates: Sequence[Update]) -> bool:
    """Whether an update of this owner that never ended may have removed what the state still has."""
    return any(one.owner.token == owner.token for one in unfinished(updates, stack, owner))


def _resumable(stack: Stack, held: Holding, owner: Owner, updates: Sequence[Update]) -> bool:
    """Whether entries are of updates of this stack that never ended and whose token reached no checkpoint."""
    own = [one for one in updates if one.owner.token == held.token and (one.project, one.stack) == stack]
    return bool(own) and all(
        (has_never_ended(one) or _ended_after(one, owner.checkpoint_at))
        and not one.owner.confirmed
        and one.owner.backend == owner.backend
        for one in own
    )


def _ended_after(update: Update, checkpoint_at: str) -> bool:
    """Whether the goodbye of an update came after the last checkpoint of its stack, which therefore lacks it."""
    return bool(checkpoint_at) and checkpoint_at < update.ended_at


SETTLED = "petaplan inventory prune"
"""The program of an update that changes nothing: it records that the state and the inventory of a stack agree."""


def without_checkpoint(updates: Sequence[Update], stack: Stack, owner: Owner) -> tuple[Update, ...]:
    """The updates of a stack that said goodbye and of which no checkpoint was written: their engine was killed then.

    The engine writes the last checkpoint after the goodbye of its providers. Only a backend of local files tells it.
    """
    own = [one for one in updates if (one.project, one.stack) == stack]
    settled = max((one.id for one in own if one.program == SETTLED), default=0)
    return tuple(
        one
        for one in own
        if one.id > settled
        and one.ended_at
        and owner.checkpoint_at
        and owner.checkpoint_at < one.started_at
        and one.owner.backend == owner.backend != ""
    )


def unfinished(updates: Sequence[Update], stack: Stack, owner: Owner) -> tuple[Update, ...]:
    """The updates of a stack that never ended, those without a checkpoint included."""
    return (*never_ended(updates, stack), *without_checkpoint(updates, stack, owner))


def has_never_ended(update: Update) -> bool:
    """Whether the engine of an update is gone without a goodbye."""
    return not update.ended_at and update.engine is not None and not is_running(update.engine)


def never_ended(updates: Iterable[Update], stack: Stack | None = None) -> tuple[Update, ...]:
    """The updates of a stack, or of all stacks, that never ended."""
    return tuple(one for one in updates if stack in (None, (one.project, one.stack)) and has_never_ended(one))


def notice(update: Update) -> str:
    """What to do about an update that never ended."""
    return (
        f"update #{update.id} of stack {update.project}/{update.stack}, begun {update.begun}, never ended; "
        f"run `pulumi up --refresh`, then `petaplan inventory prune`"
    )


def refuse_lost(where: str, stack: Stack) -> None:
    """The inventory held nothing of a stack whose state has objects.

    Raises:
        InventoryError: always.
    """
    raise InventoryError(_lost(where, "/".join(stack)))


def _of_another_name(where: str, name: str, elsewhere: Sequence[Holding]) -> Problem:
    count, other = sum(one.entries for one in elsewhere), elsewhere[0].full_name
    return Problem(
        where=f"inventory {where}",
        found=f"{entries(count)} of stack {other} under the owner token of stack {name}",
        expected="one stack for an owner token",
        advice=f"nothing was written. After a rename run `petaplan inventory transfer {other} {name}`. "
        f"For a copy run `petaplan inventory transfer {other} {name} --copy`",
    )


def _of_another_token(where: str, name: str, count: int) -> Problem:
    return Problem(
        where=f"inventory {where}",
        found=f"{entries(count)} of stack {name} under another owner token "
        "(another backend, a lost or restored checkpoint, or a stack made anew)",
        expected="entries of this stack",
        advice=f"nothing was written. To take them over, run `petaplan inventory transfer {name} {name}`",
    )


def _lost(where: str, name: str) -> Problem:
    return Problem(
        where=f"inventory {where}",
        found=f"nothing of stack {name}, whose state has objects",
        expected="the inventory that this stack wrote",
        advice="put the file back, or write it anew with `pulumi up --refresh`",
    )


def entries(count: int) -> str:
    """A number of entries, in words."""
    return "1 entry" if count == 1 else f"{count:,} entries"
