"""A small language for checks: comparisons of what named functions give, and nothing else.

Python's own grammar is read, never run: every node must be on the list below, every name must be a
function or a value that the caller gives. There are no attributes, no indexing, no loops, no powers
and no way to define anything.
"""

from __future__ import annotations

import ast
import inspect
import operator
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from egovstudy.errors import ArgumentError, listed, nearest

LONGEST, DEEPEST = 800, 12
ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISONS = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
ALLOWED = (
    "numbers, texts, lists, + - * /, comparisons, in, and, or, not, and calls of the functions of"
    " the codebook"
)


class ExpressionError(ArgumentError):
    """An expression says what the language has not, or mixes kinds that cannot be compared."""


class NotHeldError(Exception):
    """What a function was asked for is not in the tables."""


def parse(text: str, functions: Mapping[str, Callable], names: Collection[str] = ()) -> ast.expr:
    """Read an expression and refuse all that is not in the language.

    Parameters
    ----------
    text : str
        The expression, at most 800 characters.
    functions : mapping of str to callable
        What may be called; the arguments of each call are held against its signature.
    names : collection of str
        Free names, such as ``wave``.

    Returns
    -------
    ast.expr
        For :func:`evaluate`.

    Raises
    ------
    ExpressionError
        If it cannot be read, or holds anything that is not allowed.

    Examples
    --------
    >>> functions = {"rank": lambda country, wave: 64}
    >>> tree = parse('rank("IDN", wave) <= 100', functions, ["wave"])
    >>> evaluate(tree, functions, {"wave": 2024})
    True
    """
    if not isinstance(text, str) or not text.strip():
        raise ExpressionError(
            f"{text!r} is no expression. Write a comparison, or leave the cell empty."
        )
    if len(text) > LONGEST:
        raise ExpressionError(
            f"{len(text)} characters came, {LONGEST} are allowed. Say less in one check."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Python would read "1in [1]" or "\\d" and only frown
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, Warning) as error:
        where = (
            f" at character {error.offset}"
            if isinstance(error, SyntaxError) and error.offset
            else ""
        )
        why = error.msg if isinstance(error, SyntaxError) else "it cannot be read"
        raise ExpressionError(f"{text!r} cannot be read{where} ({why}).") from None
    _hold(tree, functions, names, 0)
    return tree


def _hold(
    node: ast.AST, functions: Mapping[str, Callable], names: Collection[str], depth: int
) -> None:
    """Refuse a node that is not on the list, and look at what it holds."""
    if depth > DEEPEST:
        raise ExpressionError(
            f"more than {DEEPEST} levels stand inside each other. Say less in one check."
        )
    inner: Sequence[ast.AST]
    match node:
        case ast.Constant(value=bool() | int() | float() | str()):
            inner = []
        case ast.Name(id=name):
            if name not in names:
                kind = (
                    "is a function: call it with brackets"
                    if name in functions
                    else "is no name of the language"
                )
                free = listed(sorted(names)) or "none"
                raise ExpressionError(
                    f"{name!r} {kind}. Free names: {free}.{nearest(name, [*names, *functions])}"
                )
            inner = []
        case ast.List(elts=inner) | ast.BoolOp(values=inner):
            pass
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=one):
            inner = [one]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            inner = [left, right]
        case ast.Compare(left=left, ops=ops, comparators=others) if all(
            type(op) in COMPARISONS for op in ops
        ):
            inner = [left, *others]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            _hold_call(name, args, keywords, functions)
            inner = [*args, *(one.value for one in keywords)]
        case _:
            shown = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
            raise ExpressionError(f"{shown!r} is not in the language. Allowed: {ALLOWED}.")
    for part in inner:
        _hold(part, functions, names, depth + 1)


def _hold_call(
    name: str, args: list, keywords: list[ast.keyword], functions: Mapping[str, Callable]
) -> None:
    if name not in functions:
        known = sorted(functions)
        raise ExpressionError(
            f"no function {name!r}. Functions: {listed(known, most=60)}.{nearest(name, known)}"
        )
    if any(isinstance(one, ast.Starred) for one in args) or any(
        one.arg is None for one in keywords
    ):
        raise ExpressionError(f"{name} is called with * or **. Write its arguments out.")
    signature = inspect.signature(functions[name])
    try:
        signature.bind(*args, **{str(one.arg): one.value for one in keywords})
    except TypeError as error:
        raise ExpressionError(
            f"{name} cannot be called so ({error}). It is {call_form(name, functions)}."
        ) from None


