"""A sweep as plain data, for a process that knows nothing of it but where to find the code.

    Job("package.module:function", (("sweep.toml", "name = ..."),), "5f1c...")

The model is an import string: a function of the design that returns the function of points. The
design is the text of its files. Nothing is pickled but text and numbers, and whoever reads a
job checks by the design's hash that it computes the same numbers: another version of the
model, or another default, is another hash.
"""

import functools
import importlib
import tempfile
from pathlib import Path
from typing import NamedTuple

from stridesim.results import InputError
from stridesim.sweeps.design import VERSIONS, Design, load_design, versions
from stridesim.sweeps.design.files import CONFIG, effective_files
from stridesim.sweeps.engines.chunk import Chunk, Columns, Evaluate, compute_chunk

Model = Evaluate | str
"""What computes points: a function of them, or `"module:function"`, which makes one of a design."""


class Job(NamedTuple):
    """What a worker needs to compute any chunk of a sweep."""

    model: str
    files: tuple[tuple[str, str], ...]
    design_hash: str


def job_of(design: Design, model: Model) -> Job:
    """`InputError` where the model is not an import string."""
    if not isinstance(model, str):
        raise InputError("other processes need the model as an import string, 'module:function'")
    return Job(model, tuple(effective_files(design).items()), design.content_hash)


def evaluate_of(design: Design, model: Model) -> Evaluate:
    """The function of points; an import string is imported and called with the design."""
    if not isinstance(model, str):
        return model
    module, _, name = model.partition(":")
    return getattr(importlib.import_module(module), name)(design)


def compute(job: Job, chunk: Chunk) -> Columns:
    """The rows of one chunk, from plain data."""
    design, evaluate = _opened(job)
    return compute_chunk(design, evaluate, chunk)


@functools.lru_cache(maxsize=2)
def _opened(job: Job) -> tuple[Design, Evaluate]:
    with tempfile.TemporaryDirectory(prefix="stridesim-") as folder:
        for name, text in job.files:
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        design = load_design(Path(folder, CONFIG))
    if design.content_hash != job.design_hash:
        raise InputError(
            f"{design.name}: a worker would compute other numbers: its stridesim "
            f"({design.identity['model']}), its libraries "
            f"({', '.join(f'{VERSIONS[k]} {v}' for k, v in versions().items())}) or its data "
            "differ from those that the sweep began with"
        )
    return design, evaluate_of(design, job.model)
