"""The terminal as a process: exit codes, streams, signals, time to the help page."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from calculator.errors import InputError
from calculator.server import serve


def test_help_of_every_command_and_without_one(process):
    whole = process("--help")
    assert (whole.code, whole.err) == (0, "")
    assert process().out == whole.out
    for command in ("chemistries", "compare", "minerals", "optimise", "check", "app", "reference"):
        assert f"\n    {command}" in whole.out
        page = process(command, "--help")
        assert page.code == 0
        assert page.out.startswith(f"usage: battcalc {command}")


def test_help_imports_nothing_heavy(root):
    code = (
        "import sys; from calculator.cli import main; main(['compare', '--help']); "
        "heavy = {'numpy', 'pandas', 'pydantic', 'pint', 'cvxpy', 'scipy', 'streamlit', 'ruamel'}; "
        "sys.exit(sorted(heavy & set(sys.modules)).__repr__() if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=False
    )
    assert done.returncode == 0, done.stderr


def _seconds(root, *args: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *args], capture_output=True, cwd=root, check=True)
    return time.perf_counter() - begun


def test_help_takes_at_most_five_times_a_bare_python(root):
    bare = min(_seconds(root, "-c", "pass") for _ in range(7))
    shown = min(_seconds(root, "-m", "calculator", "--help") for _ in range(7))
    assert shown <= 5 * bare, f"{shown / bare:.1f} times"


def test_an_answer_goes_to_stdout_and_nothing_to_stderr(process):
    done = process("compare", "LFP")
    assert (done.code, done.err) == (0, "")
    assert "Wh/kg" in done.out


def test_a_mistake_is_one_sentence_on_stderr_and_nothing_on_stdout(process):
    done = process("compare", "LPF")
    assert (done.code, done.out) == (2, "")
    assert "'LPF'" in done.sentence
    assert "did you mean" in done.sentence


@pytest.mark.skipif(sys.platform == "win32", reason="pipes differ")
def test_a_reader_that_leaves_is_no_traceback(root, environment):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "calculator", "chemistries", "--json"],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        env=environment,
        check=False,
        timeout=60,
    )
    os.close(write)
    assert done.returncode == 2
    assert done.stderr == "battcalc: the reader of the output went away; run again without it\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_ctrl_c_is_one_sentence(root, environment):
    slow = (
        "import signal, sys, time; from calculator import cli, commands; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "  # not so in the background
        "wait = lambda asked: print('ready', flush=True) or time.sleep(60); "
        "commands._COMMANDS = {'check': wait}; sys.exit(cli.main(['check']))"
    )
    waiting = subprocess.Popen(
        [sys.executable, "-c", slow],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        env=environment,
    )
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == "ready\n"
    waiting.send_signal(signal.SIGINT)
    out, err = waiting.communicate(timeout=30)
    assert (waiting.returncode, out) == (130, "")
    assert err == "battcalc: interrupted; nothing was changed\n"


def test_a_terminal_of_ascii_only_shows_every_name(tmp_path, root, environment):
    scenario = tmp_path / "s.yaml"
    scenario.write_text("name: Zürich 電池\nchemistries: [LFP]\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "calculator", "compare", "--scenario", str(scenario)],
        capture_output=True,
        cwd=root,
        env={**environment, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("ascii").startswith("Z\\xfcrich \\u96fb\\u6c60: deck")


def test_a_name_of_bytes_that_are_no_text(root, environment):
    done = subprocess.run(
        [sys.executable, "-m", "calculator", "compare", b"LF\xff"],
        capture_output=True,
        cwd=root,
        env={**environment, "PYTHONUTF8": "1"},
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_the_working_folder_does_not_matter(tmp_path, process):
    assert process("chemistries", "--json", cwd=tmp_path).code == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as page:
            return page.read() == b"ok"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_app_serves_on_this_machine_alone_until_it_is_stopped(root, environment):
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "calculator", "app", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=root,
        env={**environment, "PYTHONWARNINGS": "default", "STREAMLIT_SERVER_HEADLESS": "true"},
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 60
        while not _healthy(port) and time.monotonic() < until and server.poll() is None:
            time.sleep(0.2)
        assert _healthy(port)
    finally:
        os.killpg(server.pid, signal.SIGINT)  # as a terminal does on Ctrl-C
        said, _ = server.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in said
    assert server.returncode == 0


def test_app_without_its_pages_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="not part of an installed package; get the source tree"):
        serve("8501", tmp_path)
