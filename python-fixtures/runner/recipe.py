"""From a recipe's text to a function. The text is the body of a function and is never touched as text:
indenting it would change its multi-line strings."""

from __future__ import annotations

import ast
import sys
from types import ModuleType
from typing import Any, Callable, NamedTuple

from runner.literal import LiteralProblem

#: The module in which recipes run; what they define (models, enums, errors) belongs to it.
MODULE = "recipe"


class Source(NamedTuple):
    """A recipe's text, and where it stands."""

    code: str
    file: str
    #: 1-based line of the file at which the code begins.
    line: int


class Recipe(NamedTuple):
    """`function` takes nothing; it returns the recipe's value, or a coroutine of it where `is_async`."""

    function: Callable[[], Any]
    is_async: bool


def compile_recipe(source: Source, scope: dict[str, object], always_async: bool) -> Recipe:
    """`scope` becomes the globals of the recipe, and stays the very dictionary: values that are put there
    later are seen, and a recipe that assigns to a name that is there already (`conn`) changes it there.
    Positions in tracebacks are those of the file. Code that does not compile becomes a recipe that raises
    that error.
    """
    try:
        body = _parse(source)
        is_async = always_async or needs_loop(body)
        exec(_code_object(body, is_async, source, sorted(scope)), scope)
    except (SyntaxError, ValueError) as error:  # ValueError: null bytes, before 3.12
        return _raising(error, always_async)
    function = scope.pop(MODULE)
    assert callable(function)
    return Recipe(function, is_async)


def run_given(source: Source, scope: dict[str, object]) -> None:
    """Runs what a probe gives all its recipes as the top of their module.

    :raises LiteralProblem: where it fails: the probe is at fault, never the client.
    """
    try:
        module = ast.parse(source.code, source.file)
        ast.increment_lineno(module, source.line - 1)
        exec(compile(module, source.file, "exec", dont_inherit=True), scope)
    except Exception as error:
        text = "given, %s:%d: %s: %s" % (source.file, source.line, type(error).__name__, error)
        raise LiteralProblem(text) from error


def fresh_scope(names: list[str]) -> dict[str, object]:
    """The globals of a new module with these names still empty. The import system knows it as MODULE: Django
    finds the application of a model by it, typing resolves annotations in it."""
    module = sys.modules.setdefault(MODULE, ModuleType(MODULE))
    vars(module).update(dict.fromkeys(names))
    return vars(module)


def needs_loop(body: list[ast.stmt]) -> bool:
    """Whether the function itself awaits: nested functions have their own answer."""
    return any(_awaits(node) for node in body)


def _parse(source: Source) -> list[ast.stmt]:
    try:
        return ast.parse(source.code, source.file).body
    except SyntaxError as error:
        if error.lineno is not None:
            error.lineno += source.line - 1
        raise


def _code_object(body: list[ast.stmt], is_async: bool, source: Source, names: list[str]) -> Any:
    shell = ast.parse("async def recipe(): pass" if is_async else "def recipe(): pass", source.file)
    function = shell.body[0]
    assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
    shared: list[ast.stmt] = [ast.Global(names=[name for name in names if not name.startswith("__")])]
    function.body = [*shared, *body]
    ast.fix_missing_locations(shell)
    ast.increment_lineno(shell, source.line - 1)
    return compile(shell, source.file, "exec", dont_inherit=True)


def _raising(error: Exception, is_async: bool) -> Recipe:
    def fail() -> None:
        raise error

    async def fail_in_loop() -> None:
        raise error

    return Recipe(fail_in_loop if is_async else fail, is_async)


def _awaits(node: ast.AST) -> bool:
    if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
        return True
    if isinstance(node, ast.comprehension) and node.is_async:
        return True
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return any(_awaits(outer) for outer in _evaluated_outside(node))
    if isinstance(node, ast.GeneratorExp):  # only its first source is evaluated here
        return _awaits(node.generators[0].iter)
    return any(_awaits(child) for child in ast.iter_child_nodes(node))


def _evaluated_outside(function: Any) -> list[ast.AST]:
    """Decorators and defaults of a nested function run in the surrounding one."""
    defaults = [default for default in [*function.args.defaults, *function.args.kw_defaults] if default]
    return [*getattr(function, "decorator_list", []), *defaults]
