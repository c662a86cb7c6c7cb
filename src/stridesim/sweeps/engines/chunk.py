"""A chunk of a sweep: consecutive rows that are computed and kept together.

    evaluate({"hip.strength": (n,) SI}) -> {"cost_of_transport": (n,), ..., "status": (n,)}

A row that fails carries the name of its reason in `status` and NaN for its results. One function
computes a chunk, wherever it runs, and the split into chunks depends on the design alone: the
same program sees the same lanes, so the numbers are the same to the last bit.

`evaluate.prepare()`, if there is one, is called first: whatever takes time to get ready may begin
before the points are there.

Where a design has several runners or tasks, `evaluate(points, case)` is called for one of them at
a time: a chunk is split where its case changes, which the design alone decides.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from stridesim.results import Status
from stridesim.sweeps.design import Design, Part

Evaluate = Callable[..., Mapping[str, np.ndarray]]

Chunk = tuple[int, int]
"""First row, and one past the last."""

Columns = dict[str, np.ndarray]

SMALLEST_CHUNK: Final = 512
"""Rows of a file: a fraction of a second of work, so that little is lost and the bar moves."""

LARGEST_CHUNK: Final = 8192
"""... and no more than a few seconds of work: what a crash may cost."""

_FILES: Final = 128
"""Files grow rather than become more than this: opening each takes its time."""


def chunk_size_for(rows: int) -> int:
    """Rows of a chunk in a sweep of `rows`; does not depend on who computes it."""
    wanted = SMALLEST_CHUNK * math.ceil(rows / (SMALLEST_CHUNK * _FILES))
    return min(max(wanted, SMALLEST_CHUNK), LARGEST_CHUNK)


def chunks_of(rows: int, size: int) -> list[Chunk]:
    """All chunks of a sweep, in order."""
    return [(a, min(a + size, rows)) for a in range(0, rows, size)]


def compute_chunk(design: Design, evaluate: Evaluate, chunk: Chunk) -> Columns:
    """Every input in its declared unit, the reason, and every result of the rows of a chunk."""
    if prepare := getattr(evaluate, "prepare", None):
        prepare()
    start, stop = chunk
    parts = [_answers(design, evaluate, part) for part in design.parts(start, stop)]
    answers = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rows = np.arange(start, stop, dtype=np.int64)
    return {"row": rows, **design.inputs(start, stop), **answers}


def _answers(design: Design, evaluate: Evaluate, part: Part) -> Columns:
    """What the model says of rows of one case; `status` first."""
    n = part.stop - part.start
    case = (part.case,) if len(design.cases) > 1 else ()
    answers = {k: np.asarray(v) for k, v in evaluate(design.part_points(part), *case).items()}
    status = answers.pop("status").astype(str)
    unknown = set(np.unique(status).tolist()) - {reason.name for reason in Status}
    if unknown:
        raise ValueError(f"status {min(unknown)!r} is not one of stridesim.results.Status")
    for name, values in answers.items():
        if values.shape != (n,):
            raise ValueError(f"{name}: {values.shape} values for {n} points")
    return {"status": status, **{name: values.astype(float) for name, values in answers.items()}}


def counted(status: np.ndarray) -> dict[str, int]:
    """How often each status occurs."""
    names, counts = np.unique(np.asarray(status).astype(str), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def failures(statuses: Mapping[str, int]) -> dict[str, int]:
    """The same without `ok`, most frequent first."""
    ordered = sorted(statuses.items(), key=lambda item: -item[1])
    return {name: count for name, count in ordered if name != Status.ok.name}
