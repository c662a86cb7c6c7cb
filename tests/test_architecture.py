"""The rules of the house: floors, small files, everything public says what it is."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stridesim.fingerprint import NOT_THE_MODEL
from stridesim.programs.compiled import _EVERY

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MOST_LINES = 400
_KEEPS = re.compile(r"import kept\b")


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_floors_are_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", SOURCES, ids=_named)
def test_files_are_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", SOURCES, ids=_named)
def test_everything_public_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "the module has none"
    assert not list(_undocumented(tree))


def _undocumented(tree: ast.Module | ast.ClassDef) -> Iterator[str]:
    """Public functions, classes and methods without a docstring, with their lines."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{node.name} (line {node.lineno})"
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(node)


def test_every_kept_program_has_a_name_of_its_own() -> None:
    """The name tells one from another on the disk: two functions of one name would be one."""
    for path in SOURCES:
        if _KEEPS.search(path.read_text()):
            parts = path.relative_to(ROOT / "src").with_suffix("").parts
            importlib.import_module(".".join(parts))
    every = [program for program in _EVERY if program.name.startswith("stridesim.")]
    names = [program.name for program in every]
    assert len(names) >= 10
    assert sorted(set(names)) == sorted(names)
    for program in every:
        assert "<" not in program.name
        assert not hasattr(program._function, "__wrapped__"), "has the name of what it is made of"


def test_kept_programs_are_made_of_what_their_name_tells() -> None:
    """A program on the disk is known by the source of the model: nothing else may be traced."""
    package = ROOT / "src" / "stridesim"
    users = [p for p in SOURCES if _KEEPS.search(p.read_text())]
    assert users
    for path in users:
        assert path.relative_to(package).parts[0] not in NOT_THE_MODEL, path
