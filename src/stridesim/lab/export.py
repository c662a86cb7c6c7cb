"""Files that the page hands out: the runner as TOML, the stride as CSV, its figure as PNG."""

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from stridesim.lab.protocol import Asked
from stridesim.lab.solving import Solving
from stridesim.results import InputError
from stridesim.studies.stride import StrideAnswer


def as_toml(solving: Solving, asked: Asked) -> bytes:
    """The runner file."""
    return solving.runner_of(asked).to_toml({"written_by": "stridesim lab"}).encode()


def as_csv(solving: Solving, asked: Asked) -> bytes:
    """Every named result, then every curve over the stride; units in the names."""
    answer = _answered(solving, asked)
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["quantity", "value", "unit", "meaning"])
    for name, value in answer.values.items():
        rows.writerow([name, repr(value.value), value.unit, value.meaning])
    rows.writerow([])
    columns: dict[str, Any] = {}
    for name, curve in answer.curves.items():
        if len(curve.dims) == 1:
            columns[f"{name} [{curve.unit}]"] = curve.values
            continue
        labels = _labels(curve.dims[0])
        for label, row in zip(labels, curve.values, strict=True):
            columns[f"{name}.{label} [{curve.unit}]"] = row
    rows.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        rows.writerow([f"{float(v):.9g}" for v in row])
    return text.getvalue().encode()


def as_png(solving: Solving, asked: Asked) -> bytes:
    """The stride on a slide."""
    answer = _answered(solving, asked)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "stride.png")
        answer.plot(path)
        return path.read_bytes()


FORMATS: Final[dict[str, tuple[str, Callable[[Solving, Asked], bytes]]]] = {
    "toml": ("application/toml", as_toml),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "png": ("image/png", as_png),
}
"""Suffix -> type of the content, and what writes it."""


def _answered(solving: Solving, asked: Asked) -> StrideAnswer:
    answer = solving.answer(asked)
    if not answer.ok:
        raise InputError(answer.reason)
    return answer


def _labels(dimension: str) -> tuple[str, ...]:
    from stridesim.studies.curves import coordinates

    return coordinates()[dimension]
