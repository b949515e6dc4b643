"""Whoever signs in comes back to the page they left, with its inputs and its link.

Streamlit's sign-in ends at the root of the form and drops the rest of the address. So the browser
keeps the address in a cookie on its way to the provider. It is known from the header Referer,
which the form's pages send to their own server alone. Streamlit says nothing of a sign-in that
failed; the address does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAVING, COMING = "/auth/login", "/oauth2callback"
"""Where Streamlit sends a browser to sign in, and where the provider sends it back to."""
COOKIE = "battcalc_back"
REFUSED = "not_signed_in"
"""Parameter of an address to which a sign-in came back with nobody."""
_USER = "_streamlit_user"
LONGEST = 3_500
"""Characters of an address that fit a cookie; a longer one is not kept."""
KEPT_S = 3_600
_PLACE = r"/(?![/\\])[!-~]*"
_REFERER = re.compile(rf"https?://(?P<host>[^/]+)(?P<place>{_PLACE})")
_SAFE = "".join(chr(code) for code in range(33, 127) if chr(code) not in '",;\\')


class Returning:
    """Keeps the address on the way to the provider, and goes there on the way back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; of the answer to the two change the headers."""
        path = scope["path"] if scope["type"] == "http" else ""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                asked, headers = Headers(scope=scope), MutableHeaders(scope=message)
                if path.endswith(LEAVING):
                    back = path.removesuffix(LEAVING) + COMING
                    headers.append("Set-Cookie", _cookie(left(asked), back))
                elif "Location" in headers:
                    place = kept(asked) or headers["Location"]
                    headers["Location"] = place if _is_signed_in(headers) else refused(place)
                    headers.append("Set-Cookie", _cookie("", path))
            await send(message)

        await self._app(scope, receive, sending if path.endswith((LEAVING, COMING)) else send)


def left(asked: Headers) -> str:
    """Path and inputs of the form's own page that a request comes from; empty if from none."""
    found = _REFERER.fullmatch(asked.get("Referer", ""))
    if found is None or found["host"] != asked.get("Host"):
        return ""
    place = quote(found["place"], safe=_SAFE)
    return place if len(place) <= LONGEST else ""


def kept(asked: Headers) -> str:
    """The address that the browser kept; empty unless it is a place on this server."""
    place = cookie_parser(asked.get("Cookie", "")).get(COOKIE, "")
    return place if re.fullmatch(_PLACE, place) else ""


def refused(place: str) -> str:
    """An address of the form with the word that nobody was signed in."""
    bare, mark, fragment = place.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{REFUSED}=1{mark}{fragment}"


def _is_signed_in(headers: MutableHeaders) -> bool:
    """Whether an answer gives the browser the cookie of a user, and takes none away."""
    cookies = [one for one in headers.getlist("Set-Cookie") if one.startswith(_USER)]
    return bool(cookies) and not any("max-age=0" in one.lower() for one in cookies)


def _cookie(place: str, path: str) -> str:
    age_s = KEPT_S if place else 0
    return f"{COOKIE}={place}; Path={path}; Max-Age={age_s}; HttpOnly; SameSite=Lax"
