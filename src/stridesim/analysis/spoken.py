"""Elasticities in the steps that people say: 1 % grade, 1 deg, 5 steps/min, 10 N/mm.

An elasticity answers for 1 % more of everything, which is fair between parameters but nobody's
step. The derivative is the same; here it is taken over the step that is declared for a parameter
(`runner.changeable`), and over 1 % or its natural step where none is.
"""

from collections.abc import Iterable
from typing import NamedTuple

from stridesim.analysis.elasticity import Elasticity
from stridesim.runner.changeable import kind_of, said_step
from stridesim.units import from_si, to_si


class Spoken(NamedTuple):
    """The change of a result, per cent, for a step in words; `kind` of `runner.changeable`."""

    effect: Elasticity
    change: float
    step: str
    kind: str


def spoken(effect: Elasticity) -> Spoken:
    """An effect over its parameter's declared step."""
    path = effect.parameter.path
    said = said_step(path)
    if said is None:
        return Spoken(effect, effect.change, effect.step.words, kind_of(path))
    moved = from_si(to_si(said.size, said.unit), effect.parameter.unit)
    unit = effect.step.si if not effect.step.relative else 0.0
    own = effect.value / 100 if effect.step.relative else from_si(unit, effect.parameter.unit)
    return Spoken(effect, effect.change * moved / own, f"+{said.words}", kind_of(path))


def all_spoken(effects: Iterable[Elasticity]) -> list[Spoken]:
    """Those that act, the strongest first."""
    found = [spoken(effect) for effect in effects if effect.acts]
    return sorted(found, key=lambda one: -abs(one.change))
