"""Whatever a command writes where a user says is whole, or what was there stays: killed, or full.

Each command runs in a process of its own, with the model faked, and ends in the moment before its
file would be in place, or on a file system that takes no large file.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fake_sweep import LINE, Fake

from stridesim.sweeps import run_sweep
from stridesim.sweeps.design import design_from_tables

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX only")

PROGRAM = """
import os, sys, time
from types import SimpleNamespace
import numpy as np
from fake_sweep import Fake
import stridesim.reports.fit
import stridesim.studies.fit
import stridesim.studies.sweep_model
from stridesim import files
from stridesim.cli import main
from stridesim.runner import Runner

stridesim.studies.sweep_model.model = lambda design: Fake()
stridesim.studies.fit.read_forces = lambda path: None
stridesim.studies.fit.measure_steps = lambda recording, **how: None
stridesim.studies.fit.fit_runner = lambda measured, **how: SimpleNamespace(
    runner=Runner.load(), provenance={}, notes=[], runs=SimpleNamespace(nowhere=False)
)
stridesim.studies.fit.warnings_of = lambda fitted: []
stridesim.reports.fit.print_fit = lambda *a, **b: None

def told(path):
    return os.path.basename(path) == sys.argv[1]

if sys.argv[2] == "killed":
    name = files._name
    def wait(temporary, handle, target):
        if told(target):
            print("whole", flush=True)
            time.sleep(60)
        name(temporary, handle, target)
    files._name = wait
else:
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    remove = files._remove_those_of_the_dead
    def limit(target):
        if told(target):
            resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))
        remove(target)
    files._remove_those_of_the_dead = limit
main(sys.argv[3:])
"""

SWEEP = """
name = "line"
[[axis]]
parameter = "tendon.stiffness_scale"
values = [0.4, 0.8, 1.6]
"""

EXPERIMENT = """
[question]
text = "Which stiffness?"
claim = "C2"
held_fixed = "everything else"
"""

SCRIPT = """
import matplotlib.pyplot as plt

def answer(found):
    return "The middle one."

def draw(found):
    figure, axes = plt.subplots()
    axes.plot(found.result["cost_of_transport"])
    return figure
"""

FIT = ["fit", "a.csv", "--mass", "70", "--height", "1.7", "--speed", "3"]
COMMANDS = {
    "mine.toml": ["run", "--save-runner", "mine.toml", "--force"],
    "fitted.toml": [*FIT, "--output", "fitted.toml", "--force"],
    "table.csv": ["sweep", "export", "done", "--output", "table.csv"],
    "table.nc": ["sweep", "export", "done", "--to", "netcdf", "--output", "table.nc"],
    "sweep.svg": ["sweep", "run", "line.toml", "--plot", "sweep.svg"],
    "line.svg": ["figures"],
    "line.png": ["figures"],
    "line.json": ["figures"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run_sweep(design_from_tables(LINE, "x.toml"), Fake(), tmp_path / "done")
    (tmp_path / "line.toml").write_text(SWEEP)
    for place, text in {
        "configs/experiments/line.toml": SWEEP + EXPERIMENT,
        "experiments/line.py": SCRIPT,
    }.items():
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text(text)
    (tmp_path / "figures").mkdir()
    return tmp_path


def _start(folder: Path, name: str, end: str) -> "subprocess.Popen[str]":
    path = os.pathsep.join([str(Path(__file__).resolve().parents[1]), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, name, end, *COMMANDS[name]],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )


@pytest.mark.parametrize(
    ("name", "end"),
    [
        *((name, "killed") for name in COMMANDS if name != "line.svg"),
        *((name, "full") for name in ("mine.toml", "table.csv", "table.nc", "line.svg")),
    ],
)
def test_what_was_there_stays(folder: Path, name: str, end: str) -> None:
    path = folder / ("figures" if COMMANDS[name] == ["figures"] else "") / name
    path.write_bytes(b"what was there")
    with _start(folder, name, end) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        if end == "killed":
            said = ""
            while said != "whole\n":
                said = process.stdout.readline()
                assert said, process.stderr.read()
            process.kill()
        else:
            _, errors = process.communicate(timeout=120)
            assert process.returncode == 1
            assert errors.splitlines()[-1].startswith("stridesim: error: ")
            assert f"{name}: cannot be written: " in errors.splitlines()[-1]
            assert "Traceback" not in errors
    assert path.read_bytes() == b"what was there"
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []
