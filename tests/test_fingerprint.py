"""The name of the model: equations change it, comments and docstrings do not."""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from stridesim import fingerprint
from stridesim.fingerprint import code_of, edited_since, model_fingerprint

PACKAGE = Path(fingerprint.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))

BEFORE = '''"""A module."""

LIMIT = 3  # passes
"""Most passes."""


def twice(x):
    """Twice."""
    return 2 * x
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# passes", "# most of them"),
        ("  # passes", ""),
        ('"""Twice."""', 'r"""Twice the number:\n\n    2 x  # of "it"\n    """'),
        ('"""Most passes."""\n', ""),
        ("\n\n\ndef", "\n\n# A function.\ndef"),
    ],
)
def test_words_about_the_code_are_not_part_of_it(old: str, new: str) -> None:
    assert old in BEFORE
    assert code_of(BEFORE.replace(old, new)) == code_of(BEFORE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("2 * x", "2 * y"),
        ("    return", "    x = x\n    return"),
        ("3  #", '3 if "#" else 4  #'),
        ("LIMIT = 3  # passes\n", "LIMIT = \\\n"),
        ("3  # passes", '(\n"""a"""\n)'),
        ("return 2 * x", 'return """a # b"""'),
    ],
)
def test_code_is(old: str, new: str) -> None:
    assert old in BEFORE
    assert code_of(BEFORE.replace(old, new)) != code_of(BEFORE)


def test_strings_that_are_values_stay() -> None:
    source = 'a = f(\n    """x\n\n  # y""",\n    "#",\n)\nb = \\\n    "c"\n'
    assert code_of(source) == source.strip()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_python_finds_the_same_tokens_in_what_is_left(path: Path) -> None:
    source = path.read_text("utf-8")
    docstrings = {
        (node.lineno, node.col_offset)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
    tokens = _tokens(source)
    # The columns of the syntax tree count bytes; a docstring has only spaces before it.
    expected = [text for place, text in tokens if place not in docstrings]
    assert [text for _, text in _tokens(code_of(source))] == expected


def _tokens(source: str) -> Iterator[tuple[tuple[int, int], str]]:
    nothing = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in nothing:
            yield token.start, token.string


def test_an_edit_of_the_files_is_noticed_if_it_changes_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = list(fingerprint._files())
    name, content = next((name, content) for name, content in files if name.endswith(".py"))
    assert content.endswith(b"\n")
    assert not edited_since()

    def edited(more: bytes) -> list[tuple[str, bytes]]:
        return [(n, c + more if n == name else c) for n, c in files]

    monkeypatch.setattr(fingerprint, "_files", lambda: edited(b'# a comment\n"""A docstring."""\n'))
    assert not edited_since()
    assert fingerprint._of_source() == model_fingerprint()
    monkeypatch.setattr(fingerprint, "_files", lambda: edited(b"more = 1\n"))
    assert edited_since()
