"""`stridesim sensitivity`: files, tables, figures and refusals, with the model faked."""

import csv
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from fake_sweep import STIFFNESS, STRENGTH, Fake

import stridesim.studies.sweep_model
from stridesim.analysis import elasticities
from stridesim.cli import main
from stridesim.economy import Evaluation
from stridesim.parameter import get_value
from stridesim.results import Status
from stridesim.runner import PARAMETERS, Runner

CONFIG = """
name = "plane"
outputs = ["cost_of_transport", "tendon_energy_returned"]
[[axis]]
parameter = "tendon.stiffness_scale"
from = 0.4
to = 1.6
points = 3
scale = "log"
[[axis]]
parameter = "hip.strength"
from = 0.5
to = 1.3
points = 3
[[axis]]
parameter = "leg.stiffness"
from = "15 kN/m"
to = "20 kN/m"
points = 3
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("plane.toml").write_text(CONFIG)
    _use(monkeypatch, Fake())
    return Path("plane.toml")


def _use(monkeypatch: pytest.MonkeyPatch, fake: Any) -> None:
    monkeypatch.setattr(stridesim.studies.sweep_model, "model", lambda _design: fake)


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sensitivity", *arguments])


def test_sobol_tells_who_is_to_blame(config: Path) -> None:
    """Tendon energy is 30 / scale in the fake, whatever else; nothing follows leg stiffness."""
    done = _invoke("plane.toml", "--method", "sobol", "--samples", "256", "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["points"] == 256 * 5
    energy = answer["outputs"]["tendon_energy_returned"]
    assert energy["parameters"][STIFFNESS]["total"] == pytest.approx(1.0, abs=0.03)
    assert energy["parameters"][STRENGTH]["total"] == 0
    cost = answer["outputs"]["cost_of_transport"]
    assert cost["kept"] == 256
    assert cost["parameters"]["leg.stiffness"]["total"] == 0
    both = [cost["parameters"][path] for path in (STIFFNESS, STRENGTH)]
    assert sum(entry["first"] for entry in both) == pytest.approx(1.0, abs=0.05), "additive"
    assert all(entry["first_low"] <= entry["first"] <= entry["first_high"] for entry in both)
    assert answer["provenance"]["float64"] is True


def test_sobol_leaves_a_sweep_that_is_resumed(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["plane.toml", "--method", "sobol", "--samples", "256"]
    _use(monkeypatch, Fake(interrupt_at=1))
    stopped = _invoke(*command)
    assert stopped.exit_code == 130
    assert "512 of 1281 rows finished; run the same command again" in stopped.stderr
    rest = Fake()
    _use(monkeypatch, rest)
    assert _invoke(*command).exit_code == 0
    assert sum(rest.calls) == 1281 - 512
    _use(monkeypatch, Fake(interrupt_at=0))
    assert _invoke(*command).exit_code == 0, "nothing is left to compute"
    other = _invoke(*command, "--seed", "2")
    assert other.exit_code == 1
    assert "holds another sweep" in other.stderr


def test_tables_figures_and_csv(config: Path) -> None:
    for method, picture in (("sobol", "a.svg"), ("morris", "b.png")):
        options = ["--method", method, "--samples", "16", "--plot", picture, "--csv", "t.csv"]
        done = _invoke("plane.toml", *options)
        assert done.exit_code == 0, done.output
        assert Path(picture).stat().st_size > 1000
        with Path("t.csv").open() as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 2 * 3
        assert {row["output"] for row in rows} == {"cost_of_transport", "tendon_energy_returned"}
        assert "cost of transport: " in done.stdout
    assert "16 trajectories of 4 points, seed 1" in done.stdout
    text = Path("a.svg").read_text()
    assert "What is the variance made of?" in text
    assert "total index by result" not in text, "bars say it once"
    assert "with interactions (total)" in text


def test_morris_ranks_and_counts(config: Path) -> None:
    answer = json.loads(_invoke("plane.toml", "--method", "morris", "--json").stdout)
    entries = answer["outputs"]["tendon_energy_returned"]["parameters"]
    assert entries[STRENGTH]["mu_star"] == 0
    assert entries[STIFFNESS]["mu"] < 0
    assert entries[STIFFNESS]["moves"] == 20


def test_failures_are_counted_and_too_many_refused(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the fake, scales above the limit fail: first in few rows, then in most."""
    command = ["plane.toml", "--method", "sobol", "--samples", "64"]
    _use(monkeypatch, Fake(1.55))
    few = _invoke(*command, "--json")
    assert few.exit_code == 0, few.output
    answer = json.loads(few.stdout)
    assert 0 < answer["failures"]["no_flight"] < 40
    assert 51 <= answer["outputs"]["cost_of_transport"]["kept"] < 64
    assert "no flight" in few.stderr
    _use(monkeypatch, Fake(0.8))
    many = _invoke(*command, "--folder", "other")
    assert many.exit_code == 1
    assert "narrow the ranges of the axes" in many.stderr.splitlines()[-1]
    assert "without result: " in many.stderr


