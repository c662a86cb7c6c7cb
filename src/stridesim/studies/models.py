"""How much of an answer is the metabolic model's: one stride under every one of them."""

from collections.abc import Mapping
from typing import Any, Final

from stridesim.economy import Evaluation, every_price
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL
from stridesim.results import quantity

COMPARED: Final = ("metabolic_power", "cost_of_transport", "net_cost_of_transport")


def models_of(evaluation: Evaluation) -> dict[str, dict[str, float]]:
    """Model -> the compared quantities, in their units."""
    return {
        model: {name: float(results[name]) for name in COMPARED}
        for model, results in every_price(evaluation).items()
    }


def spread_of(models: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, Any]]:
    """Quantity -> the cheapest and the dearest model, and their distance in % of the default's."""
    spread: dict[str, dict[str, Any]] = {}
    for name in COMPARED:
        values = {model: found[name] for model, found in models.items()}
        low, high = (choose(values, key=values.__getitem__) for choose in (min, max))
        distance = values[high] - values[low]
        spread[name] = {
            "lowest": {"model": low, "value": values[low]},
            "highest": {"model": high, "value": values[high]},
            "unit": quantity(name).unit,
            "percent_of_default": 100 * distance / values[DEFAULT_METABOLIC_MODEL],
        }
    return spread


def models_record(evaluation: Evaluation, *, known: bool) -> dict[str, Any]:
    """What `--metabolic all` adds to the object of `--json`; null unless there is a gait."""
    if not known:
        return {"metabolic_models": None, "metabolic_spread": None}
    models = models_of(evaluation)
    written = {
        model: {name: {"value": v, "unit": quantity(name).unit} for name, v in found.items()}
        for model, found in models.items()
    }
    return {"metabolic_models": written, "metabolic_spread": spread_of(models)}
