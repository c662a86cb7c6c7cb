"""The ensemble before and after, on strides that are known."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim import shipped
from stridesim.economy.uncertainty import OUT_OF_BOUNDS
from stridesim.results import QUANTITIES
from stridesim.runner import Runner
from stridesim.training import effect as module
from stridesim.training.effect import Effect, effect_of
from stridesim.training.programme import Change, Programme, read_programme

MODEL = "bhargava2004_aerobic"
HIP, TENDON = "hip.strength", "tendon.soleus.strain_at_peak_force"


def _costs(_runner: Any, points: Mapping[str, np.ndarray], *, metabolic: str = "") -> Any:
    """Cost falls as the product of the hip's strength and the strain of the tendon."""
    hip, strain = points.get(HIP, 1.0), points.get(TENDON, 1.0)
    cost = 5.0 / (np.asarray(hip) * np.asarray(strain)) ** 0.5
    count = len(next(iter(points.values())))
    found = {name: np.ones(count) for name in QUANTITIES}
    return found | {"cost_of_transport": cost * np.ones(count), "status": np.full(count, "ok")}


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", _costs)


def _programme(*changes: Change) -> Programme:
    return Programme("made", "Made", 10.0, changes, (), "made.toml")


def _change(path: str, mean: float, sd: float = 0.0, transfer: Any = (1.0, 1.0)) -> Change:
    return Change((path,), True, mean, sd, transfer, "", 10.0, np.inf, "nobody")


def _percent_where_solved(found: Effect) -> np.ndarray:
    """Of the draws within bounds, which all but a few are; the others have no number."""
    within = found.status != OUT_OF_BOUNDS
    assert within.mean() > 0.9
    percent = found.percent("cost_of_transport")
    assert np.isnan(percent[~within]).all()
    return percent[within]


def test_no_weeks_change_nothing() -> None:
    for name in shipped.programme_names():
        programme = read_programme(shipped.programme_file(name))
        found = effect_of(Runner.load(), programme, 0.0, MODEL)
        good = found.status == "ok"
        assert good.mean() > 0.9
        for result in ("cost_of_transport", "contact_time"):
            assert np.array_equal(found.before[result][good], found.after[result][good])
        assert not any(found.alone)


def test_a_sure_change_has_its_exact_effect_in_every_draw() -> None:
    found = effect_of(Runner.load(), _programme(_change(HIP, 0.1)), 10.0, MODEL)
    exact = 100 * (1.1**-0.5 - 1)
    assert_allclose(_percent_where_solved(found), exact, rtol=1e-9)
    assert found.alone[0] == pytest.approx(exact)
    half = effect_of(Runner.load(), _programme(_change(HIP, 0.1)), 5.0, MODEL)
    assert_allclose(_percent_where_solved(half), 100 * (1.05**-0.5 - 1), rtol=1e-9)


def test_size_and_transfer_are_drawn_as_declared() -> None:
    """Of small changes the effect is -1/2 of them: its mean and SD follow."""
    made = _programme(_change(HIP, 0.02, 0.005, (0.2, 0.6)))
    found = effect_of(Runner.load(), made, 10.0, MODEL, draws_log2=10)
    percent = found.percent("cost_of_transport")
    mean, width = 0.4, 0.4 / 12**0.5
    sd = ((0.02 * width) ** 2 + (0.005 * mean) ** 2 + (0.005 * width) ** 2) ** 0.5
    assert np.isfinite(percent).mean() > 0.9
    assert np.nanmean(percent) == pytest.approx(-50 * 0.02 * mean, rel=0.02)
    assert np.nanstd(percent) == pytest.approx(50 * sd, rel=0.03)
    again = effect_of(Runner.load(), made, 10.0, MODEL, draws_log2=10)
    assert np.array_equal(percent, again.percent("cost_of_transport"), equal_nan=True)


def test_changes_add_up_and_each_is_told_alone() -> None:
    made = _programme(_change(HIP, 0.1), _change(TENDON, -0.2))
    found = effect_of(Runner.load(), made, 10.0, MODEL)
    assert_allclose(_percent_where_solved(found), 100 * ((1.1 * 0.8) ** -0.5 - 1), rtol=1e-9)
    assert found.alone == pytest.approx((100 * (1.1**-0.5 - 1), 100 * (0.8**-0.5 - 1)))


def test_a_draw_out_of_bounds_is_counted_and_not_solved() -> None:
    found = effect_of(Runner.load(), _programme(_change(TENDON, 1.5, 4.0)), 10.0, MODEL)
    out = found.status == OUT_OF_BOUNDS
    assert 0 < out.sum() < len(out)
    assert np.isnan(found.after["cost_of_transport"][out]).all()
    assert np.isfinite(found.percent("cost_of_transport")[~out]).all()


def test_errors_of_the_runner_are_drawn_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both strides of a draw are of one runner within the errors of what was fitted."""
    seen: dict[str, np.ndarray] = {}

    def watched(runner: Any, points: Mapping[str, np.ndarray], *, metabolic: str = "") -> Any:
        seen.update(points)
        return _costs(runner, points)

    monkeypatch.setattr(module, "results_at", watched)
    fitted = Runner.load()
    paths, covariance = fitted.uncertainty_at_speed()
    found = effect_of(fitted, _programme(_change(HIP, 0.1)), 10.0, MODEL, draws_log2=8)
    count = int((found.status != OUT_OF_BOUNDS).sum())
    for path, variance in zip(paths, np.diag(covariance), strict=True):
        before, after = seen[path][:count], seen[path][count : 2 * count]
        assert np.array_equal(before, after)
        assert before.std() == pytest.approx(variance**0.5, rel=0.2)
