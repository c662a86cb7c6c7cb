"""Arithmetic and comparisons over parameters, with units: `leg.stiffness > 12 kN/m`.

    quantity   = path | number [unit] | - q | ( q ) | q + q | q - q | q * q | q / q | q ** number
    condition  = q < q | q <= q < q ...          (and >, >=)

Python's parser reads the text, and of its tree only this grammar is accepted: nothing is ever
executed. Values are SI; every part has a dimension, so that newtons are never added to metres.
"""

import ast
import dataclasses
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.parameter import Parameter, lookup
from stridesim.results import InputError
from stridesim.spelling import tidy
from stridesim.text import quoted
from stridesim.units import dimension_words, exponents, parse_literal

ValueOf = Callable[[str], Any]
"""The SI value (a number or an array) of the parameter at a path."""

LONGEST: Final = 500
DEEPEST: Final = 100
_UNIT: Final = (
    r"kg m2|1/(?:min|rad|deg|s)\b|/(?:min|km|mile|mi|s)\b|%(?:BW)?|°"
    r"|(?!(?:and|or|if|is)\b)[^\W\d_][\w/%]*"
)
_PLAIN_NUMBER: Final = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_LITERAL: Final = re.compile(
    r"(?<![\w.])(?:"
    r"\d+'\s*\d+(?:\.\d+)?\"?(?:\s*/(?:km|mile|mi)\b)?"  # 5'11", 4'45"/km
    rf"|\d+:\d+(?:\.\d+)?(?:\s*(?:{_UNIT}))?"
    rf"|{_PLAIN_NUMBER}\s*(?:ft|st|m)\s+{_PLAIN_NUMBER}\s*(?:in|lb|lbs|cm)\b"
    rf"|{_PLAIN_NUMBER}(?:\s*(?:{_UNIT}))?)"
)
_PLACEHOLDER: Final = re.compile(r"_number_\d+")
_SUMS: Final = {ast.Add: ("+", operator.add), ast.Sub: ("-", operator.sub)}
_PRODUCTS: Final = {ast.Mult: ("*", operator.mul, 1), ast.Div: ("/", operator.truediv, -1)}
_COMPARED: Final = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}


@dataclasses.dataclass(frozen=True)
class Expression:
    """A read expression; `canonical` is the same text for the same numbers, however written."""

    text: str
    names: frozenset[str]
    canonical: str
    _value: Callable[[ValueOf], Any]

    def __call__(self, value_of: ValueOf) -> Any:
        """Its value, SI, or truth; what is divided by zero is not finite, and nothing is said."""
        with np.errstate(all="ignore"):
            return self._value(value_of)


class _Term(NamedTuple):
    powers: tuple[float, ...]
    canonical: str
    value: Callable[[ValueOf], Any]


def read_quantity(text: object, known: Mapping[str, Parameter], unit: str) -> Expression:
    """An expression whose value has the dimension of `unit`; the error names text and part."""
    reader = _Reader(text, known)
    node = reader.tree()
    term = reader.term(node)
    if term.powers != exponents(unit):
        raise reader.error(f"is {_named(term.powers)}, expected {_named(exponents(unit))}")
    return reader.expression(term.canonical, term.value)


def read_condition(text: object, known: Mapping[str, Parameter]) -> Expression:
    """A comparison; the error names text and part."""
    reader = _Reader(text, known)
    node = reader.tree()
    if not isinstance(node, ast.Compare):
        raise reader.error("expected a comparison such as leg.stiffness > 12 kN/m")
    nodes = [node.left, *node.comparators]
    terms = [reader.term(part) for part in nodes]
    signs = [_COMPARED.get(type(op)) for op in node.ops]
    checks, canonical = [], terms[0].canonical
    for k, sign in enumerate(signs):
        if sign is None:
            raise reader.error("expected <, <=, > or >=")
        reader.same(nodes[k : k + 2], terms[k : k + 2], "cannot be compared")
        symbol, compare = sign
        checks.append((compare, terms[k].value, terms[k + 1].value))
        canonical += f" {symbol} {terms[k + 1].canonical}"

    def holds(value_of: ValueOf) -> Any:
        return np.logical_and.reduce(
            np.broadcast_arrays(*(compare(a(value_of), b(value_of)) for compare, a, b in checks))
        )

    return reader.expression(canonical, holds)


