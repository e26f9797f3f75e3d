import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.services import preflight
from tests.ports import free_port

SCRIPT = Path(preflight.__file__)


@pytest.fixture
def taken_port() -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def test_a_taken_port_is_named_with_the_way_out(taken_port: int) -> None:
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, "--port", str(taken_port)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"Port {taken_port} is taken" in done.stderr
    assert f"PORT={taken_port + 1} bin/up" in done.stderr


def test_a_free_port_is_no_problem() -> None:
    assert preflight.port_problem("127.0.0.1", free_port()) == ""


def test_a_port_that_is_no_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert preflight.main(["--port", "eighty"]) == 1
    assert "PORT must be a number" in capsys.readouterr().err


def test_an_address_of_another_machine_is_refused() -> None:
    assert "Cannot listen on 192.0.2.1" in preflight.port_problem("192.0.2.1", 8000)


def test_a_full_disk_is_told_in_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**10, 99 * 10**8, 10**8))
    assert "0.1 GB left" in preflight.machine_problem()


def test_a_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight.importlib.util, "find_spec", lambda name: None)
    assert "apt install python3-venv" in preflight.machine_problem()


def test_the_lock_is_compared_with_what_is_installed(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    version = preflight.importlib.metadata.version("pytest")
    lock.write_text(f"pytest=={version} \\\n    --hash=sha256:0\nabsent==1 ; sys_platform == 'none'\n")
    assert preflight.is_installed(str(lock))
    lock.write_text("pytest==0.1 \\\n    --hash=sha256:0\n")
    assert not preflight.is_installed(str(lock))
    lock.write_text("a-package-that-is-nowhere==1 \\\n    --hash=sha256:0\n")
    assert not preflight.is_installed(str(lock))


@pytest.mark.parametrize(
    ("argument", "status", "told"), [("--help", 0, "PORT (8000)"), ("now", 1, "no arguments")]
)
def test_bin_up_explains_itself_instead_of_starting(argument: str, status: int, told: str) -> None:
    done = subprocess.run(["bin/up", argument], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == status
    assert told in done.stdout + done.stderr
