"""What README and the docs print is run as it stands."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    "README.md",
    "docs/start.md",
    "docs/guide/python.md",
    "docs/guide/run.md",
    "docs/guide/compare.md",
    "docs/guide/perturb.md",
    "docs/guide/sweep.md",
    "docs/guide/figures.md",
)
SNIPPETS = [
    pytest.param(block, id=f"{page}-{number}")
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    )
]


def test_there_are_five_snippets_at_least() -> None:
    assert len(SNIPPETS) >= 5


@pytest.mark.parametrize("block", SNIPPETS)
def test_a_snippet_runs_as_it_stands(block: str) -> None:
    """A figure that it draws would be a file: none of them writes one."""
    exec(compile(block, "snippet", "exec"), {"__name__": "snippet"})
