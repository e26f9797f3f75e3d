"""The owner’s page: asking, how far it is, the file, and its end after seven days."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from communities.archive import tasks
from communities.archive.going import working
from communities.archive.going.working import work_on
from communities.archive.models import Export
from communities.archive.services import ask_export
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.notifications.models import Notification
from tests.communities.archive.conftest import exported
from tests.conftest import Cast
from tests.factories import make_thread

PAGE = "/manage/export/"


def ready(here: Cast) -> Export:
    exported(here.community, here.owner)
    with here.scope():
        return Export.objects.newest()[0]


def test_the_owner_asks_and_fetches(here: Cast) -> None:
    client = here.sign_in(here.owner)
    with here.scope():
        make_thread(here.forum, title="Mending a jib")
    assert client.post(here.url(PAGE)).status_code == 422
    assert client.post(here.url(PAGE), {"sure": "on"}).status_code == 302
    with here.scope():
        export = Export.objects.get()
    assert b"0 of" in client.get(here.url(PAGE)).content
    assert client.post(here.url(PAGE), {"sure": "on"}).status_code == 409
    while not work_on(here.community, export.pk):
        pass
    answer = client.post(here.url(f"{PAGE}{export.public_id}/"))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].endswith('.zip"')
    assert b"".join(answer.streaming_content).startswith(b"PK")
    with here.scope():
        assert Notification.objects.filter(membership=here.owner, kind="export_ready").exists()
        acts = list(Change.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["export_asked", "export_fetched"]


def test_nobody_else_gets_it(here: Cast, elsewhere: Cast) -> None:
    export = ready(here)
    address = f"{PAGE}{export.public_id}/"
    assert here.sign_in(here.manager).get(here.url(PAGE)).status_code == 403
    assert here.sign_in(here.manager).post(here.url(address)).status_code == 403
    assert here.sign_in(here.manager).post(here.url(f"{address}delete/")).status_code == 403
    assert Client().post(here.url(address)).status_code == 302
    assert elsewhere.sign_in(elsewhere.owner).post(elsewhere.url(address)).status_code == 404
    with here.scope(), pytest.raises(NotAllowed):
        ask_export(by=here.manager)


def test_the_file_goes_after_seven_days(
    here: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    export = ready(here)
    file = Path(settings.MEDIA_ROOT) / export.path
    assert file.is_file()
    with here.scope():
        Export.objects.update(expires_at=timezone.now() - datetime.timedelta(minutes=1))
    client = here.sign_in(here.owner)
    assert client.post(here.url(f"{PAGE}{export.public_id}/")).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.resume_exports() == 1
    assert not file.exists()
    with here.scope():
        assert Export.objects.get().state == Export.State.GONE


def test_the_owner_deletes_it_sooner(
    here: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    export = ready(here)
    client = here.sign_in(here.owner)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(here.url(f"{PAGE}{export.public_id}/delete/")).status_code == 302
    assert not (Path(settings.MEDIA_ROOT) / export.path).exists()


def test_a_worker_that_is_killed_loses_one_part(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        export = ask_export(by=here.owner)
    written: list[str] = []
    write = working._Writer.write

    def killed_at_posts(self: working._Writer, part: str) -> bool:
        written.append(part)
        if part == "content.post" and written.count(part) == 1:
            raise KeyboardInterrupt
        return write(self, part)

    monkeypatch.setattr(working._Writer, "write", killed_at_posts)
    with pytest.raises(KeyboardInterrupt):
        work_on(here.community, export.pk)
    assert work_on(here.community, export.pk)
    assert [part for part in set(written) if written.count(part) > 1] == ["content.post"]
    with here.scope():
        assert Export.objects.get().state == Export.State.READY


def test_what_always_fails_is_given_up_and_told(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        export = ask_export(by=here.owner)

    def fails(self: working._Writer, part: str) -> bool:
        raise OSError("no room")

    monkeypatch.setattr(working._Writer, "write", fails)
    for _try in range(working.MOST_TRIES):
        with pytest.raises(OSError, match="no room"):
            work_on(here.community, export.pk)
    assert work_on(here.community, export.pk)
    with here.scope():
        assert Export.objects.get().state == Export.State.FAILED
        assert Notification.objects.filter(membership=here.owner, kind="export_failed").exists()
    assert b"Failed" in here.sign_in(here.owner).get(here.url(PAGE)).content
