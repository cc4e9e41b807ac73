"""Formulas in an instrument or a matrix: arithmetic, comparison and a few functions over named values, nothing else.

They are written like `1.5 * ln(1 + priors) if priors > 0 else 0`; `true`, `false` and `none` are values. A formula
can neither loop nor reach anything but the names that it is given.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from fieldpo.errors import PolicyError

Value = bool | int | float | str | date | None
"""What an answer, a derived value or a score can be."""

LONGEST: Final = 400
"""Characters of a formula; longer ones belong in derived values of their own."""

_CONSTANTS: Final[dict[str, Value]] = {"true": True, "false": False, "none": None}
_ARITHMETIC: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISON: Final[dict[type[ast.cmpop], Callable[[object, object], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ORDER: Final[dict[type[ast.cmpop], Callable[[float, float], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Unworkable(Exception):
    """A formula met values that it cannot work with; the message says which."""


def half_up(number: float) -> int:
    """Round to a whole number, a half away from zero: 2.5 → 3."""
    return int(Decimal(repr(number)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def completed_years(born: date, on: date) -> int:
    """Count the years completed from one day to another; one born on 29 February is older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclass(frozen=True)
class Formula:
    """A formula that was read and found sound: its text, its tree, and the names that it needs."""

    text: str
    body: ast.expr
    names: frozenset[str]

    def value(self, values: Mapping[str, Value], tables: Mapping[str, Mapping[str, float]] | None = None) -> Value:
        """Work it out. Raises Unworkable where a value is missing, of the wrong kind, or leads out of the numbers."""
        try:
            return _Work(values, tables or {}).of(self.body)
        except (ArithmeticError, ValueError) as cause:
            raise Unworkable(f"{self.text} has no value here ({cause})") from cause
        except TypeError as cause:
            raise Unworkable(f"{self.text} cannot be worked out with these answers") from cause


def parse(text: str) -> Formula:
    """Read a formula. Raises PolicyError, without a place, saying what in it is not allowed."""
    if len(text) > LONGEST:
        raise PolicyError(f"expected a formula of at most {LONGEST} characters, got {len(text)}")
    try:
        body = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as cause:
        raise PolicyError(f"expected a formula, got “{text}”") from cause
    names: set[str] = set()
    _allow(body, names)
    return Formula(text, body, frozenset(names))


def _allow(node: ast.expr, names: set[str]) -> None:
    match node:
        case ast.Constant(value=bool() | int() | float() | str()):
            return
        case ast.Name(id=name):
            if name not in _CONSTANTS:
                names.add(name)
            return
        case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
            parts = [node.left, node.right]
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            parts = [node.operand]
        case ast.BoolOp():
            parts = node.values
        case ast.Compare(ops=ops) if all(type(op) in _COMPARISON or type(op) in _ORDER for op in ops):
            parts = [node.left, *node.comparators]
        case ast.IfExp():
            parts = [node.test, node.body, node.orelse]
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            _allow_call(name, node.args)
            parts = node.args[1:] if name == "lookup" else node.args
        case _:
            raise PolicyError(f"expected arithmetic, got “{ast.unparse(node)}”")
    for part in parts:
        _allow(part, names)


def _allow_call(name: str, given: list[ast.expr]) -> None:
    if name not in _ARITY:
        raise PolicyError(f"expected one of the functions {', '.join(sorted(_ARITY))}, got “{name}”")
    if len(given) != _ARITY[name]:
        raise PolicyError(f"expected {_ARITY[name]} values for {name}(…), got {len(given)}")
    if name == "lookup" and not isinstance(given[0], ast.Name):
        raise PolicyError("expected lookup(table, value), the table by its name")


_ARITY: Final = {
    "years": 2,
    "days": 2,
    "ln": 1,
    "exp": 1,
    "half_up": 1,
    "given": 1,
    "min": 2,
    "max": 2,
    "lookup": 2,
}


def tables_of(formula: Formula) -> frozenset[str]:
    """Name the tables that a formula looks into."""
    calls = (node for node in ast.walk(formula.body) if isinstance(node, ast.Call))
    return frozenset(
        call.args[0].id
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "lookup" and isinstance(call.args[0], ast.Name)
    )


class _Work:
    """One working-out, with the values and tables that it may use."""

    def __init__(self, values: Mapping[str, Value], tables: Mapping[str, Mapping[str, float]]) -> None:
        self._values = values
        self._tables = tables

    def of(self, node: ast.expr) -> Value:
        """Work out one node; parse has let no other kinds through."""
        match node:
            case ast.Constant(value=bool() | int() | float() | str() as plain):
                return plain
            case ast.Name(id=name):
                return _CONSTANTS[name] if name in _CONSTANTS else self._values[name]
            case ast.BinOp():
                return _ARITHMETIC[type(node.op)](self._number(node.left), self._number(node.right))
            case ast.UnaryOp(op=ast.USub()):
                return -self._number(node.operand)
            case ast.UnaryOp():
                return not self._truth(node.operand)
            case ast.BoolOp(op=ast.And()):
                return all(self._truth(part) for part in node.values)
            case ast.BoolOp():
                return any(self._truth(part) for part in node.values)
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp():
                return self.of(node.body if self._truth(node.test) else node.orelse)
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, node.args)
            case _:
                raise Unworkable(f"{ast.unparse(node)} is no arithmetic")

    def _compare(self, node: ast.Compare) -> bool:
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            if type(op) in _ORDER:
                holds = _ORDER[type(op)](self._number(left), self._number(right))
            else:
                holds = _COMPARISON[type(op)](self.of(left), self.of(right))
            if not holds:
                return False
            left = right
        return True

    def _call(self, name: str, given: list[ast.expr]) -> Value:
        match name:
            case "given":
                return self.of(given[0]) is not None
            case "lookup":
                return self._lookup(given)
            case "years":
                return completed_years(self._day(given[0]), self._day(given[1]))
            case "days":
                return (self._day(given[1]) - self._day(given[0])).days
            case "ln":
                return math.log(self._number(given[0]))
            case "exp":
                return math.exp(self._number(given[0]))
            case "half_up":
                return half_up(self._number(given[0]))
            case "min":
                return min(self._number(given[0]), self._number(given[1]))
            case _:
                return max(self._number(given[0]), self._number(given[1]))

    def _lookup(self, given: list[ast.expr]) -> float:
        name = ast.unparse(given[0])
        key = self.of(given[1])
        table = self._tables[name]
        # Codes are also written with their parts apart: 001/04, 001 04.
        for code in (key, re.sub(r"[\s/.,\-]", "", key)) if isinstance(key, str) else ():
            if code in table:
                return table[code]
        raise Unworkable(f"{key} is not in {name}")

    def _number(self, node: ast.expr) -> float:
        value = self.of(node)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unworkable(f"{ast.unparse(node)} is not a number")
        return value

    def _truth(self, node: ast.expr) -> bool:
        value = self.of(node)
        if not isinstance(value, bool):
            raise Unworkable(f"{ast.unparse(node)} is neither true nor false")
        return value

    def _day(self, node: ast.expr) -> date:
        value = self.of(node)
        if not isinstance(value, date):
            raise Unworkable(f"{ast.unparse(node)} is not a date")
        return value
