"""`stridesim sweep`: from a file to a table, a figure and a sentence, with the model faked."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fake_sweep import Fake

import stridesim.experiments
from stridesim.cli import main

CONFIG = """
name = "line"
outputs = ["tendon_energy_returned", "cost_of_transport"]
[[axis]]
parameter = "tendon.stiffness_scale"
values = [0.4, 0.8, 1.6, 3]
[figure]
quantity = "cost_of_transport"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "line.toml").write_text(CONFIG)
    _use(monkeypatch, Fake(2.0))
    return tmp_path / "line.toml"


def _use(monkeypatch: pytest.MonkeyPatch, fake: Fake) -> None:
    monkeypatch.setattr(stridesim.experiments, "model", lambda _design: fake)


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sweep", *arguments])


def test_run_leaves_table_config_and_figure_and_says_the_answer(config: Path) -> None:
    result = _invoke("run", str(config))
    assert result.exit_code == 0, result.output
    folder = Path("results/line")
    assert {p.name for p in folder.iterdir()} == {
        "manifest.json",
        "part-000000000-000000005.parquet",
        "sweep.toml",
        "sweep.png",
    }
    assert "J/kg/m, at tendon stiffness scale 0.8; that is 0.5 % below" in result.stdout
    assert "line: 4 points" in result.stdout
    assert "without result: 1 no flight" in result.stdout


def test_json_has_optimum_nominal_and_provenance(config: Path) -> None:
    result = _invoke("run", str(config), "--json", "--output", "out", "--plot", "fig.svg")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["points"] == 4
    assert answer["failures"] == {"no_flight": 1}
    best = answer["optimum"]
    assert best["parameters"] == {"tendon.stiffness_scale": {"value": 0.8, "unit": "1"}}
    assert best["results"]["cost_of_transport"]["unit"] == "J/kg/m"
    assert answer["nominal"]["status"] == "ok"
    assert answer["provenance"]["float64"] is True
    assert Path("fig.svg").exists()


def test_all_failed_is_exit_code_1_with_the_reasons(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(monkeypatch, Fake(0.1))
    result = _invoke("run", str(config))
    assert result.exit_code == 1
    assert "No point has a result: no flight 4." in result.stdout


def test_interrupt_is_130_and_says_how_to_go_on(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(monkeypatch, Fake(interrupt_at=0))
    result = _invoke("run", str(config))
    assert result.exit_code == 130
    assert "interrupted with 0 of 5 rows finished; run the same command again" in result.stderr
    status = _invoke("status", "results/line", "--json")
    assert json.loads(status.stdout)["finished"] == 0
    _use(monkeypatch, Fake())
    assert _invoke("run", str(config)).exit_code == 0


def test_changed_setting_is_refused_until_fresh(config: Path) -> None:
    assert _invoke("run", str(config)).exit_code == 0
    changed = ["run", str(config), "--set", "task.speed=14 km/h"]
    refused = _invoke(*changed)
    assert refused.exit_code == 1
    assert "holds another sweep (runner.task.speed (SI): 3.33" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert _invoke(*changed, "--fresh").exit_code == 0


def test_status_counts_reasons(config: Path) -> None:
    _invoke("run", str(config))
    result = _invoke("status", "results/line")
    assert "5 of 5 rows are finished" in result.stdout
    assert ["no", "flight", "1"] in [line.split() for line in result.stdout.splitlines()]


def test_export(config: Path) -> None:
    _invoke("run", str(config))
    result = _invoke("export", "results/line", "--to", "csv", "--output", "line.csv")
    assert result.exit_code == 0
    header = Path("line.csv").read_text().splitlines()[0]
    assert '"cost_of_transport [J/kg/m]"' in header


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "absent.toml"], "absent.toml: no such file"),
        (["run", "line.toml", "--set", "task.sped=3"], "did you mean 'task.speed'?"),
        (["run", "line.toml", "--set", "task.speed=3 kg"], "task.speed = '3 kg': kg is a"),
        (["run", "line.toml", "--plot", "a.gif"], "figures are written as"),
        (["status", "."], "not a sweep"),
        (["export", "."], "not a sweep"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_1(
    config: Path, arguments: list[str], said: str
) -> None:
    result = _invoke(*arguments)
    assert result.exit_code == 1
    assert said in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["nobody1999", "all"])
def test_unknown_metabolic_model_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A sweep is of one model; `all` is for one stride."""
    monkeypatch.chdir(tmp_path)
    Path("line.toml").write_text(CONFIG)
    result = _invoke("run", "line.toml", "--metabolic", name)
    assert result.exit_code == 1
    assert f"metabolic = {name!r}: expected one of margaria1968, " in result.stderr
    assert len(result.stderr.splitlines()) == 1
