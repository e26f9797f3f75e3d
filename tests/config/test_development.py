"""`DEV=1 bin/up`: what is edited is seen at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import is_development
from config.services.__main__ import platform
from config.services.supervisor import Child
from config.services.watching import Watcher

READ_SETTINGS = """
import json
from config import settings
print(json.dumps({
    "loaders": settings.TEMPLATES[0]["OPTIONS"]["loaders"],
    "static": settings.STORAGES["staticfiles"]["BACKEND"],
    "visitor_pages": settings.VISITOR_PAGES,
    "from_sources": getattr(settings, "WHITENOISE_USE_FINDERS", False),
}))
"""


def settings_with(**environment: str) -> dict[str, object]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run(
        [sys.executable, "-c", READ_SETTINGS],
        env=kept | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


@pytest.fixture
def development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEV", "1")
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_templates_and_styles_are_read_where_they_lie() -> None:
    usual, edited = settings_with(DEV="0"), settings_with(DEV="1")
    assert usual["loaders"][0][0] == "django.template.loaders.cached.Loader"
    assert edited["loaders"] == usual["loaders"][0][1]
    assert "Manifest" in usual["static"]
    assert "Manifest" not in edited["static"]
    assert (usual["from_sources"], edited["from_sources"]) == (False, True)
    assert edited["visitor_pages"] == 0
    assert usual["visitor_pages"] > 0


def test_an_installation_with_servers_of_its_own_cannot_be_switched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEV", "1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://web@database.invalid/parvis")
    assert not is_development()


def test_the_supervisor_watches_and_the_web_server_keeps_its_address(
    development: None, tmp_path: Path
) -> None:
    house = platform(tmp_path)
    assert house.watcher is not None
    web, workers = house.children
    assert (web.name, web.renewal) == ("web", signal.SIGHUP)
    assert "--preload" not in web.command
    assert workers.renewal is None


def test_without_it_nothing_is_watched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DEV", raising=False)
    assert platform(tmp_path).watcher is None


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for package in ("rooms", "rooms/views", "tests"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    return tmp_path


def test_a_change_of_code_is_seen_once(project: Path) -> None:
    watcher = Watcher(project)
    assert not watcher.has_news()
    view = project / "rooms" / "views" / "show.py"
    view.write_text("one")
    assert watcher.has_news()
    assert not watcher.has_news()
    os.utime(view, ns=(1, 1))
    assert watcher.has_news()
    view.unlink()
    assert watcher.has_news()


def test_what_is_not_served_is_not_watched(project: Path) -> None:
    watcher = Watcher(project)
    (project / "tests" / "test_rooms.py").write_text("")
    (project / "rooms" / "notes.txt").write_text("")
    (project / "rooms" / "__pycache__").mkdir()
    (project / "rooms" / "__pycache__" / "show.py").write_text("")
    assert not watcher.has_news()


def test_a_child_is_told_or_started_again(tmp_path: Path) -> None:
    told = "import signal, sys; signal.signal(signal.SIGHUP, lambda *_: sys.exit(7)); print(flush=True); signal.pause()"
    web = Child("web", [sys.executable, "-c", told], renewal=signal.SIGHUP)
    worker = Child("worker", [sys.executable, "-c", "import signal; signal.pause()"])
    for child in (web, worker):
        child.start(tmp_path)
    try:
        before = worker.process
        assert web.process is not None
        log = tmp_path / "log" / "web.log"
        while not log.read_text():
            pass
        web.renew(tmp_path)
        assert web.process.wait(timeout=60) == 7
        worker.renew(tmp_path)
        assert worker.process is not before
        assert before is not None
        assert before.poll() is not None
    finally:
        for child in (web, worker):
            child.stop()
