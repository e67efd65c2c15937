"""The rank of this process, from the variables that its launcher sets."""

from collections.abc import Mapping
from dataclasses import dataclass

from petaplan.bench.errors import InputError

# (launcher, rank, number of ranks, rank on this host); the first whose rank is set is used.
_LAUNCHERS: tuple[tuple[str, str, str, str], ...] = (
    ("slurm", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID"),
    ("openmpi", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"),
    ("pmix", "PMIX_RANK", "PMIX_SIZE", "PMIX_LOCAL_RANK"),
    ("pmi", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"),
    ("torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK"),
    ("kubernetes", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", ""),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rank:
    """One worker of a fleet."""

    rank: int = 0
    count: int | None = None
    local_rank: int = 0
    launcher: str = "none"


def rank_in(environment: Mapping[str, str]) -> Rank:
    """The rank that the variables give; rank 0 without a launcher where there are none.

    >>> rank_in({"SLURM_PROCID": "3", "SLURM_NTASKS": "8", "SLURM_LOCALID": "0"})
    Rank(rank=3, count=8, local_rank=0, launcher='slurm')
    """
    for launcher, rank, count, local in _LAUNCHERS:
        if rank in environment:
            return Rank(
                rank=_number(environment, rank) or 0,
                count=_number(environment, count),
                local_rank=_number(environment, local) or 0,
                launcher=launcher,
            )
    return Rank()


def _number(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(name)
    if text is None:
        return None
    if not text.isdigit():
        raise InputError(f"{name}={text!r}: expected a whole number from the launcher")
    return int(text)
