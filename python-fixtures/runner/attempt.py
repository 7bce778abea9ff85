"""Runs one recipe inside one session, in the child, and says what came of it."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple, Sequence

from runner.failure import describe
from runner.literal import LiteralProblem, evaluate
from runner.progress import Progress
from runner.recipe import Recipe, Source, compile_recipe, fresh_scope
from runner.sessions import AsyncSession, Endpoint, Family, Session
from runner.surroundings import Ask, Surroundings

#: Seconds for asking a coroutine connection once more: a task that the recipe left behind may hold it.
_PATIENCE = 2.0


class Stage(NamedTuple):
    """What a request finds in this worker."""

    family: Family
    #: The family's SCOPE.
    names: Sequence[str]
    surroundings: Surroundings
    #: Where the files of the surroundings are.
    folder: str


def attempt(request: dict[str, Any], stage: Stage, ask: Ask) -> dict[str, Any]:
    """`request` is a RecipeRequest; the answer lacks what only the worker can measure."""
    family, surroundings = stage.family, stage.surroundings
    try:
        value, expected = evaluate(request["value"], "value"), evaluate(request["expect"], "expect")
    except LiteralProblem as problem:
        return {"outcome": "rejected", "reason": str(problem)}
    scope = fresh_scope(["value", "figure", *surroundings.names(), *stage.names])
    scope["value"] = value
    source = Source(**request["recipe"])
    given = request["given"] and Source(**request["given"])
    recipe = compile_recipe(source, scope, always_async=family.session is None)
    progress = Progress(scope, expected, given)
    scope.update(surroundings.scope(stage.folder, ask))
    try:
        _run(family, Endpoint(**request["endpoint"]), recipe, progress)
    except MemoryError:  # the child then ends itself, as the kernel would have done
        raise
    except LiteralProblem as problem:
        return {"outcome": "rejected", "reason": str(problem)}
    except BaseException as error:
        failure = {"phase": progress.phase, "error": describe(error, source.file)}
        return {**progress.report(), "outcome": "raised", **failure}
    return {**progress.report(), "outcome": "returned", **progress.returned}


def _run(family: Family, endpoint: Endpoint, recipe: Recipe, progress: Progress) -> None:
    if family.session is None or (recipe.is_async and family.async_session is not None):
        assert family.async_session is not None
        asyncio.run(_in_loop(family.async_session(endpoint), recipe, progress))
        return
    session = family.session(endpoint)
    if family.call is None or recipe.is_async:
        _plain(session, recipe, progress)
        return
    family.call(lambda: _plain(session, recipe, progress))


def _plain(session: Session, recipe: Recipe, progress: Progress) -> None:
    try:
        session.open()
        given = session.scope.get(session.subject or "")
        progress.begin(session.scope, session.identify(given))
        progress.finish(asyncio.run(recipe.function()) if recipe.is_async else recipe.function())
        session.commit()
        for subject in progress.subjects(session.subject, given):
            _ask_again(session, subject, progress)
    except BaseException:
        _quietly(session.rollback)
        raise
    finally:
        _quietly(session.close)


def _ask_again(session: Session, subject: object, progress: Progress) -> None:
    try:
        progress.note(session.identify(subject))
    except Exception:
        """Closed or broken by the recipe: what it said before stands."""


def _quietly(step: Any) -> None:
    """Cleaning up must not hide what went before."""
    try:
        step()
    except Exception:
        """The connection may be gone already."""


async def _in_loop(session: AsyncSession, recipe: Recipe, progress: Progress) -> None:
    try:
        await session.open()
        given = session.scope.get(session.subject or "")
        progress.begin(session.scope, await session.identify(given))
        progress.finish(await recipe.function())
        await session.commit()
        for subject in progress.subjects(session.subject, given):
            await _ask_again_in_loop(session, subject, progress)
    except BaseException:
        await _quietly_in_loop(session.rollback)
        raise
    finally:
        await _quietly_in_loop(session.close)


async def _ask_again_in_loop(session: AsyncSession, subject: object, progress: Progress) -> None:
    try:
        progress.note(await asyncio.wait_for(session.identify(subject), _PATIENCE))
    except Exception:
        """As above."""


async def _quietly_in_loop(step: Any) -> None:
    try:
        await asyncio.wait_for(step(), _PATIENCE)
    except Exception:
        """As above."""
