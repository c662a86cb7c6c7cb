"""Published figures: picture and numbers of an experiment, made anew where they are out of date.

What a figure is made of stands in its JSON: the hashes of its declaration, its drawing function,
the rule of verdicts and the model's source. While none of them changes, the files stay as they are,
on every machine. `check` computes the small study again and compares with what is written.
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from stridesim.files import on_disk, write_output
from stridesim.studies.experiment import Experiment, ExperimentAnswer, made_of, smoke_numbers
from stridesim.studies.kinds.study import Progress
from stridesim.studies.plain import plain

FORMATS: Final = (".svg", ".png")

AGREEMENT: Final = 1e-6
"""Relative difference up to which two machines agree."""

_WHY: Final = {
    "config_sha256": "the declaration changed",
    "script_sha256": "the drawing function changed",
    "rule_sha256": "the rule of verdicts or the published findings changed",
    "model": "the model changed",
    "design_hash": "the runner or a library changed",
}
"""What a figure is made of, and what is said where it changed; of several that follow from one
another the first."""


class Difference(NamedTuple):
    """A number that comes out otherwise than it is written; `place` is its path in the JSON."""

    place: str
    written: Any
    computed: Any


def files_of(name: str, folder: Path) -> list[Path]:
    """The files of an experiment's picture and numbers in `folder`, whether or not they exist."""
    return [folder / f"{name}{suffix}" for suffix in (*FORMATS, ".json")]


def written_in(name: str, folder: Path) -> dict[str, Any]:
    """The numbers as they are written; empty where they cannot be read."""
    try:
        found = json.loads(files_of(name, folder)[-1].read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def reasons(experiment: Experiment, folder: Path) -> list[str]:
    """Why the figure in `folder` would be made anew; empty where it is up to date."""
    missing = [path.name for path in files_of(experiment.name, folder) if not path.is_file()]
    if missing:
        return [f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"]
    made = written_in(experiment.name, folder).get("provenance")
    if not isinstance(made, dict):
        return ["its numbers cannot be read"]
    now = plain(made_of(experiment))
    found = [why for key, why in _WHY.items() if made.get(key) != now.get(key)]
    # The design's hash holds declaration and model too: it tells of the rest where it is alone.
    return found[:-1] if found[1:] and found[-1] == _WHY["design_hash"] else found


def publish(answer: ExperimentAnswer, folder: Path) -> list[Path]:
    """Write picture and numbers to `folder`.

    Raises `InputError` where no point has a result, and where the files cannot be written.
    """
    import matplotlib.pyplot as plt

    from stridesim.plots.style import figure_style, save_figure

    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    *pictures, numbers = files_of(answer.experiment.name, folder)
    with figure_style():
        figure = answer.draw()
        try:
            for path in pictures:
                save_figure(figure, path)
        finally:
            plt.close(figure)
    record = plain(answer.record() | {"provenance": answer.provenance})
    write_output(numbers, (_dumped(record) + "\n").encode())
    return [*pictures, numbers]


def check(
    experiment: Experiment, folder: Path, progress: Progress | None = None
) -> list[Difference]:
    """Compute the small study again: where it differs from what `folder` holds; empty where every
    number agrees to `AGREEMENT`."""
    written = written_in(experiment.name, folder).get("smoke")
    return list(_differences(written, plain(smoke_numbers(experiment, progress)), "smoke"))


def _differences(written: Any, computed: Any, place: str) -> Iterator[Difference]:
    if isinstance(written, Mapping) and isinstance(computed, Mapping):
        for key in dict.fromkeys([*written, *computed]):
            yield from _differences(written.get(key), computed.get(key), f"{place}.{key}")
    elif isinstance(written, list) and isinstance(computed, list) and len(written) == len(computed):
        for k, pair in enumerate(zip(written, computed, strict=True)):
            yield from _differences(*pair, f"{place}[{k}]")
    elif not _agree(written, computed):
        yield Difference(place, written, computed)


def _agree(written: Any, computed: Any) -> bool:
    if isinstance(written, float | int) and isinstance(computed, float | int):
        return math.isclose(written, computed, rel_tol=AGREEMENT, abs_tol=AGREEMENT)
    return written == computed


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
