import logging
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from config import health


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "word"), [("/healthz", "alive"), ("/readyz", "ready")])
def test_one_word_on_whatever_name_the_process_is_reached_by(path: str, word: str) -> None:
    response = Client(headers={"host": "10.1.2.3:8000"}).get(path)
    assert (response.status_code, response.content.decode()) == (200, word)
    assert "no-store" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


@pytest.mark.django_db
def test_without_a_place_for_pictures_it_waits_and_only_the_log_says_why(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MEDIA_ROOT = tmp_path / "missing"
    with caplog.at_level(logging.ERROR, "config.health"):
        response = Client().get("/readyz")
    assert (response.status_code, response.content) == (503, b"waiting")
    assert "check_media" in caplog.text
    assert "missing" in caplog.text


@pytest.mark.django_db
def test_a_redis_that_does_not_answer_is_a_problem(settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock?db=0"
    assert [problem.split(":")[0] for problem in health.find_problems()] == ["check_redis"]


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_role_that_owns_tables_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "connection", connections["owner"])
    with pytest.raises(health.NotReady, match="the role parvis_owner owns tables"):
        health.check_database_role()


@pytest.mark.django_db
def test_nothing_is_posted_to_a_health_check() -> None:
    assert Client().post("/readyz").status_code == 405
