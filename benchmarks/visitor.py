"""The web form on a port of this machine, and visitors that speak to it as a browser does.

A visitor sends the messages of Streamlit's frontend over its websocket and reads the answer to
the end, so that twenty of them cost far less than twenty browsers.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FORM = ROOT / "pages" / "served.py"
START_S = 60.0
ANSWER_S = 120.0
_LARGEST = 64_000_000
_RERUN_FOLLOWS = 2
"""How a script ends that asked for another run of itself."""
_PAGE_BYTES = 4096


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    pid: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rss_mb(self) -> float:
        """Memory the process holds."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE_BYTES / 1e6

    def said(self) -> str:
        """What the server wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def served(script: Path = FORM, workers: int = 0) -> Iterator[Served]:
    """A server of the script on a free port, with processes that solve; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "server.log"
        with log.open("wb") as stream:
            server = subprocess.Popen(
                command, cwd=ROOT, stdout=stream, stderr=stream,
                env={**os.environ, "BATTCALC_WORKERS": str(workers)},
            )  # fmt: skip
            running = Served(port, server.pid, log)
            try:
                _wait(running, server)
                yield running
            finally:
                _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(timeout=20)


def _wait(running: Served, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended:\n{running.said()}")
        try:
            with urllib.request.urlopen(f"{running.address}/_stcore/health", timeout=5):
                return
        except OSError:  # not yet, or not yet well
            time.sleep(0.2)
    raise RuntimeError(f"the server did not answer within {START_S:g} s")


@dataclass
class Visitor:
    """One session. ``elements`` holds what the last whole run of the script drew."""

    link: Any
    at: Served
    session: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    page: str = ""
    query: str = ""
    set_by_id: dict[str, Any] = field(default_factory=dict)
    elements: list[Any] = field(default_factory=list)
    widgets: dict[str, Any] = field(default_factory=dict)
    _fragments: dict[str, float] = field(default_factory=dict)
    """Parts that ask to be run again, with the seconds between."""
    _part: bool = False

    @classmethod
    async def arrive(cls, at: Served) -> Visitor:
        """Open the websocket; nothing is run yet."""
        from websockets.asyncio.client import connect
        from websockets.typing import Subprotocol

        url = f"ws://127.0.0.1:{at.port}/_stcore/stream"
        link = await connect(
            url, origin=at.address, subprotocols=[Subprotocol("streamlit")], max_size=_LARGEST
        )  # type: ignore[call-overload]
        return cls(link, at)

    async def leave(self) -> None:
        await self.link.close()

    def put(self, key: str, **value: Any) -> None:
        """Give a widget a value, as ``string_array_value=[...]``; sent with the next run."""
        from streamlit.proto.WidgetStates_pb2 import WidgetState

        widget = self.widgets[key]
        state = WidgetState(id=widget.id)
        for name, given in value.items():
            if name == "string_array_value":
                state.string_array_value.data.extend(given)
            else:
                setattr(state, name, given)
        self.set_by_id[widget.id] = state

    async def upload(self, key: str, name: str, content: bytes) -> None:
        """Give a file to an uploader, as a browser does; sent with the next run."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.WidgetStates_pb2 import WidgetState

        asked = BackMsg()
        asked.file_urls_request.request_id, asked.file_urls_request.session_id = name, self.session
        asked.file_urls_request.file_names.append(name)
        await self.link.send(asked.SerializeToString())
        message = await self._next()
        while message.WhichOneof("type") != "file_urls_response":
            message = await self._next()
        (urls,) = message.file_urls_response.file_urls
        await asyncio.to_thread(put_file, self.at.address, urls.upload_url, name, content)
        state = WidgetState(id=self.widgets[key].id)
        state.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=len(content), file_id=urls.file_id, file_urls=urls
        )
        self.set_by_id[state.id] = state

    async def press(self, key: str) -> float:
        """Press a button; seconds until its answer stood."""
        self.put(key, trigger_value=True)
        took = await self.run()
        self.set_by_id = {i: s for i, s in self.set_by_id.items() if not s.trigger_value}
        return took

    async def go(self, title: str) -> float:
        """Go to another page; seconds until it stood."""
        self.page = self.pages[title]
        return await self.run()

    async def run(self) -> float:
        """Run the script and wait for its answer, late parts included; seconds it took."""
        begun = time.perf_counter()
        await self._ask()
        async with asyncio.timeout(ANSWER_S):
            await self._answer()
            while self._fragments:
                fragment, wait = next(iter(self._fragments.items()))
                await asyncio.sleep(wait)
                await self._ask(fragment)
                await self._answer()
        return time.perf_counter() - begun

    async def _ask(self, fragment: str = "") -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        self._part = bool(fragment)
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash = self.query, self.page
        asked.fragment_id, asked.is_auto_rerun = fragment, bool(fragment)
        asked.widget_states.widgets.extend(self.set_by_id.values())
        await self.link.send(message.SerializeToString())

    async def _answer(self) -> None:
        while True:
            message = await self._next()
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                if message.script_finished != _RERUN_FOLLOWS:
                    return
            else:
                self._take(kind, message)

    async def _next(self) -> Any:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        return ForwardMsg.FromString(await self.link.recv())

    def _take(self, kind: str, message: Any) -> None:
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
            self._begin()
        elif kind == "navigation":
            self.pages = {p.page_name: p.page_script_hash for p in message.navigation.app_pages}
            self.page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._fragments[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._element(message.delta.new_element)

    def _begin(self) -> None:
        """A run begins; what stood goes, unless only a part of the page is run."""
        if not self._part:
            self.elements.clear()
            self.widgets.clear()
            self._fragments.clear()
        self._part = False  # a further run of the same answer is one of the whole script

    def _element(self, element: Any) -> None:
        self.elements.append(element)
        inner = getattr(element, element.WhichOneof("type"))
        parts = str(getattr(inner, "id", "")).split("-", 2)  # $$ID-hash-key
        if len(parts) == 3:
            self.widgets[parts[2]] = inner

    def of_kind(self, kind: str) -> list[Any]:
        """Elements of a kind, such as ``exception`` or ``alert``."""
        return [getattr(e, kind) for e in self.elements if e.WhichOneof("type") == kind]

    def table(self, alt: str) -> Any:
        """The table that is described so to those who cannot see it, as a data frame."""
        import pyarrow as pa

        (found,) = [one for one in self.of_kind("dataframe") if one.alt == alt]
        with pa.ipc.open_stream(found.arrow_data.data) as stream:
            return stream.read_pandas()


@asynccontextmanager
async def visiting(at: Served) -> AsyncIterator[Visitor]:
    """A visitor whose first page stands; it leaves with the block."""
    visitor = await Visitor.arrive(at)
    try:
        await visitor.run()
        yield visitor
    finally:
        await visitor.leave()


def put_file(address: str, path: str, name: str, content: bytes, token: bool = True) -> int:
    """Send a file to an upload address; the status of the answer."""
    import http.client

    host = address.removeprefix("http://")
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    if token:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=10) as health:
            cookie = str(health.headers["Set-Cookie"]).partition(";")[0]
        headers |= {"Cookie": cookie, "X-Xsrftoken": cookie.partition("=")[2]}
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--x--\r\n"
    link = http.client.HTTPConnection(host, timeout=30)
    try:
        link.request("PUT", path, body, headers)
        with link.getresponse() as answer:
            answer.read()
            return answer.status
    finally:
        link.close()
