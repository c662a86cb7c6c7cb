"""`stridesim sweep plan`: size, ties and cost of a sweep, for people and for programs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fake_sweep import Fake

import stridesim.studies.sweep_model
from stridesim.cli import main

CONFIG = """
name = "cloud"
constraints = ["hip.strength > 0.8"]
[sampling]
method = "sobol"
points = 100
[[axis]]
parameter = "tendon.stiffness_scale"
from = 0.4
to = 3
scale = "log"
[[axis]]
parameter = "hip.strength"
from = 0.6
to = 1.3
[link]
tendon.soleus.strain_at_peak_force = "hip.strength / 10"
[[task]]
name = "flat"
[[task]]
name = "uphill"
set = { task.slope = "5 %" }
"""


@pytest.fixture(autouse=True)
def _config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cloud.toml").write_text(CONFIG)
    _use(monkeypatch, 2.0)


def _use(monkeypatch: pytest.MonkeyPatch, limit: float) -> None:
    fake = Fake(limit)
    monkeypatch.setattr(
        stridesim.studies.sweep_model, "model", lambda _d: lambda points, _case: fake(points)
    )


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sweep", *arguments])


def test_plan_says_what_a_sweep_is_and_takes() -> None:
    result = _invoke("plan", "cloud.toml")
    assert result.exit_code == 0, result.output
    lines = {
        line.partition("  ")[0]: line.partition("  ")[2].strip()
        for line in result.stdout.splitlines()
    }
    assert lines["tendon.stiffness_scale"] == "0.4 to 3, log"
    assert lines["tendon.soleus.strain_at_peak_force"] == "= hip.strength / 10"
    assert lines["constraint"] == "hip.strength > 0.8"
    dropped, whole = (int(w) for w in lines["dropped"].split() if w.isdigit())
    assert whole == 200
    assert 40 < dropped < 80
    assert f"cloud: {202 - dropped} rows, {200 - dropped} of them points" in result.stdout
    assert lines["finished"] == f"0 of {202 - dropped} rows in results/cloud"
    assert " a second" in lines["probe"]
    assert " to compile" in lines["time"]
    assert "64 or 128" in result.stdout
    assert "rows have no result: no flight" in result.stdout
    assert not Path("results").exists()


def test_plan_as_json() -> None:
    plan = json.loads(_invoke("plan", "cloud.toml", "--json").stdout)
    assert plan["rows"] == plan["points"] + 2
    assert plan["sampling"] == "sobol"
    assert plan["axes"][1]["to"] == {"value": 1.3, "unit": "1"}
    assert [case["task"] for case in plan["cases"]] == ["flat", "uphill"]
    assert plan["links"] == {"tendon.soleus.strain_at_peak_force": "hip.strength / 10"}
    assert plan["probe"]["failures"]["no_flight"] > 0
    assert plan["disk"]["value"] > 0
    assert plan["time"]["unit"] == "s"


def test_a_run_resumes_what_the_plan_then_counts_and_its_summary_tells_each_task() -> None:
    result = _invoke("run", "cloud.toml")
    assert result.exit_code == 0, result.output
    assert "runner, task  nominal" in result.stdout
    assert "note: 100 points of a Sobol sequence" in result.stdout
    assert "Of " in result.stdout.splitlines()[-1]
    summary = json.loads(_invoke("run", "cloud.toml", "--json").stdout)
    assert [case["task"] for case in summary["cases"]] == ["flat", "uphill"]
    assert summary["points"] == sum(case["points"] for case in summary["cases"])
    plan = json.loads(_invoke("plan", "cloud.toml", "--json").stdout)
    assert plan["finished"] == plan["rows"]
    assert plan["time"]["value"] == 0
    exported = _invoke("export", "results/cloud", "--output", "cloud.csv")
    assert exported.exit_code == 0
    header, *rows = Path("cloud.csv").read_text().splitlines()
    assert '"task"' in header
    assert [line.split(",")[1] for line in rows].count("1") == 2


def test_a_probe_without_any_result_fails_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, 0.1)
    result = _invoke("plan", "cloud.toml")
    assert result.exit_code == 1
    assert "rows have no result: no flight" in result.stdout
    refused = _invoke("plan", "absent.toml")
    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[-1].endswith("absent.toml: no such file")
