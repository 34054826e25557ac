"""A reader without a browser: a websocket client that speaks Streamlit's own protocol.

A page is asked for as the browser asks (``BackMsg.rerun_script``) and the answers are read until
the script says that it has finished.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

_PATIENCE_S = 180.0
# Streamlit redraws an exception of a callback or of the script as this element; the app itself
# says what fails in words, in an alert of an error.
_FAILED, _SAID = "exception", "alert"


@dataclass
class Run:
    """One run of the script, as its reader saw it."""

    seconds: float = 0.0
    received: int = 0
    messages: int = 0
    elements: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    blocks: set[tuple[int, ...]] = field(default_factory=set)


@dataclass(frozen=True)
class Widget:
    """A widget that can be changed: its id, the fragment it lives in, the element itself."""

    identity: str
    fragment: str
    element: Element


class Session:
    """One reader. ``widgets`` holds those of the last page, by label."""

    def __init__(self, wire: ClientConnection):
        self._wire = wire
        self._pages: dict[str, str] = {}
        self._page = ""
        self._query = ""
        self._states: dict[str, WidgetState] = {}
        self.widgets: dict[str, Widget] = {}
        self.identity = ""

    @property
    def query(self) -> str:
        """What the address bar holds after the ``?``."""
        return self._query

    async def open(self, page: str = "", query: str = "") -> Run:
        """Open a page by its name in the address (``""``: the first), as a link does."""
        self._states, self.widgets, self._query = {}, {}, query
        asked = BackMsg()
        if page in self._pages:
            asked.rerun_script.page_script_hash = self._pages[page]
        else:
            asked.rerun_script.page_name = page
        return await self._run(asked)

    async def change(self, label: str, **value: object) -> Run:
        """Set a widget (``double_array_value=[3.0]`` …) and run what the browser would run."""
        widget = self.widgets[label]
        state = WidgetState(id=widget.identity)
        for name, given in value.items():
            if isinstance(given, list):
                getattr(state, name).data.extend(given)
            else:
                setattr(state, name, given)
        self._states[widget.identity] = state
        asked = BackMsg()
        asked.rerun_script.page_script_hash = self._page
        asked.rerun_script.fragment_id = widget.fragment
        return await self._run(asked)

    async def upload_path(self, name: str) -> str:
        """The path where the browser would send a file of this name."""
        asked = BackMsg()
        asked.file_urls_request.request_id = name
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = self.identity
        await self._wire.send(asked.SerializeToString())
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                payload = await self._wire.recv()
                message = ForwardMsg.FromString(
                    payload.encode() if isinstance(payload, str) else payload
                )
                if message.WhichOneof("type") == "file_urls_response":
                    return str(message.file_urls_response.file_urls[0].upload_url)

    async def _run(self, asked: BackMsg) -> Run:
        asked.rerun_script.query_string = self._query
        asked.rerun_script.widget_states.widgets.extend(self._states.values())
        run = Run()
        start = time.perf_counter()
        await self._wire.send(asked.SerializeToString())
        async with asyncio.timeout(_PATIENCE_S):
            while not self._took(run, await self._wire.recv()):
                pass
        run.seconds = time.perf_counter() - start
        return run

    def _took(self, run: Run, payload: str | bytes) -> bool:
        """Read one message; true when it ends the run."""
        raw = payload.encode() if isinstance(payload, str) else payload
        run.received += len(raw)
        run.messages += 1
        message = ForwardMsg.FromString(raw)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
            self.identity = message.new_session.initialize.session_id or self.identity
            run.blocks.clear()  # st.rerun: the same run for its reader, another for its messages
        elif kind == "navigation":
            self._pages = {
                "" if page.is_default else page.url_pathname: page.page_script_hash
                for page in message.navigation.app_pages
            }
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._saw(run, message.delta.new_element, message.delta.fragment_id)
        elif kind == "delta" and message.delta.WhichOneof("type") == "add_block":
            self._opened(run, tuple(message.metadata.delta_path))
        elif kind == "page_not_found":
            run.failures.append("page not found")
        elif kind == "script_finished":
            ended = ForwardMsg.ScriptFinishedStatus.Name(message.script_finished)
            if "ERROR" in ended:
                run.failures.append(ended)
            return ended != "FINISHED_EARLY_FOR_RERUN"
        return False

    def _opened(self, run: Run, path: tuple[int, ...]) -> None:
        """A block opened twice in a run is a failure, seen or not by this reader.

        Messages that wait are merged by place: what the second block holds may be sent before it,
        and a browser that meets a child without its parent shows a white page.
        """
        if path in run.blocks:
            run.failures.append(f"block {list(path)} opened twice in one run")
        run.blocks.add(path)

    def _saw(self, run: Run, element: Element, fragment: str) -> None:
        kind = element.WhichOneof("type")
        run.elements.append(kind)
        if kind == _FAILED:
            run.failures.append(f"{element.exception.type}: {element.exception.message}")
        if kind == _SAID and element.alert.format == Alert.ERROR:
            run.failures.append(element.alert.body)
        shown = getattr(element, kind)
        label = getattr(shown, "label", "")
        if label and getattr(shown, "id", ""):
            self.widgets[label] = Widget(shown.id, fragment, element)


@asynccontextmanager
async def session(stream: str) -> AsyncIterator[Session]:
    """A reader of the app whose websocket is at ``stream``; gone at the end."""
    async with connect(
        stream,
        subprotocols=["streamlit"],
        max_size=None,
        compression=None,
        open_timeout=_PATIENCE_S,
        ping_interval=None,
    ) as wire:
        yield Session(wire)
