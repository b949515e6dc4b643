"""An OpenID provider on this machine: it signs in whom one picks, and lies when told to."""

from __future__ import annotations

import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "form"
USERS = ("first", "second")
_LONG_AGO = 1_000_000_000
LIES: Mapping[str, Mapping[str, Any]] = {
    "audience": {"aud": "another"},
    "issuer": {"iss": "http://another.example"},
    "nonce": {"nonce": "another"},
    "expired": {"iat": _LONG_AGO, "exp": _LONG_AGO + 60},
}
"""What a token says that it should not, by the name of the lie."""
FORGED = ("altered", "unsigned", "key")
"""Tokens that say what they should without the right signature."""


def _key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


@dataclass
class Provider:
    """What the provider knows, and what a test tells it to do wrong."""

    port: int
    key: RSAKey = field(default_factory=_key)
    secret: str = field(default_factory=token_urlsafe)
    redirect: str = ""
    """The address that the form was registered with."""
    lie: str = ""
    refused: list[str] = field(default_factory=list)
    """Requests that were not as they should be, and why."""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """The provider as the form's server asks it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def site(self) -> str:
        """The provider as browsers see it: under another name, and so another site."""
        return f"http://localhost:{self.port}"

    def document(self) -> dict[str, Any]:
        """What the form's server is told first.

        Raises:
            ValueError: a test wants it to be told nothing.
        """
        if self.lie == "absent":
            raise ValueError("absent")
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.site}/authorize",
            "end_session_endpoint": f"{self.site}/logout",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def asked(self, told: Mapping[str, str]) -> str:
        """The page on which one picks a user; a way back for each, good for one sign-in.

        Raises:
            ValueError: the form asked otherwise than it should.
        """
        _equal(told, "response_type", "code")
        _equal(told, "client_id", CLIENT)
        _equal(told, "redirect_uri", self.redirect)
        _equal(told, "code_challenge_method", "S256")
        if "openid" not in told.get("scope", "").split():
            raise ValueError("no scope openid")
        for name in ("state", "nonce", "code_challenge"):
            if not told.get(name):
                raise ValueError(f"no {name}")
        ways = {"Cancel": {"error": "access_denied"}}
        for user in USERS:
            code = token_urlsafe()
            self._codes[code] = {**told, "user": user}
            ways[user] = {"code": code}
        back = {
            name: f"{self.redirect}?{urlencode({**way, 'state': told['state']})}"
            for name, way in ways.items()
        }
        links = (f'<p><a href="{escape(to)}">{name}</a>' for name, to in back.items())
        return f"<!doctype html><title>Provider</title>{''.join(links)}"

    def granted(self, told: Mapping[str, str], client: tuple[str, str]) -> dict[str, Any]:
        """The token for a code, which is good once.

        Raises:
            ValueError: the form asked otherwise than it should.
        """
        if client != (CLIENT, self.secret) or self.lie == "secret":
            raise ValueError("invalid_client")
        asked = self._codes.pop(told.get("code", ""), None)
        if asked is None:
            raise ValueError("invalid_grant: no such code")
        _equal(told, "grant_type", "authorization_code")
        _equal(told, "redirect_uri", asked["redirect_uri"])
        verifier = told.get("code_verifier", "").encode()
        if _base64(sha256(verifier).digest()) != asked["code_challenge"]:
            raise ValueError("invalid_grant: code_verifier")
        user, now = asked["user"], int(time.time())
        claims = {
            "iss": self.issuer, "sub": f"subject of {user}", "aud": CLIENT, "iat": now,
            "exp": now + 3600, "nonce": asked["nonce"], "name": f"The {user}",
            **LIES.get(self.lie, {}),
        }  # fmt: skip
        access = {"access_token": token_urlsafe(), "token_type": "Bearer", "expires_in": 3600}
        return {**access, "id_token": self._token(claims)}

    def _token(self, claims: dict[str, Any]) -> str:
        key = _key() if self.lie == "key" else self.key
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        head, _, signature = token.split(".")
        if self.lie == "altered":
            other = {**claims, "sub": "subject of another"}
            return f"{head}.{_base64(json.dumps(other).encode())}.{signature}"
        if self.lie == "unsigned":
            none = json.dumps({"alg": "none", "kid": "one"}).encode()
            return f"{_base64(none)}.{token.split('.')[1]}."
        return token

    def signed_out(self, told: Mapping[str, str]) -> str:
        """Where a browser goes after it signed out.

        Raises:
            ValueError: the form asked otherwise than it should.
        """
        _equal(told, "client_id", CLIENT)
        _equal(told, "post_logout_redirect_uri", self.redirect)
        return self.redirect


class _Handler(BaseHTTPRequestHandler):
    """Answers for the provider of its server."""

    provider: Provider

    def do_GET(self) -> None:
        """The documents, the page on which one picks a user, and the sign-out."""
        place, told = urlsplit(self.path).path, _fields(urlsplit(self.path).query)
        try:
            match place:
                case "/.well-known/openid-configuration":
                    self._json(200, self.provider.document())
                case "/jwks":
                    self._json(200, {"keys": [self.provider.key.as_dict(private=False)]})
                case "/authorize":
                    self._send(200, "text/html", self.provider.asked(told).encode())
                case "/logout":
                    self._send(302, "text/plain", b"", Location=self.provider.signed_out(told))
                case _:
                    self._send(404, "text/plain", b"nothing here")
        except ValueError as error:
            self._refuse(place, error)

    def do_POST(self) -> None:
        """The token for a code."""
        told = _fields(self.rfile.read(int(self.headers["Content-Length"])).decode())
        try:
            kind, _, secret = self.headers.get("Authorization", "").partition(" ")
            name, _, word = (b64decode(secret).decode() if kind == "Basic" else ":").partition(":")
            self._json(200, self.provider.granted(told, (unquote(name), unquote(word))))
        except ValueError as error:
            self._refuse(self.path, error)

    def _refuse(self, place: str, error: ValueError) -> None:
        self.provider.refused.append(f"{place}: {error}")
        self._json(400, {"error": str(error).partition(":")[0]})

    def _json(self, status: int, answer: Mapping[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(answer).encode())

    def _send(self, status: int, kind: str, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider on a free port of this machine; ends it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = Provider(server.server_port)
    server.RequestHandlerClass = type("_Own", (_Handler,), {"provider": provider})
    thread = Thread(target=server.serve_forever, name="provider")
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _fields(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _equal(told: Mapping[str, str], name: str, expected: str) -> None:
    if told.get(name) != expected:
        raise ValueError(f"{name} is {told.get(name)!r}")


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
