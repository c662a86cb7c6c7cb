"""One stride under every metabolic model: prices and their spread."""

import pytest

from stridesim.economy import Evaluation
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL
from stridesim.energetics import METABOLIC_MODELS
from stridesim.results import quantity
from stridesim.studies.models import models_record


def test_all_models_price_one_stride(solved: Evaluation) -> None:
    told = models_record(solved, known=True)
    models, spread = told["metabolic_models"], told["metabolic_spread"]
    assert list(models) == list(METABOLIC_MODELS)
    for name, found in spread.items():
        values = {model: priced[name]["value"] for model, priced in models.items()}
        assert {priced[name]["unit"] for priced in models.values()} == {quantity(name).unit}
        default = float(solved.results[name])
        assert values[DEFAULT_METABOLIC_MODEL] == pytest.approx(default, rel=1e-12)
        low, high = found["lowest"], found["highest"]
        assert low["value"] == values[low["model"]] == min(values.values())
        assert high["value"] == values[high["model"]] == max(values.values())
        distance = 100 * (high["value"] - low["value"]) / default
        assert found["percent_of_default"] == pytest.approx(distance, rel=1e-12)
        assert found["unit"] == quantity(name).unit
    names = {"metabolic_power", "cost_of_transport", "net_cost_of_transport"}
    assert set(spread) == set(models["uchida2016"]) == names


def test_without_a_gait_there_are_no_prices(solved: Evaluation) -> None:
    assert set(models_record(solved, known=False).values()) == {None}
