"""What the server does unless its owner says otherwise: this machine alone, headers, no leaks."""

from __future__ import annotations

import asyncio
import re
import socket
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from benchmarks.visitor import Served, put_file, served, visiting
from calculator.server import _command, _environment

ROOT = Path(__file__).resolve().parents[2]
_LISTENS = "0A"


def _got(server: Served, path: str) -> tuple[int, dict[str, str], str]:
    try:
        with urllib.request.urlopen(f"{server.address}{path}", timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read().decode(errors="replace")


def _listening(table: str, port: int) -> list[str]:
    """Addresses, as the kernel writes them, on which something listens at the port."""
    path = Path(f"/proc/net/{table}")
    lines = path.read_text().splitlines()[1:] if path.exists() else []
    parts = [line.split() for line in lines]
    ends = [entry[1].split(":") for entry in parts if entry[3] == _LISTENS]
    return [address for address, number in ends if int(number, 16) == port]


def test_it_listens_on_this_machine_alone(server: Served) -> None:
    assert _listening("tcp", server.port) == ["0100007F"]  # 127.0.0.1
    assert _listening("tcp6", server.port) == []
    others = {entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None)}
    for address in others - {"127.0.0.1", "::1"}:
        with pytest.raises(OSError), socket.create_connection((str(address), server.port), 2):
            pass


def test_the_command_binds_and_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    command = _command(ROOT / "pages" / "served.py", "8501")
    assert "--server.address=127.0.0.1" in command
    assert "--browser.gatherUsageStats=false" in command
    monkeypatch.delenv("BATTCALC_WORKERS", raising=False)
    assert 1 <= int(_environment()["BATTCALC_WORKERS"]) <= 4
    monkeypatch.setenv("BATTCALC_WORKERS", "0")
    assert _environment()["BATTCALC_WORKERS"] == "0"


def test_the_settings_that_stand_between_the_form_and_others() -> None:
    held = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert held["server"]["address"] == "127.0.0.1"
    assert held["server"]["enableXsrfProtection"] is True
    assert held["server"]["enableCORS"] is True
    assert held["server"]["enableAgentApi"] is False
    assert held["server"]["enableStaticServing"] is False
    assert held["server"]["maxUploadSize"] <= 5
    assert "*" not in held["server"]["allowedHosts"]
    assert held["browser"]["gatherUsageStats"] is False
    assert held["client"]["showErrorDetails"] == "none"


@pytest.mark.parametrize("path", ["/", "/sourcing", "/_stcore/health", "/static/none.js"])
def test_every_answer_has_the_headers(server: Served, path: str) -> None:
    _, headers, _ = _got(server, path)
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    (scripts,) = re.findall(r"script-src ([^;]*)", policy)
    assert "'unsafe-inline'" not in scripts
    assert "'unsafe-eval'" not in scripts
    assert "*" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/media/../../etc/passwd",
        "/component/x/../../../etc/passwd",
        "/app/static/../pages/app.py",
        "//etc/passwd",
        "/pages/app.py",
        "/.streamlit/config.toml",
    ],
)
def test_no_file_of_the_server_is_served(server: Served, path: str) -> None:
    _, _, body = _got(server, path)
    assert "root:" not in body
    assert "enableXsrfProtection" not in body
    assert "def main" not in body


def test_an_upload_needs_its_token_and_keeps_its_limit(server: Served) -> None:
    async def session() -> None:
        async with visiting(server) as visitor:
            path = f"/_stcore/upload_file/{visitor.session}/a-file"
            assert put_file(server.address, path, "p.csv", b"x", token=False) == 403
            assert put_file(server.address, path, "p.csv", b"x" * (6 * 1024 * 1024)) == 413
            other = "/_stcore/upload_file/00000000-0000-0000-0000-000000000000/a-file"
            assert put_file(server.address, other, "p.csv", b"x") == 400

    asyncio.run(session())


@pytest.mark.parametrize(
    ("origin", "host"),
    [("http://example.org", None), (None, "example.org"), ("http://example.org", "example.org")],
)
def test_no_other_site_opens_a_session(server: Served, origin: str, host: str) -> None:
    async def attempt() -> None:
        headers = {"Host": host} if host else {}
        url = f"ws://127.0.0.1:{server.port}/_stcore/stream"
        async with connect(url, origin=origin, additional_headers=headers) as link:
            await link.recv()

    with pytest.raises((InvalidStatus, OSError)):
        asyncio.run(attempt())


def test_nothing_drives_the_form_but_a_browser(server: Served) -> None:
    request = urllib.request.Request(
        f"{server.address}/_stcore/agent/interact", data=b"{}", method="POST",
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    refused.value.close()
    assert refused.value.code in (403, 404, 405)


def test_a_fault_of_the_program_shows_no_detail(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text("secret = 'sesame'\nraise RuntimeError('opens with ' + secret)\n")

    async def visit(at: Served) -> str:
        async with visiting(at) as visitor:
            return str(visitor.of_kind("exception"))

    with served(script) as at:
        shown = asyncio.run(visit(at))
        assert "opens with" in at.said(), "the owner of the server must see it"
    assert shown
    assert "sesame" not in shown
    assert "broken.py" not in shown
