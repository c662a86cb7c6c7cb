"""Published figures: made where they are out of date, and their numbers come out again."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from studies.made_experiment import ROOT, SCRIPT, computed, declare, fake_model

from stridesim import shipped
from stridesim.cli import main
from stridesim.fingerprint import model_fingerprint
from stridesim.studies import sweep_model
from stridesim.studies.experiment import load
from stridesim.studies.published import check, files_of, publish, written_in

FIGURES = ROOT / "figures"


def quick() -> list[str]:
    """Experiments whose points are not optima, which take a minute each."""
    names = shipped.experiment_names(ROOT)
    studies = {name: load(name, ROOT).study for name in names}
    return [name for name, study in studies.items() if study.runner.strategy != "optimal"]


@pytest.mark.parametrize("name", quick())
def test_numbers_come_out_again(name: str) -> None:
    """Those of this model: after a change of the equations figures are made anew first."""
    made = written_in(name, FIGURES).get("provenance", {}).get("model")
    if made != model_fingerprint():
        pytest.skip(f"figures/{name}.json is of the model {made}; 'stridesim figures' makes it")
    assert check(load(name, ROOT), FIGURES) == []


def test_publish_writes_picture_and_numbers(root: Path) -> None:
    declare(root, "springs")
    answer = computed(root, "springs")
    files = publish(answer, root / "figures")
    assert [path.name for path in files] == ["springs.svg", "springs.png", "springs.json"]
    assert all(path.stat().st_size for path in files)
    numbers = json.loads((root / "figures/springs.json").read_text())
    assert numbers["claim"] == "C2"
    assert [len(axis["values"]) for axis in numbers["axes"]] == [7, 3]
    cost = numbers["results"]["cost_of_transport"]
    assert cost["unit"] == "J/kg/m"
    assert len(cost["values"]) == 21
    failed = numbers["rows"]["rows_without_result"]["no_periodic_gait"]
    assert [i for i, value in enumerate(cost["values"]) if value is None] == failed
    assert numbers["answer"] == answer.sentence
    made = numbers["provenance"]
    assert numbers["verdict"]["model"]["effects"][0]["by"]["model"] == {"a": -1.0, "b": -3.0}
    assert numbers["verdict"]["evidence"]["verdict"] == "undecided"
    assert made["config"] == "configs/experiments/springs.toml"
    assert {"config_sha256", "design_hash", "model", "commit", "libraries"} <= set(made)


def test_everything_but_provenance_is_the_same_again(root: Path) -> None:
    declare(root, "springs")
    written = []
    for _ in range(2):
        files = publish(computed(root, "springs"), root / "figures")
        numbers = json.loads(files[2].read_text())
        del numbers["provenance"]
        written.append((files[0].read_bytes(), files[1].read_bytes(), numbers))
    assert written[0] == written[1]


def _figures(root: Path, *arguments: str) -> tuple[int, list[dict]]:
    asked = ["figures", *arguments, "--root", str(root), "--json"]
    done = CliRunner().invoke(main, asked)
    return done.exit_code, json.loads(done.stdout)["figures"]


def _bytes(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in files_of("springs", root / "figures")]


@pytest.mark.usefixtures("fake")
def test_what_is_up_to_date_stays_as_it_is(root: Path) -> None:
    declare(root, "springs")
    assert _figures(root, "--dry")[1][0]["reasons"] == [
        "springs.svg, springs.png, springs.json are missing"
    ]
    assert _figures(root)[1][0]["unchanged"] is False
    first = _bytes(root)
    assert _figures(root, "--dry")[1][0]["reasons"] == []
    entry = _figures(root)[1][0]
    assert entry["unchanged"] is True
    assert entry["answer"]
    assert _bytes(root) == first
    assert _figures(root, "--redraw")[1][0]["unchanged"] is False


@pytest.mark.usefixtures("fake")
def test_what_changed_is_made_anew_and_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(root, "springs")
    _figures(root)
    script = root / shipped.SCRIPTS / "springs.py"
    script.write_text(SCRIPT + "\n")
    assert _figures(root, "--dry")[1][0]["reasons"] == ["the drawing function changed"]
    _figures(root)
    declare(root, "springs", **{"2.5 m/s": "2.6 m/s"})
    assert _figures(root, "--dry")[1][0]["reasons"] == [
        "the declaration changed",
        "the drawing function changed",
    ]
    _figures(root)
    (root / "figures/springs.svg").unlink()
    assert _figures(root, "--dry")[1][0]["reasons"] == ["springs.svg is missing"]
    _figures(root)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("stridesim.sweeps.design.design.model_fingerprint", lambda: "other")
        assert _figures(root, "--dry")[1][0]["reasons"] == ["the model changed"]
    (root / "figures/springs.json").write_text("{}")
    assert _figures(root, "--dry")[1][0]["reasons"] == ["its numbers cannot be read"]


@pytest.mark.usefixtures("fake")
def test_a_check_finds_a_number_that_is_another(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(root, "springs")
    _figures(root)
    code, entries = _figures(root, "--check")
    assert (code, entries[0]["differences"]) == (0, [])
    monkeypatch.setattr(sweep_model, "model", lambda _design: _scaled(1 + 1e-8))
    assert _figures(root, "--check")[0] == 0
    monkeypatch.setattr(sweep_model, "model", lambda _design: _scaled(1 + 1e-5))
    code, entries = _figures(root, "--check")
    assert code == 1
    assert entries[0]["differences"][0]["place"].startswith("smoke.results.")


@pytest.mark.usefixtures("fake")
def test_experiments_are_listed_and_drawn_elsewhere(root: Path, tmp_path: Path) -> None:
    declare(root, "springs")
    assert _figures(root, "--list")[1][0]["claim"] == "C2"
    _figures(root, "--output", str(tmp_path / "mine"))
    assert (tmp_path / "mine/springs.json").exists()
    assert not (root / "figures").exists()


def _scaled(factor: float) -> Callable[..., dict]:
    """Another machine: every result a little larger."""

    def evaluate(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        answers = fake_model(points)
        return {k: v if k == "status" else factor * v for k, v in answers.items()}

    return evaluate
