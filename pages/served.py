"""The web form with the headers a browser is told to keep to: ``streamlit run pages/served.py``.

Streamlit sends none of its own. The policy lets the form load from its own server alone, so that
text that slipped through as markup could fetch nothing and tell nobody; and no other site may
show the form in a frame.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from contextlib import asynccontextmanager
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware

from pages.returning import Returning

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def inline_scripts(page: str) -> str:
    """Hashes of the scripts that stand in the page itself, as a policy names them."""
    digests = (sha256(text.encode()).digest() for text in _INLINE.findall(page))
    return " ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)


def _frontend() -> str:
    return (files("streamlit") / "static" / "index.html").read_text(encoding="utf-8")


POLICY = MappingProxyType(
    {
        "default-src": "'self'",
        # tables are read by compiled code, which is no script
        "script-src": f"'self' 'wasm-unsafe-eval' {inline_scripts(_frontend())}".strip(),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
)
HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": "; ".join(f"{key} {value}" for key, value in POLICY.items()),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        # nothing to any other server; the own one learns which page a sign-in began on
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
)


class WithHeaders:
    """Adds the headers to every answer, errors and files included.

    Where a proxy says that the browser came by TLS, cookies are sent by TLS alone: Streamlit's
    own would go out in the clear as well, and who has them is signed in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a websocket has no page to protect."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(dict(HEADERS))
                if scope["scheme"] == "https":
                    message["headers"] = [_secure(*pair) for pair in message["headers"]]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def _secure(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    bare = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return name, value + b"; Secure" if bare else value


@asynccontextmanager
async def readied(_app: st.App) -> AsyncIterator[None]:
    """Read the database while nobody waits yet; whoever comes first does not wait for all of it."""
    reading = asyncio.get_running_loop().run_in_executor(None, _read)
    yield
    await reading


def _read() -> None:
    from pages.cached import shipped

    shipped()


app = st.App(
    Path(__file__).with_name("app.py"),
    lifespan=readied,
    middleware=[Middleware(WithHeaders), Middleware(Returning)],
)
