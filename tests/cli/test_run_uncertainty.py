"""`stridesim run --uncertainty`: what it adds to the object, and refusals."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import pytest
from click.testing import CliRunner, Result

from stridesim.cli import main
from stridesim.economy.uncertainty import Interval, Propagated, Source
from stridesim.runner import Runner

FOUND = Propagated(
    {"cost_of_transport": Interval(0.1, 3.7, 4.2), "contact_time": Interval(0.003, 0.22, 0.24)},
    {"leg.loss": Source(0.2, 0.05, 0.11)},
    256,
    {"posture_out_of_reach": 70, "out_of_bounds": 2},
    20,
)


@pytest.fixture(autouse=True)
def _ranks() -> Iterator[None]:
    with jax.numpy_rank_promotion("allow"):
        yield


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws that cost nothing; `tests/economy/test_uncertainty.py` makes real ones."""
    monkeypatch.setattr("stridesim.studies.ensemble.propagate", lambda runner, metabolic: FOUND)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["run", "--uncertainty", *arguments], prog_name="stridesim")


@pytest.mark.usefixtures("drawn")
def test_json_has_intervals_and_where_they_come_from() -> None:
    answer = json.loads(_run("--json").stdout)
    cost = answer["results"]["cost_of_transport"]
    assert cost["unit"] == "J/kg/m"
    assert (cost["sd"], cost["low"], cost["high"]) == (0.1, 3.7, 4.2)
    assert "sd" not in answer["results"]["speed"]
    told = answer["uncertainty"]
    assert told["draws"] == 256
    assert told["seed"] == 20
    assert told["failed"] == {"posture_out_of_reach": 70, "out_of_bounds": 2}
    assert told["parameters"]["leg.loss"] == {
        "value": 0.2, "sd": 0.05, "unit": "s/m", "cost_of_transport_per_sd": 0.11,
    }  # fmt: skip
    assert "metabolic" in told["not_included"]
    assert "draws" in told["method"]


@pytest.mark.usefixtures("drawn")
def test_a_stride_that_fails_has_no_intervals() -> None:
    result = _run("--json", "--set", "leg.soft_tissue_stiffness=30 kN/m")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["uncertainty"] is None


def test_a_runner_without_errors_is_one_line_before_any_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def work(*_: Any) -> None:
        pytest.fail("computed before the input was checked")

    monkeypatch.setattr("stridesim.studies.stride.evaluate", work)
    text = Runner.load().to_toml()
    plain = tmp_path / "plain.toml"
    plain.write_text(text[: text.index("[uncertainty]")])
    assert not Runner.load(plain).uncertainty.paths
    result = _run(str(plain))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "table 'uncertainty'" in result.stderr
    held = [f"--set={path}={value}" for path, value in (
        ("leg.stiffness", "19 kN/m"), ("leg.loss", "0.18"), ("gait.step_frequency", "2.82"),
        ("posture.cop_excursion", "1"), ("leg.impact_mass", "0.02"),
    )]  # fmt: skip
    assert "nothing in runner 'rbds011' has an error" in _run(*held).stderr
