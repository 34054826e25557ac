"""A reader quicker than the network: what was sent before is still there when it is asked again."""

from __future__ import annotations

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

pytestmark = pytest.mark.browser


def test_a_screen_comes_back_whole_when_it_is_asked_for_before_the_next_one_has_come(
    served, watched
):
    """Two requests run ahead of the answers; the second one says what the browser holds.

    Taking the first answer, a browser that keeps the large parts for two runs only throws away
    those of the screen asked for; it is then sent references to them, and the page dies.
    """
    late: list[bytes] = []
    holding = False

    def between(browser_side) -> None:
        server_side = browser_side.connect_to_server()

        def from_server(message: bytes) -> None:
            (late.append if holding else browser_side.send)(message)

        def from_browser(message: bytes) -> None:
            nonlocal holding
            if late:
                holding = False
                for one in late:
                    browser_side.send(one)
                late.clear()
            server_side.send(message)

        server_side.on_message(from_server)
        browser_side.on_message(from_browser)

    def ended() -> bool:
        kinds = [ForwardMsg.FromString(one).WhichOneof("type") for one in late]
        return "script_finished" in kinds

    page = watched.page
    page.route_web_socket("**/_stcore/stream", between)
    watched.open_still(f"{served}/donnees?territoire=demo")
    page.get_by_role("link", name="Carte", exact=True).click()
    page.get_by_role("heading", name="Carte", level=1).wait_for()
    watched.still()
    holding = True
    page.get_by_role("link", name="Pratiques", exact=True).click()
    for _ in range(3600):
        if ended():
            break
        page.wait_for_timeout(50)
    assert ended()
    page.evaluate("history.back()")
    page.get_by_role("heading", name="Données", level=1).wait_for()
    watched.still()
    page.get_by_role("heading", name="Qualité").wait_for()
    assert watched.errors == []
