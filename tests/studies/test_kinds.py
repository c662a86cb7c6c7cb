"""Kinds of studies: found by name, read from a file, made smaller, computed."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stridesim.results import InputError
from stridesim.studies.answer import Table
from stridesim.studies.kinds import ensemble, perturbation, study_kind, study_kinds

SWEEP = {
    "name": "x",
    "axis": [{"parameter": "tendon.stiffness_scale", "from": 0.5, "to": 2, "points": 31}],
}


def test_every_module_is_a_kind() -> None:
    assert {"sweep", "ensemble", "perturbation"} <= set(study_kinds())
    assert "study" not in study_kinds()
    for name in study_kinds():
        assert study_kind(name).__module__.endswith(name)
    with pytest.raises(InputError, match=r"study\.kind = 'study': expected one of"):
        study_kind("study")


def test_a_small_sweep_keeps_the_ends() -> None:
    whole = study_kind("sweep").declared(SWEEP, Path("x.toml"))
    small: Any = whole.smaller(3)
    assert (whole.rows, small.rows) == (32, 4)
    assert small.design.axes[0].values == pytest.approx((0.5, 1.25, 2.0))
    listed = {**SWEEP, "axis": [{"parameter": "task.speed", "values": [2.5, 3, 3.5, 4, 4.5]}]}
    small = study_kind("sweep").declared(listed, Path("x.toml")).smaller(3)
    assert small.design.axes[0].values == (2.5, 3.5, 4.5)


def test_a_small_scattered_sweep_has_few_points() -> None:
    axis = {"parameter": "tendon.stiffness_scale", "from": 0.5, "to": 2}
    tables = {"name": "x", "axis": [axis], "sampling": {"method": "sobol", "points": 1024}}
    whole = study_kind("sweep").declared(tables, Path("x.toml"))
    assert whole.smaller(3).rows == 9


def answer(**more: Any) -> Any:
    return SimpleNamespace(
        status="ok",
        reason="",
        ok=True,
        notes=("a note",),
        record=lambda: {"x": 1 / 3},
        table=lambda: Table(("a",), [(1,)]),
        **more,
    )


def test_a_disturbed_run_is_a_study(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def perturb(runner: Any, **how: Any) -> Any:
        asked.update(how, speed=float(runner.task.speed))
        return answer()

    monkeypatch.setattr(perturbation, "perturb", perturb)
    tables = {"name": "x", "set": {"task": {"speed": "3 m/s"}}, "perturbation": {"steps": 20}}
    found = study_kind("perturbation").declared(tables, Path("x.toml")).compute()
    assert asked == {"steps": 20, "speed": 3.0}
    assert found.numbers == {"x": 0.3333333}
    assert found.notes == ("a note",)
    assert "at 3 m/s" in found.conditions


def test_an_ensemble_is_a_study(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ensemble, "uncertainty", lambda runner, metabolic: answer(draws=256))
    found = study_kind("ensemble").declared({"name": "x"}, Path("x.toml")).compute()
    assert found.conditions.endswith("n = 1 runner, 256 draws")


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"name": "x", "axis": []}, "unknown key 'axis' .permitted: name, title"),
        ({"name": "x", "set": {"task": {"speed": "9 s"}}}, "x.toml: set: task.speed"),
    ],
)
def test_what_a_study_does_not_have_is_refused(tables: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        study_kind("ensemble").declared(tables, Path("x.toml"))