@pytest.mark.parametrize(("method", "samples"), [("sobol", (4, 8)), ("morris", (5, 6))])
def test_more_samples_have_a_folder_of_their_own(
    config: Path, monkeypatch: pytest.MonkeyPatch, method: str, samples: tuple[int, int]
) -> None:
    _use(monkeypatch, Fake(3.0))
    for count in samples:
        done = _invoke("plane.toml", "--method", method, "--samples", str(count))
        assert done.exit_code == 0, done.output
        assert Path(f"results/plane-{method}-{count}/manifest.json").is_file()


def _power_law(runner: Runner, metabolic: str, outputs: Any, free: Any, begin: Any) -> Any:
    """y = 3.5 (leg stiffness)^-0.2 (1 + 0.01 lean / deg), each 1 at this runner."""
    resolved = runner.at_speed()
    values = {path: float(get_value(resolved, path)) for path in PARAMETERS}
    slopes = dict.fromkeys(PARAMETERS, 0.0)
    slopes["leg.stiffness"] = -0.2 * 3.5 / values["leg.stiffness"]
    slopes["posture.trunk_lean"] = 0.01 * 3.5 * 180 / math.pi
    results = dict.fromkeys(outputs, 3.5)
    stride: Any = None
    found = {name: elasticities(name, 3.5, slopes, values, PARAMETERS) for name in outputs}
    return Evaluation(resolved, stride, results, Status.ok), found


def test_elasticities_of_a_power_law(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stridesim.studies.sensitivity.local", _power_law)
    done = _invoke("plane.toml", "--plot", "t.svg", "--csv", "t.csv")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[2].split()[:5] == ["posture.trunk_lean", "7.2", "deg", "+1", "+1"]
    assert lines[3].split()[0] == "leg.stiffness"
    assert (
        "no effect on this stride of a small change (a floor that nothing touches, say, may still "
        "act if it is moved further): body.mass" in done.stdout
    )
    assert "Cost of transport (3.50 J/kg/m) moves most with trunk lean (+1 % for +1 deg)" in (
        done.stdout
    )
    assert "note: the gait is held: leg stiffness, leg loss and step frequency stay" in done.stdout
    drawn = Path("t.svg").read_text()
    assert "Which parameters matter?" in drawn
    assert "trunk lean, +1 deg" in drawn
    assert "leg stiffness, +1 kN/m" in drawn
    with Path("t.csv").open() as file:
        rows = {row["parameter"]: row for row in csv.DictReader(file)}
    assert len(rows) == len(PARAMETERS)
    assert float(rows["leg.stiffness"]["change_percent"]) == pytest.approx(-0.2)
    answer = json.loads(_invoke("--json", "--output", "metabolic_power").stdout)
    entry = answer["outputs"]["metabolic_power"]["parameters"]["posture.trunk_lean"]
    assert (entry["kind"], entry["step"], entry["step_unit"]) == ("step", 1.0, "deg")
    assert entry["derivative"] == pytest.approx(0.035)
    assert entry["derivative_unit"] == "W/kg per deg"


class _Broken(Fake):
    def __call__(self, points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        raise AssertionError("nothing is to be computed")


_ONE = CONFIG.partition('[[axis]]\nparameter = "hip')[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.toml"], "absent.toml: no such file"),
        (["plane.toml", "--output", "cost"], "unknown result 'cost'"),
        (["plane.toml", "--plot", "a.gif"], "figures are written as"),
        (["plane.toml", "--csv", "no/t.csv"], "no/t.csv: no such folder"),
        (["plane.toml", "--method", "morris", "--top", "5"], "top: only with --method elasticit"),
        (["free.toml"], "free: only with gait.strategy = 'optimal'"),
        (["plane.toml", "--samples", "8"], "samples: only with --method sobol or morris"),
        (["--method", "morris"], "morris: needs a sweep file"),
        (["plane.toml", "--method", "sobol", "--samples", "100"], "power of 2 for sobol (64 or"),
        (["one.toml", "--method", "sobol"], "sobol: needs two axes or more, 1 is declared"),
        (["held.toml", "--method", "morris"], "morris: needs axes that vary independently"),
        (["tasks.toml", "--method", "sobol"], "sobol: of one runner and task, 2 are declared"),
        (["plane.toml", "--metabolic", "nobody1999"], "metabolic = 'nobody1999': expected one of"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_1(
    config: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    _use(monkeypatch, _Broken())
    Path("one.toml").write_text(_ONE)
    Path("free.toml").write_text('free = ["gait.step_width"]\n' + CONFIG)
    Path("held.toml").write_text('constraints = ["hip.strength > 0.6"]\n' + CONFIG)
    tasks = "".join(f'[[task]]\nname = "{name}"\n' for name in ("a", "b"))
    Path("tasks.toml").write_text(CONFIG + tasks)
    result = _invoke(*arguments)
    assert result.exit_code == 1, result.output
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
