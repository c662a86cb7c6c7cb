"""`stridesim sweep`: from a file to a table, a figure and a sentence, with the model faked."""

import functools
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fake_sweep import Fake, place_of

import stridesim.plots.sweep
import stridesim.studies.sweep_model
import stridesim.sweeps
from stridesim.cli import main
from stridesim.results import InputError

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
    monkeypatch.setattr(stridesim.studies.sweep_model, "model", lambda _design: fake)


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
    follows = "strategy measured: leg stiffness, leg loss and step frequency follow the speed"
    assert follows in result.stdout.splitlines()


def test_habits_that_an_axis_replaces_or_leaves_behind_are_said(config: Path) -> None:
    axes = '[[axis]]\nparameter = "leg.loss"\nvalues = [0.1]\n'
    axes += '[[axis]]\nparameter = "task.speed"\nvalues = [3, 5.5]\n'
    text = CONFIG.partition("[[axis]]")[0] + axes
    Path("speed.toml").write_text(text.replace('"line"', '"speed"'))
    result = _invoke("run", "speed.toml")
    assert "strategy measured: leg stiffness and step frequency follow the speed" in result.stdout
    assert "note: extrapolated to 5.5 m/s: leg stiffness and step frequency (" in result.stdout
    answer = json.loads(_invoke("run", "speed.toml", "--json").stdout)
    assert answer["strategy"] == "measured"
    assert answer["follows_speed"]["parameters"] == ["leg.stiffness", "gait.step_frequency"]
    assert answer["follows_speed"]["extrapolated"]
    assert len(answer["notes"]) == 1


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
    assert "5 of 5 rows are finished (of the 5, 1 without any change" in result.stdout
    assert ["no", "flight", "1"] in [line.split() for line in result.stdout.splitlines()]


def test_export(config: Path) -> None:
    _invoke("run", str(config))
    result = _invoke("export", "results/line", "--to", "csv", "--output", "line.csv")
    assert result.exit_code == 0
    header = Path("line.csv").read_text().splitlines()[0]
    assert '"cost_of_transport [J/kg/m]"' in header


