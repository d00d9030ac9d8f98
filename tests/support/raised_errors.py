"""Which of AWS's errors operations can raise, read off the code itself.

A function raises what its `raise` statements name, or an argument that it hands on, and what the functions that it mentions raise, less
what it catches for good. Functions are found by their names in the module's globals, through tables of them as well, and methods of the
parts that a `Call` hands out by the part's name. That sees too much at times: an error that an argument rules out.
"""

import ast
import inspect
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cognito_emu.errors import AwsError
from cognito_emu.login_tokens import LoginTokens
from cognito_emu.messaging import Messenger
from cognito_emu.records import Record, asdict
from cognito_emu.tokens import IdentityTokens, Tokens
from cognito_emu.trigger_calls import TriggerCalls

PARTS = {
    "tokens": Tokens,
    "identity_tokens": IdentityTokens,
    "messenger": Messenger,
    "triggers": TriggerCalls,
    "login_tokens": LoginTokens,
}
Functions = set[types.FunctionType]


@dataclass
class _Reading:
    """What one function says."""

    raised: set[str] = field(default_factory=set)
    handled: set[str] = field(default_factory=set)
    mentioned: Functions = field(default_factory=set)


def raised_errors(functions: Iterable[Callable[..., Any]]) -> list[set[str]]:
    """For each of the functions the names of the errors that a call of it may end in."""
    starts = [inspect.unwrap(function) for function in functions]
    readings = _read_all(starts)
    errors = {function: set(reading.raised) for function, reading in readings.items()}
    waiting = True
    while waiting:
        waiting = False
        for function, reading in readings.items():
            passed_on = set().union(*(errors[other] for other in reading.mentioned)) - reading.handled
            if not passed_on <= errors[function]:
                errors[function] |= passed_on
                waiting = True
    return [errors[start] for start in starts]


def _read_all(starts: Iterable[Any]) -> dict[types.FunctionType, _Reading]:
    readings: dict[types.FunctionType, _Reading] = {}
    waiting = list(starts)
    while waiting:
        function = waiting.pop()
        if function not in readings:
            readings[function] = _read(function)
            waiting += readings[function].mentioned
    return readings


def _read(function: types.FunctionType) -> _Reading:
    names, defaults = function.__globals__, (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    reading = _Reading(raised={default.__name__ for default in defaults if _is_error(default)})
    for node in _nodes(function):
        match node:
            case ast.Raise(exc=ast.expr() as error):
                reading.raised |= _errors(names, error)
            case ast.Return(value=ast.Call(func=ast.Name() as made)):
                reading.raised |= _errors(names, made)  # made here, raised by the caller
            case ast.keyword(value=ast.Name() as handed):
                reading.raised |= _errors(names, handed)  # chosen here, raised by the function that is called
            case ast.ExceptHandler(type=ast.expr() as caught):
                raised_again = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
                reading.handled |= set() if raised_again else _errors(names, caught)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                reading.mentioned |= {method for part in PARTS.values() for method in _method(part, name)}
            case ast.Attribute(value=ast.Attribute(attr=part) | ast.Name(id=part), attr=name) if part.lstrip("_") in PARTS:
                reading.mentioned |= _method(PARTS[part.lstrip("_")], name)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if isinstance(names.get(module), types.ModuleType):
                reading.mentioned |= _functions_of(getattr(names[module], name, None))
            case ast.Name(id=name) if name in names:
                reading.mentioned |= _functions_of(names[name])
    return reading


def _nodes(function: types.FunctionType) -> Iterable[ast.AST]:
    """What stands in a function, without its decorators."""
    definition = _definitions(function.__code__.co_filename).get(function.__code__.co_firstlineno)
    return (node for statement in definition.body for node in ast.walk(statement)) if definition else ()


@cache
def _definitions(path: str) -> dict[int, ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a file, by the line on which each begins; decorators count."""
    tree = ast.parse(Path(path).read_text())
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {min([node.lineno, *(each.lineno for each in node.decorator_list)]): node for node in functions}


def _errors(names: Mapping[str, Any], node: ast.expr) -> set[str]:
    mentioned = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return {name for name in mentioned if _is_error(names.get(name))}


def _is_error(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, AwsError)


def _functions_of(value: Any) -> Functions:
    """The functions of ours behind a name: itself, those of a class that may be made there, those of a table."""
    if isinstance(value, Mapping):
        return {function for item in value.values() for function in _functions_of(item)}
    if isinstance(value, tuple | list):
        return {function for item in value for function in _functions_of(item)}
    if not str(getattr(value, "__module__", "")).startswith("cognito_emu"):
        return set()
    if isinstance(value, type):
        return set() if _is_error(value) else _methods_of(value)
    if isinstance(value, Record):
        return {function for item in asdict(value).values() for function in _functions_of(item)}
    unwrapped = inspect.unwrap(value) if callable(value) else value
    return {unwrapped} if isinstance(unwrapped, types.FunctionType) else set()


@cache
def _methods_of(owner: type) -> Functions:
    return {method for name in vars(owner) for method in _method(owner, name)}


def _method(owner: type, name: str) -> Functions:
    value = vars(owner).get(name)
    value = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    # Methods that named tuples generate have no source, and raise nothing of AWS's.
    written = isinstance(value, types.FunctionType) and inspect.getsourcefile(value) == inspect.getsourcefile(owner)
    return {value} if written else set()
