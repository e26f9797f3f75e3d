"""Link checkers and monitors ask with HEAD: wherever a page can be read, it is answered, and no log complains."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.conftest import Cast
from tests.factories import make_thread

FOLDERS = ("analytics", "communities", "config", "members", "moderation")
WITHOUT = re.compile(r"\brequire_GET\b|require_http_methods\(\[(?=[^\]]*\"GET\")(?![^\]]*\"HEAD\")[^\]]*\]")


def test_no_view_takes_get_alone() -> None:
    found = [
        f"{path}: {line}"
        for folder in FOLDERS
        for path in (Path(settings.BASE_DIR) / folder).rglob("*.py")
        for line in WITHOUT.findall(path.read_text())
    ]
    assert found == []


@pytest.mark.django_db
def test_head_is_answered_as_get_is_and_writes_no_warning(
    here: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, replies=1)
        article = make_thread(here.blog, by=here.owner)
        paths = [thread.get_absolute_url(), article.get_absolute_url()]
    paths = [here.url(path.removeprefix(here.prefix)) for path in paths]
    paths += map(
        here.url, ("/", "/forums/", "/blogs/", "/search/?q=boat", "/feed.xml", "/robots.txt", "/join/")
    )
    paths += map(here.url, ("/me/", "/manage/", f"/blogs/journal/{article.slug}/preview/", "/me/security/"))
    caplog.set_level(logging.WARNING)
    for client in (Client(), here.sign_in(here.owner)):
        for path in paths:
            caplog.clear()
            read, asked = client.get(path), client.head(path)
            assert (path, asked.status_code) == (path, read.status_code)
            assert asked.content == b""
            if read.status_code < 400:
                assert caplog.text == "", path