def test_export_of_an_interrupted_sweep(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = functools.partial(stridesim.sweeps.run_sweep, chunk_size=2)
    monkeypatch.setattr("stridesim.studies.sweep.run_sweep", small)
    _use(monkeypatch, Fake(interrupt_at=1))
    assert _invoke("run", str(config)).exit_code == 130
    refused = _invoke("export", "results/line")
    assert refused.exit_code == 1
    assert "--partial" in refused.stderr
    result = _invoke("export", "results/line", "--partial")
    assert result.exit_code == 0
    assert result.stderr == "results/line.csv: 2 of 5 rows\n"
    assert len(Path("results/line.csv").read_text().splitlines()) == 3


_SLOW = """
import time
import stridesim.studies.sweep_model
from fake_sweep import Fake, place_of
from stridesim.cli import main
from stridesim.results import InputError

def endless(points):
    print("computing", flush=True)
    time.sleep(60)

stridesim.studies.sweep_model.model = lambda design: endless
main(["sweep", "run", "line.toml"])
"""


def test_ctrl_c_twice_ends_the_process_at_once(config: Path) -> None:
    """In a process of its own, because it ends without waiting for anything."""
    tests = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join([tests, *sys.path])
    process = subprocess.Popen(
        [sys.executable, "-c", _SLOW],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "computing\n"
    process.send_signal(signal.SIGINT)
    lines = iter(process.stderr.readline, "")
    assert any(
        line == "stopping when the rows at work are finished; press Ctrl-C again to stop now\n"
        for line in lines
    )
    before = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert time.monotonic() - before < 20
    assert process.returncode == 130
    assert "interrupted with 0 of 5 rows finished; run the same command again" in said
    assert _invoke("run", str(config)).exit_code == 0


def test_shards_and_then_the_figure(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stridesim.sweeps.engines.chunk.SMALLEST_CHUNK", 2)
    first = _invoke("run", str(config), "--shard", "1/2")
    assert first.exit_code == 0, first.output
    assert first.stdout == (
        "results/line: shard 1/2 is done; 3 of 5 rows are finished; the others are other shards'\n"
    )
    assert not Path("results/line/sweep.png").exists()
    last = _invoke("run", str(config), "--shard", "2/2")
    assert "5 of 5 rows are finished; the same command without --shard draws" in last.stdout
    again = json.loads(_invoke("run", str(config), "--shard", "2/2", "--json").stdout)
    assert (again["shard"], again["finished"]) == ("2/2", 5)
    _use(monkeypatch, Fake(interrupt_at=0))
    assert _invoke("run", str(config)).exit_code == 0
    assert Path("results/line/sweep.png").exists()


def test_slurm_script_runs_what_it_says(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script, with its program replaced by one that prints what it was called with."""
    odd = config.with_name("it's a line.toml")
    config.rename(odd)
    result = _invoke("slurm", str(odd), "--shards", "3", "--set", "task.speed=12 km/h")
    assert result.exit_code == 0
    assert "#SBATCH --job-name=line\n#SBATCH --array=1-3\n" in result.stdout
    words = "exec " + shlex.quote(str(Path(sys.executable).with_name("stridesim")))
    assert words in result.stdout
    script = result.stdout.replace(words, "printf '%s\\n'")
    done = subprocess.run(
        ["sh"], input=script, env={"SLURM_ARRAY_TASK_ID": "2"}, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == [
        *["sweep", "run", str(odd), "--output", str(Path("results/line").resolve())],
        *["--set", "task.speed=12 km/h", "--shard", "2/3"],
    ]


def test_jobs_with_nothing_to_do_are_noted(config: Path) -> None:
    result = _invoke("slurm", str(config), "--shards", "3")
    assert result.stderr == ("note: chunks of 5 rows: 1; jobs 2 to 3 will find nothing to do\n")
    assert _invoke("slurm", str(config), "--shards", "1").stderr == ""


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_a_figure_that_cannot_be_written_does_not_cost_the_answer(
    config: Path, monkeypatch: pytest.MonkeyPatch, as_json: tuple[str, ...]
) -> None:
    def refuse(_result: object, path: Path) -> None:
        raise InputError(f"{path}: cannot be written")

    monkeypatch.setattr(stridesim.plots.sweep, "save_sweep", refuse)
    result = _invoke("run", str(config), *as_json)
    assert result.exit_code == 1
    assert result.stderr.endswith("sweep.png: cannot be written\n")
    assert "at tendon stiffness scale 0.8; that is 0.5 % below" in result.stdout


def test_fresh_discards_nothing_for_a_sweep_that_cannot_run(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _invoke("run", str(config))

    def refuse(_design: object) -> None:
        raise InputError("metabolic = 'nobody'")

    monkeypatch.setattr(stridesim.studies.sweep_model, "model", refuse)
    result = _invoke("run", str(config), "--fresh", "--workers", "2")
    assert (result.exit_code, result.stderr) == (1, "stridesim: error: metabolic = 'nobody'\n")
    assert next(Path("results/line").glob("part-*"))


def test_status_verifies(config: Path) -> None:
    _invoke("run", str(config))
    part = next(Path("results/line").glob("part-*"))
    assert _invoke("status", "results/line", "--verify").exit_code == 0
    content = bytearray(part.read_bytes())
    content[place_of("cost_of_transport", part)] ^= 0xFF
    part.write_bytes(content)
    assert _invoke("status", "results/line").exit_code == 0
    result = _invoke("status", "results/line", "--verify")
    assert result.exit_code == 1
    assert result.stderr == f"{part.name}: damaged; run the same sweep again to compute its rows\n"
    assert "0 of 5 rows are finished" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--workers", "2", "--scheduler", "tls://a:1"], "--workers and --scheduler: one of them"),
        (["--insecure"], "need --scheduler"),
        (["--workers", "0"], "0 is not in the range"),
        (["--shard", "1/2", "--fresh"], "other shards may be at work"),
        (["--shard", "1/2", "--plot", "x.svg"], "the same command without --shard draws"),
    ],
)
def test_options_that_do_not_go_together(config: Path, arguments: list[str], said: str) -> None:
    result = _invoke("run", str(config), *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_ctrl_c_of_workers(config: Path) -> None:
    """As from a terminal, where Ctrl-C reaches every process of the group."""
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), *sys.path])
    process = subprocess.Popen(
        [sys.executable, "-c", _WORKERS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
        start_new_session=True,
    )
    assert process.stderr is not None
    assert any("rows" in line or "of" in line for line in iter(process.stderr.readline, ""))
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 130, said
    assert "stopping when the rows at work are finished" in said
    assert "rows finished; run the same command again to go on" in said
    assert "Traceback" not in said, said


_WORKERS = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
import stridesim.reports.progress as shown
import stridesim.studies.sweep as study
import stridesim.sweeps.engines.chunk as chunk
from stridesim.cli import main
from stridesim.results import InputError
study.MODEL = "fake_models:slow"
shown._SECONDS_BETWEEN_LINES = 0.0
chunk.SMALLEST_CHUNK = 1
main(["sweep", "run", "line.toml", "--workers", "1"])
"""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "absent.toml"], "absent.toml: no such file"),
        (["run", "line.toml", "--set", "task.sped=3"], "did you mean 'task.speed'?"),
        (["run", "line.toml", "--set", "task.speed=3 kg"], "task.speed = '3 kg': kg is a"),
        (["run", "line.toml", "--plot", "a.gif"], "figures are written as"),
        (["run", "line.toml", "--plot", "no/a.svg"], "plot = 'no/a.svg': no such folder"),
        (["run", "line.toml", "--shard", "3/2"], "shard = '3/2': expected i/n"),
        (["run", "line.toml", "--scheduler", "node1:8786"], "not encrypted"),
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