def call_form(name: str, functions: Mapping[str, Callable]) -> str:
    """Show how a function is called.

    Examples
    --------
    >>> call_form("rank", {"rank": lambda country, wave, index="egdi": 1})
    "rank(country, wave, index='egdi')"
    """
    shape = inspect.signature(functions[name])
    plain = [one.replace(annotation=inspect.Parameter.empty) for one in shape.parameters.values()]
    return f"{name}{shape.replace(parameters=plain, return_annotation=inspect.Signature.empty)}"


def evaluate(tree: ast.expr, functions: Mapping[str, Callable], values: Mapping[str, Any]) -> bool:
    """Say whether an expression is true.

    All parts of an ``and`` or ``or`` are looked at, so that each leaves what it found; a part that
    cannot be known matters only where the others do not decide.

    Parameters
    ----------
    tree : ast.expr
        As :func:`parse` gives it.
    functions : mapping of str to callable
        What may be called.
    values : mapping of str to number
        Value of each free name.

    Returns
    -------
    bool

    Raises
    ------
    ExpressionError
        If kinds are mixed, or the whole is not true or false.
    NotHeldError
        If the tables do not hold what decides.
    """
    found = _value(tree, functions, values)
    if not isinstance(found, bool):
        raise ExpressionError(
            f"{ast.unparse(tree)!r} gives {found!r}, which is neither true nor false. Compare it."
        )
    return found


def _value(node: ast.expr, functions: Mapping[str, Callable], values: Mapping[str, Any]) -> Any:
    def of(one: ast.expr) -> Any:
        return _value(one, functions, values)

    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return values[name]
        case ast.List(elts=parts):
            return [of(one) for one in parts]
        case ast.UnaryOp(op=ast.Not(), operand=one):
            return not evaluate(one, functions, values)
        case ast.UnaryOp(operand=one):
            return -_number(of(one), one)
        case ast.BinOp(left=left, op=op, right=right):
            try:
                return ARITHMETIC[type(op)](_number(of(left), left), _number(of(right), right))
            except (ZeroDivisionError, OverflowError):
                raise ExpressionError(f"{ast.unparse(node)!r} cannot be worked out.") from None
        case ast.BoolOp(op=op, values=parts):
            return _joined(isinstance(op, ast.Or), parts, functions, values)
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [of(one) for one in (left, *others)]
            return all(
                _compared(type(op), one, other, node)
                for op, one, other in zip(ops, sides, sides[1:], strict=False)
            )
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            try:
                return functions[name](
                    *(of(one) for one in args), **{str(one.arg): of(one.value) for one in keywords}
                )
            except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
                if isinstance(error, ArgumentError):
                    raise
                raise ExpressionError(
                    f"{ast.unparse(node)!r} cannot be worked out ({error})."
                ) from None
    raise ExpressionError(f"{ast.unparse(node)!r} is not in the language. Allowed: {ALLOWED}.")


def _joined(
    decides: bool,
    parts: list[ast.expr],
    functions: Mapping[str, Callable],
    values: Mapping[str, Any],
) -> bool:
    found, unknown = [], None
    for part in parts:
        try:
            found.append(evaluate(part, functions, values))
        except NotHeldError as error:
            unknown = unknown or error
    if decides in found:
        return decides
    if unknown:
        raise unknown
    return not decides


def _number(value: Any, node: ast.expr) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError(f"{ast.unparse(node)!r} gives {value!r}, which is no number.")
    return value


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth"
    return (
        "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else "list"
    )


def _compared(op: type[ast.cmpop], one: Any, other: Any, node: ast.expr) -> bool:
    kinds = _kind(one), _kind(other)
    inside = (
        op in (ast.In, ast.NotIn)
        and kinds[1] in ("list", "text")
        and (kinds[1] == "list" or kinds[0] == "text")
    )
    if not inside and (op in (ast.In, ast.NotIn) or kinds[0] != kinds[1]):
        raise ExpressionError(f"{ast.unparse(node)!r} compares a {kinds[0]} with a {kinds[1]}.")
    return bool(COMPARISONS[op](one, other))
