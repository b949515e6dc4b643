"""Where a sign-in leads back to, and by what its cookies are sent."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse

from benchmarks.visitor import Served
from pages.returning import COMING, COOKIE, LEAVING, LONGEST, Returning, left

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

PROVIDER = "https://provider/"


async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
    """To the provider or to the root, as Streamlit answers the two addresses."""
    to = PROVIDER if scope["path"].endswith(LEAVING) else "/"
    told = RedirectResponse(to, 302)
    if b"code=good" in scope["query_string"]:
        told.set_cookie("_streamlit_user", "somebody")
    elif b"code=forged" in scope["query_string"]:
        told.delete_cookie("_streamlit_user")
    await told(scope, receive, send)


def answer(path: str, asked: Mapping[str, str], query: str = "") -> Headers:
    """The headers of what the form answers."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    headers = Headers({"Host": "form", **asked}).raw
    scope = {
        "type": "http", "method": "GET", "path": path, "headers": headers,
        "query_string": query.encode(),
    }  # fmt: skip
    asyncio.run(Returning(streamlit)(scope, receive, send))
    return Headers(raw=sent[0]["headers"])


def leaving(referer: str, path: str = LEAVING) -> tuple[str, str]:
    """The cookie that a browser is given on its way to the provider, and its attributes."""
    headers = answer(path, {"Referer": referer})
    assert headers["location"] == PROVIDER
    cookie, _, attributes = headers["set-cookie"].partition("; ")
    return cookie, attributes


def coming(cookie: str, query: str = "code=good") -> str:
    """Where the way back leads to; the cookie ends there."""
    headers = answer(COMING, {"Cookie": f"other=1; {cookie}"}, query)
    ended = headers.getlist("set-cookie")[-1]
    assert ended.startswith(f"{COOKIE}=; Path={COMING}; Max-Age=0;")
    return headers["location"]


@pytest.mark.parametrize(
    ("place", "back"),
    [
        ("/", "/"),
        ("/sourcing?region=DEU&mix=a%20b", "/sourcing?region=DEU&mix=a%20b"),
        ("/?saved=abc.2", "/?saved=abc.2"),
        ('/?rules=[{"a":1,"b":2}];x', "/?rules=[{%22a%22:1%2C%22b%22:2}]%3Bx"),
    ],
)
def test_a_sign_in_leads_back_to_the_page_it_began_on(place: str, back: str) -> None:
    for scheme in ("http", "https"):
        cookie, attributes = leaving(f"{scheme}://form{place}")
        assert attributes == f"Path={COMING}; Max-Age=3600; HttpOnly; SameSite=Lax"
        assert coming(cookie) == back
    assert leaving("", f"/tool{LEAVING}")[1].startswith(f"Path=/tool{COMING};")


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "http://other/sourcing",
        "http://form.other/sourcing",
        "http://other/http://form/",
        "http://form//other/",
        "http://form/\\other/",
        "http://form",
        "http://form/\x00",
        "javascript:alert(1)",
        f"http://form/?{'x' * LONGEST}",
        f"http://form/?{',' * (LONGEST // 2)}",
    ],
)
def test_from_anywhere_else_it_leads_to_the_root(referer: str) -> None:
    cookie, attributes = leaving(referer)
    assert cookie == f"{COOKIE}=" and "Max-Age=0" in attributes  # an earlier one is forgotten
    assert coming(cookie) == "/"
    assert left(Headers({"Referer": referer, "Host": "form"})) == ""


@pytest.mark.parametrize(
    ("place", "back"),
    [
        ("", "/?not_signed_in=1"),
        ("/sourcing?region=DEU", "/sourcing?region=DEU&not_signed_in=1"),
    ],
)
def test_with_nobody_signed_in_the_address_says_so(place: str, back: str) -> None:
    assert coming(f"{COOKIE}={place}", "error=access_denied") == back
    assert coming(f"{COOKIE}={place}", "code=forged") == back


@pytest.mark.parametrize("planted", ["//other/", "/\\other/", "https://other/", "other", "/a b"])
def test_no_cookie_leads_to_another_server(planted: str) -> None:
    assert coming(f"{COOKIE}={planted}") == "/"


@pytest.mark.parametrize(("scheme", "kept"), [("https", True), ("http", False)])
def test_behind_tls_cookies_are_sent_by_tls_alone(server: Served, scheme: str, kept: bool) -> None:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/_stcore/health", headers={"X-Forwarded-Proto": scheme}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        cookies = answer.headers.get_all("Set-Cookie")
    assert cookies and all(("; Secure" in cookie) is kept for cookie in cookies)
