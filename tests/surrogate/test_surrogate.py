"""A surrogate of functions that are known exactly."""

import base64
import json

import numpy as np
import pytest

from stridesim.results import InputError
from stridesim.surrogate.components import principal
from stridesim.surrogate.errors import errors_of
from stridesim.surrogate.fit import (
    Rows,
    Sample,
    Settings,
    fit,
    near_the_border,
)
from stridesim.surrogate.network import Training
from stridesim.surrogate.points import axis, cube_of, even, values_at
from stridesim.surrogate.record import components_record, surrogate_record

AXES = (axis("wide", 0.5, 8.0), axis("narrow", -1.0, 1.0))
PHASE = np.linspace(0.0, 1.0, 40)
LEARN, WELL = Training((24, 24), 1500), Training((24, 24), 4000)


def _model(cube: np.ndarray) -> tuple[Sample, dict[str, np.ndarray]]:
    """Cost, constant and a curve; none where the axes together are too large."""
    wide, narrow = values_at(AXES, cube).values()
    cost = 3.0 + np.log(wide) ** 2 + 0.3 * narrow * np.log(wide)
    status = np.where(np.log(wide) + narrow > 1.8, "too_much", "ok")
    numbers = {"cost": np.where(status == "ok", cost, np.nan), "same": np.full(cost.size, 7.0)}
    angle = 2 * np.pi * PHASE + narrow[:, None]
    return Sample(cube, numbers, status), {
        "force": 1e3 * np.log(wide)[:, None] * np.sin(angle),
        "small": 1e-3 * np.cos(angle),
    }


@pytest.fixture(scope="module")
def made():
    sample, blocks = _model(even(1024, 2, 1))
    ok = sample.status == "ok"
    components, weights = principal({k: v[ok] for k, v in blocks.items()}, 12, 1e-8)
    told: list[int] = []
    settings = Settings("cost", WELL, LEARN, LEARN, LEARN)
    surrogate = fit(AXES, sample, Rows(sample.cube[ok], weights), settings, told.append)
    assert sum(told) == settings.steps
    return surrogate, components


def test_unseen_points_are_told_and_the_error_says_how_well(made) -> None:
    surrogate, components = made
    unseen, blocks = _model(even(512, 2, 2))
    found = errors_of(surrogate, unseen, "cost", 0.005)
    assert found.points == 512
    assert found.with_result == np.count_nonzero(unseen.status == "ok")
    assert found.ninety_nine < 0.01
    assert found.within > 0.97
    assert found.wrong < 0.02
    ok = unseen.status == "ok"
    predicted = surrogate.at(unseen.cube[ok], components)
    np.testing.assert_allclose(predicted.numbers["same"], 7.0)
    for name, block in blocks.items():
        off = predicted.blocks[name] - block[ok]
        assert np.sqrt(np.mean(off**2)) < 0.03 * block.std()


def test_components_give_back_their_rows() -> None:
    _, blocks = _model(even(256, 2, 3))
    components, weights = principal(blocks, 12, 1e-10)
    assert len(components.unit) < 8
    again = components.split(components.rows(weights))
    for name, block in blocks.items():
        np.testing.assert_allclose(again[name], block, atol=2e-4 * np.abs(block).max())


def test_places_and_values_are_inverse_and_ratios_are_even() -> None:
    cube = even(64, 2, 4)
    values = values_at(AXES, cube)
    np.testing.assert_allclose(cube_of(AXES, values), cube, atol=1e-12)
    assert AXES[0].logarithmic
    assert not AXES[1].logarithmic
    assert np.median(values["wide"]) == pytest.approx(2.0, rel=0.1)


def test_the_least_sure_places_lie_at_the_border(made) -> None:
    surrogate, _ = made
    wide, narrow = values_at(
        AXES, near_the_border(surrogate.classifier, even(2048, 2, 5), 100)
    ).values()
    assert np.abs(np.log(wide) + narrow - 1.8).max() < 0.2


def test_the_record_is_json_that_holds_the_weights(made) -> None:
    surrogate, components = made
    kept = json.loads(json.dumps(surrogate_record(surrogate) | components_record(components)))
    first = np.frombuffer(base64.b64decode(kept["classifier"][0]["weights"]), "<f4")
    np.testing.assert_array_equal(first.reshape(2, 24), surrogate.classifier.weights[0])
    basis = np.frombuffer(base64.b64decode(kept["basis"]), "<i2")
    np.testing.assert_array_equal(basis.reshape(components.basis.shape), components.basis)
    assert kept["classes"] == ["ok", "too_much"]


def test_without_a_result_there_is_no_surrogate() -> None:
    sample, _ = _model(even(16, 2, 6))
    none = sample._replace(status=np.full(16, "too_much"))
    settings = Settings("cost", WELL, LEARN, LEARN, LEARN)
    with pytest.raises(ValueError, match="no point"):
        fit(AXES, none, Rows(sample.cube, np.zeros((16, 1))), settings)


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(InputError, match="wide: from 2 to 2"):
        axis("wide", 2.0, 2.0)
