"""Several readers at once: none meets an error, and each sees the territory it asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from tests.serving.crowd import crowd
from tests.serving.session import session

T = TypeVar("T")
READERS = 4
# Appel is in the load bench: its variants alone take longer than all the rest of this test.
PAGES = ("", "quartier", "donnees")


def _run(work: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: the browser of other tests keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()


def test_readers_at_once_meet_no_error(server):
    """Each page is opened by all, in different orders, through Streamlit's own protocol."""
    pages = [(name, "territoire=demo") for name in PAGES]
    visit = _run(crowd(server, pages, READERS))
    assert visit.failures == []
    assert len(visit.runs) == READERS * len(pages)
    for page in PAGES:
        elements = {len(run.elements) for name, run in visit.runs if name == page}
        assert min(elements) > 10


def test_the_choice_of_one_reader_does_not_reach_another(server, demo_analysis):
    """Shared caches hold what is read; what is chosen stays in its session."""
    first, second = demo_analysis.qpv["code_qp"].iloc[[0, 1]]

    async def both() -> tuple[str, str]:
        async with session(server.stream) as one, session(server.stream) as two:
            await asyncio.gather(
                one.open("", f"territoire=demo&qpv={first}"),
                two.open("", f"territoire=demo&qpv={second}"),
            )
            await asyncio.gather(one.open("donnees"), two.open("donnees"))
            await asyncio.gather(one.open(""), two.open(""))
            return one.query, two.query

    one, two = _run(both())
    assert first in one and second not in one
    assert second in two and first not in two


def test_a_part_that_runs_alone_may_change_the_view_of_a_page_opened_whole(server, demo_analysis):
    """The whole view is in the address: the page itself has no reason to draw its links again."""
    code = demo_analysis.qpv["code_qp"].iloc[0]

    async def chosen() -> tuple[str, list[str]]:
        async with session(server.stream) as reader:
            await reader.open("", "territoire=demo")
            first = await reader.open("", reader.query)
            first_of_all = next(label for label in reader.widgets if label.startswith("1 · "))
            then = await reader.change(first_of_all, trigger_value=True)
            return reader.query, first.failures + then.failures

    query, failures = _run(chosen())
    assert failures == []
    assert code in query


def test_an_error_of_a_page_would_be_seen(server):
    """The proof above is worth something only if a page that fails is reported."""
    visit = _run(crowd(server, [("", "territoire=nulle-part")], 1))
    assert any("introuvable" in said for said in visit.failures)