class _Reader:
    """Reads one text; numbers with units are taken out first, because they are no Python."""

    def __init__(self, text: object, known: Mapping[str, Parameter]) -> None:
        if not isinstance(text, str) or len(text) > LONGEST:
            raise InputError(f"expected an expression, text of at most {LONGEST} characters")
        self._text, self._known = text, known
        self._literals: dict[str, str] = {}
        self._names: set[str] = set()
        self._source = _LITERAL.sub(self._take_out, tidy(text))

    def tree(self) -> ast.expr:
        """The text as Python's parser reads it."""
        try:
            with warnings.catch_warnings(action="ignore"):  # of what is refused in the next step
                tree = ast.parse(self._source, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise self.error("is not arithmetic with parameters and numbers") from None
        if _depth(tree) > DEEPEST:
            raise self.error(f"is nested deeper than {DEEPEST} operations")
        return tree

    def expression(self, canonical: str, value: Callable[[ValueOf], Any]) -> Expression:
        """What was read; refuses one that names no parameter."""
        if not self._names:
            raise self.error("names no parameter")
        return Expression(self._text, frozenset(self._names), canonical, value)

    def term(self, node: ast.expr) -> _Term:
        """A node of the tree, if the grammar knows it."""
        if isinstance(node, ast.Name | ast.Attribute):
            return self._leaf(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.term(node.operand)
            return _Term(inner.powers, f"-({inner.canonical})", lambda of: -inner.value(of))
        if isinstance(node, ast.BinOp):
            return self._binary(node)
        raise self.error("expected parameters, numbers, + - * / ** and parentheses", node)

    def same(self, nodes: list[ast.expr], terms: list[_Term], trouble: str) -> None:
        """Refuse two terms of different dimensions."""
        if terms[0].powers != terms[1].powers:
            pairs = zip(nodes, terms, strict=True)
            words = " and ".join(f"{self._part(n)} ({_named(t.powers)})" for n, t in pairs)
            raise self.error(f"{words} {trouble}")

    def error(self, trouble: str, node: ast.expr | None = None) -> InputError:
        """One line: the expression, the part where it is not the whole, what is wrong."""
        part = f"{self._part(node)}: " if node is not None else ""
        return InputError(f"{quoted(self._text)}: {part}{trouble}")

    def _binary(self, node: ast.BinOp) -> _Term:
        left, right = self.term(node.left), self.term(node.right)
        kind = type(node.op)
        if kind in _SUMS:
            sign, apply = _SUMS[kind]
            self.same([node.left, node.right], [left, right], "cannot be added")
            powers = left.powers
        elif kind in _PRODUCTS:
            sign, apply, way = _PRODUCTS[kind]
            powers = tuple(a + way * b for a, b in zip(left.powers, right.powers, strict=True))
        elif kind is ast.Pow:
            sign, apply = "**", np.power
            exponent = self._number(node.right, right)
            powers = tuple(power * exponent for power in left.powers)
        else:
            raise self.error("only + - * / and ** are known", node)
        canonical = f"({left.canonical} {sign} {right.canonical})"
        return _Term(powers, canonical, lambda of: apply(left.value(of), right.value(of)))

    def _number(self, node: ast.expr, term: _Term) -> float:
        """An exponent: a number, and not one that depends on a parameter."""
        plain = not any(isinstance(part, ast.Attribute) for part in ast.walk(node))
        with np.errstate(all="ignore"):
            exponent = float(term.value(_nothing)) if plain else np.nan
        if any(term.powers) or not np.isfinite(exponent):
            raise self.error("an exponent must be a number", node)
        return exponent

    def _leaf(self, node: ast.expr) -> _Term:
        path = _dotted(node)
        if not path:
            raise self.error("expected parameters, numbers, + - * / ** and parentheses", node)
        if path in self._literals:
            text = self._part(node)
            try:
                value, powers = parse_literal(text)
            except InputError as error:
                raise self.error(str(error)) from None
            return _Term(powers, repr(value), lambda _: np.float64(value))
        try:
            declared = lookup(self._known, path)
        except InputError as error:
            raise self.error(str(error)) from None
        self._names.add(path)
        return _Term(exponents(declared.unit), path, lambda of: of(path))

    def _part(self, node: ast.expr) -> str:
        """A node as it was written."""
        segment = ast.get_source_segment(self._source, node) or ""
        return _PLACEHOLDER.sub(lambda m: self._literals.get(m[0], m[0]), segment)

    def _take_out(self, match: re.Match[str]) -> str:
        name = f"_number_{len(self._literals)}"
        self._literals[name] = match[0]
        return name


def _depth(tree: ast.AST) -> int:
    """Longest way from the root to a leaf, counted without recursion."""
    level, depth = [tree], 0
    while level:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return depth


def _dotted(node: ast.expr) -> str:
    """The path that names with dots between them spell; empty where something else stands there."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *names[::-1]]) if isinstance(node, ast.Name) else ""


def _nothing(path: str) -> float:
    raise KeyError(path)


def _named(powers: tuple[float, ...]) -> str:
    return dimension_words(powers) or "number"
