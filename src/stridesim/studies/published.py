"""Published figures: picture and numbers of an experiment, written where they show something new.

Machines differ in the fifth digit. What is published stays as it is where nothing changed that its
figure shows: no number by a dot of the screen, no status, no declaration, no drawing function.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from stridesim.files import on_disk, write_output
from stridesim.studies.experiment import ExperimentAnswer
from stridesim.studies.plain import plain

FORMATS: Final = (".svg", ".png")

_SHOWN: Final = 1e-3
"""Share of an axis that a figure shows: a dot of a screen. Smaller differences are none."""


def published(answer: ExperimentAnswer, folder: Path) -> list[Path]:
    """The files of an experiment's picture and numbers in `folder`, whether or not they exist."""
    return [folder / f"{answer.experiment.name}{suffix}" for suffix in (*FORMATS, ".json")]


def is_published(answer: ExperimentAnswer, folder: Path) -> bool:
    """Whether the files that are in `folder` show what new ones would."""
    *_, numbers = files = published(answer, folder)
    if not all(path.is_file() for path in files):
        return False
    try:
        return _shows_the_same(json.loads(numbers.read_text()), _record(answer))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # not what we wrote
        return False


def publish(answer: ExperimentAnswer, folder: Path, *, redraw: bool = False) -> list[Path]:
    """Write picture and numbers to `folder` where they would show something else.

    `redraw` writes them in any case. Raises `InputError` where no point has a result, and where the
    files cannot be written.
    """
    import matplotlib.pyplot as plt

    from stridesim.plots.style import figure_style, save_figure

    if not redraw and is_published(answer, folder):
        return published(answer, folder)
    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    *pictures, numbers = published(answer, folder)
    with figure_style():
        figure = answer.draw()
        try:
            for path in pictures:
                save_figure(figure, path)
        finally:
            plt.close(figure)
    write_output(numbers, (_dumped(_record(answer)) + "\n").encode())
    return [*pictures, numbers]


def _record(answer: ExperimentAnswer) -> dict[str, Any]:
    """The numbers behind a picture, with question, answer and provenance."""
    record = answer.record()
    return plain(record | {"status": record.pop("rows"), "provenance": answer.provenance})


def _shows_the_same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    declared = ("experiment", "claim", "question", "held_fixed", "axes", "order", "status")
    made = ("config_sha256", "script_sha256", "runner", "metabolic")
    if any(old[key] != new[key] for key in declared):
        return False
    if any(old["provenance"][key] != new["provenance"][key] for key in made):
        return False
    return old["results"].keys() == new["results"].keys() and all(
        old["results"][name]["unit"] == result["unit"]
        and _looks_the_same(_numbers(old["results"][name]), _numbers(result))
        for name, result in new["results"].items()
    )


def _numbers(result: Mapping[str, Any]) -> np.ndarray:
    return np.array([result["nominal"], *result["values"]], float)


def _looks_the_same(old: np.ndarray, new: np.ndarray) -> bool:
    """Whether two columns differ by less than an axis with them shows."""
    from stridesim.plots.span import honest_limits

    if old.shape != new.shape:
        return False
    low, high = honest_limits(new)
    return np.allclose(old, new, rtol=0, atol=_SHOWN * (high - low), equal_nan=True)


def _dumped(tables: Mapping[str, Any], indent: str = "") -> str:
    """JSON with one key a line, and every list on one line: a change of numbers stays readable."""
    if not tables:
        return "{}"
    inner = indent + " "
    lines = []
    for key, value in tables.items():
        if isinstance(value, Mapping):
            text = _dumped(value, inner)
        else:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        lines.append(f"{inner}{json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
