"""Work that a phase must carry: training runs, inference services and a reserve for research."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import Gt, Le

from petaplan.capacity.hardware import Model, StatedPrecision
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Noun
from petaplan.capacity.units import TINY, Count, Fraction, Text, Unit

Parameters = Annotated[float, Unit("parameters"), Gt(TINY), Le(1e15)]
Tokens = Annotated[float, Unit("tokens"), Gt(TINY), Le(1e18)]
Utilisation = Annotated[float, Unit("fraction"), Gt(TINY), Le(1)]
"""Model FLOP/s over the dense peak."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingRun(Noun):
    """One training run of 6 x active parameters x tokens floating-point operations."""

    name: Name
    """Its name in the phase."""
    active_parameters: Parameters
    """Parameters that one token uses; of a mixture of experts fewer than it has."""
    tokens: Tokens
    """Tokens that it is trained on."""
    model: Model
    """Accelerator of the catalogue."""
    accelerators_in_step: Count
    """Accelerators that work on it together."""
    precision: StatedPrecision
    """Precision of its matrix products, and of the peak that MFU is a share of."""
    mfu_fraction: Utilisation
    """Model FLOP/s over the dense peak at that precision."""
    mfu_source: Text
    """Source of the MFU."""
    starts: date
    """First day of the run."""
    done_by: date
    """Day on which it must be done."""
    source: Text
    """Who asks for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InferenceService(Noun):
    """A service that answers so many tokens each second, from a day on."""

    name: Name
    """Its name in the phase."""
    active_parameters: Parameters
    """Parameters that one token uses; a token takes 2 x so many operations."""
    tokens_per_s: Annotated[float, Unit("tokens/s"), Gt(TINY), Le(1e15)]
    """Tokens that it reads and writes each second at its peak."""
    memory_gb: Annotated[float, Unit("GB"), Gt(TINY), Le(1e9)]
    """Memory of all its copies: weights, caches and work space, GB."""
    model: Model
    """Accelerator of the catalogue."""
    precision: StatedPrecision
    """Precision of its matrix products."""
    utilisation_fraction: Utilisation
    """Model FLOP/s over the dense peak at that precision."""
    utilisation_source: Text
    """Source of the utilisation."""
    starts: date
    """First day of the service."""
    ends: date | None = None
    """First day on which it is gone."""
    source: Text
    """Who asks for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResearchReserve(Noun):
    """Accelerators of one model that are kept for research, from the day of the phase on."""

    model: Model
    """Accelerator of the catalogue."""
    reserved_fraction: Fraction
    """Share of those in service."""
    source: Text
    """Who asks for it."""
