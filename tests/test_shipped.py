"""Sweeps and experiments by name: in a checkout, and from a wheel in an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from stridesim import shipped
from stridesim.results import InputError

ROOT = Path(__file__).resolve().parents[1]
SWEEPS = ["demo", "posture", "sensitivity"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a wheel puts into site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_names_are_those_of_the_files() -> None:
    assert shipped.sweep_names() == SWEEPS
    for name in SWEEPS:
        assert shipped.sweep_file(name) == ROOT / "configs" / f"{name}.toml"


@pytest.mark.parametrize("written", ["demo.toml", "configs/demo", "./demo.toml", "a.b"])
def test_a_path_stays_a_path(written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shipped.sweep_file(written) == Path(written)


def test_a_file_wins_over_a_name_and_a_folder_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("demo").mkdir()
    assert shipped.sweep_file("demo") == ROOT / "configs/demo.toml"
    Path("posture").write_text("name = 'x'")
    assert shipped.sweep_file("posture") == Path("posture")


def test_an_unknown_name_is_told_with_those_that_are_known() -> None:
    with pytest.raises(InputError) as refused:
        shipped.sweep_file("dem")
    assert str(refused.value) == (
        "unknown sweep 'dem'; did you mean 'demo'? "
        "(permitted: demo, posture, sensitivity, or a file.toml)"
    )


def test_a_wheel_holds_every_sweep_and_experiment(installed: Path) -> None:
    held = installed / "stridesim/_shipped"
    for folder in ("configs", "configs/experiments"):
        for path in (ROOT / folder).glob("*.toml"):
            assert (held / folder / path.name).read_bytes() == path.read_bytes()
    for name in shipped.experiment_names(ROOT):
        script = Path("experiments", f"{name}.py")
        assert (held / script).read_bytes() == (ROOT / script).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["sweep", "slurm", "demo", "--shards", "2"], 0, "_shipped/configs/demo.toml"),
        (["sweep", "plan", "demos"], 1, "unknown sweep 'demos'; did you mean 'demo'?"),
        (["figures", "tendon"], 1, "(known: activation_speed, "),
    ],
    ids=["by name", "unknown sweep", "unknown experiment"],
)
def test_a_wheel_finds_them_in_an_empty_folder(
    installed: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stridesim", *arguments],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
