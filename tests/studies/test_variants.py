"""Who is compared: what a person writes becomes named runners."""

from pathlib import Path

import pytest

from stridesim.results import InputError
from stridesim.runner import Runner, apply_overrides
from stridesim.studies.variants import parse_variant, variants_of

FILE = """
runner = "mine.toml"
[set]
task.speed = "12 km/h"
[[variant]]
name = "as I am"
[[variant]]
name = "stiffer tendons"
set = { tendon.stiffness_scale = 1.25 }
[[variant]]
name = "the shipped runner, slower"
runner = "rbds011"
set = { task.speed = "3 m/s" }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    mine = apply_overrides(Runner.load(), {"body.mass": "80 kg"})
    Path("mine.toml").write_text(mine.to_toml())
    Path("variants.toml").write_text(FILE)
    return tmp_path


def _stiffness(runner: Runner) -> float:
    return float(runner.tendon.stiffness_scale)


@pytest.mark.parametrize(
    ("text", "name", "settings"),
    [
        ("stiff: tendon.stiffness_scale=1.2", "stiff", {"tendon.stiffness_scale": "1.2"}),
        (
            "a, b: hip.strength = 0.9, task.speed=4:30 min/km",
            "a, b",
            {"hip.strength": "0.9", "task.speed": "4:30 min/km"},
        ),
        ("4:30 min/km: task.speed=4:30 min/km", "4:30 min/km", {"task.speed": "4:30 min/km"}),
        ("task.speed=12 km/h", "task.speed=12 km/h", {"task.speed": "12 km/h"}),
    ],
)
def test_a_variant_is_a_name_and_settings(text: str, name: str, settings: dict[str, str]) -> None:
    assert parse_variant(text) == (name, settings)


@pytest.mark.parametrize("text", ["stiff", "stiff: tendon", "stiff: hip.strength="])
def test_a_variant_without_a_setting_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="variant = "):
        parse_variant(text)


def test_variants_of_a_file_resolve_runner_and_settings(folder: Path) -> None:
    found = variants_of([Path("variants.toml")], {}, [])
    assert [one.name for one in found] == [
        "as I am", "stiffer tendons", "the shipped runner, slower"
    ]  # fmt: skip
    assert [float(one.runner.body.mass) for one in found[:2]] == [80.0, 80.0]
    assert float(found[2].runner.body.mass) == float(Runner.load().body.mass)
    speeds = [float(one.runner.task.speed) for one in found]
    assert speeds == pytest.approx([12 / 3.6, 12 / 3.6, 3.0])
    assert _stiffness(found[1].runner) == 1.25
    # The command line wins over the file's [set], and a variant's own over both.
    found = variants_of([Path("variants.toml")], {"task.speed": "4 m/s"}, [])
    assert [float(one.runner.task.speed) for one in found] == pytest.approx([4.0, 4.0, 3.0])


def test_files_of_one_name_are_told_apart(folder: Path) -> None:
    found = variants_of([Path("mine.toml"), Path("rbds011")], {"task.speed": "12 km/h"}, [])
    assert len({one.name for one in found}) == 2
    assert found[0].file == "mine.toml"
    assert found[1].file is None
