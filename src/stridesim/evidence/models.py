"""Errors of changes under every metabolic model: each stride is solved once and priced by all.

Muscle forces do not depend on the metabolic model, so its part in an error shows alone.
"""

from collections.abc import Callable, Mapping

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy import every_price
from stridesim.energetics import METABOLIC_MODELS
from stridesim.evidence.changes import Change, changes, is_cost
from stridesim.evidence.laboratory import Laboratory, NoResultError, Point, Settings
from stridesim.evidence.literature import literature
from stridesim.evidence.predictions import PREDICTIONS
from stridesim.results import Status
from stridesim.runner import Runner


class _Priced(Laboratory):
    """The strides of another laboratory, priced by the model `metabolic`; `prices` are kept."""

    def __init__(self, strides: Laboratory, metabolic: str, prices: dict) -> None:
        super().__init__(strides.runner, metabolic)
        self.planning = False
        self._of, self._prices = strides, prices

    def at(self, speed: float, settings: Settings | None = None) -> Point:
        key = self._key(speed, settings)
        found = self._of.stride(speed, settings)
        if key not in self._prices:
            prices = every_price(found)
            self._prices[key] = {m: {n: float(v) for n, v in p.items()} for m, p in prices.items()}
        return Point(self._prices[key][self.metabolic], Status.ok.name)


def changes_by_model(
    runner: Runner, begin: Callable[[], None] = lambda: None
) -> Mapping[str, tuple[Change, ...]]:
    """Metabolic model -> the changes of cost of the record; `begin` is called before the work."""
    begin()
    strides = Laboratory(runner, DEFAULT_METABOLIC_MODEL)
    strides.planning = False
    prices: dict = {}
    energies = {row.id for row in literature() if is_cost(row) and row.id in PREDICTIONS}

    def predicted(model: str) -> Callable[[str], float | None]:
        lab = _Priced(strides, model, prices)

        def of(row: str) -> float | None:
            try:
                return PREDICTIONS[row](lab) if row in energies else None
            except NoResultError:
                return None

        return of

    return {
        model: tuple(change for change in changes(predicted(model)) if change.is_cost)
        for model in METABOLIC_MODELS
    }
