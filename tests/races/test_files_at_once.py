"""Two files at once for the last room of a community: one fits; and the control without the lock."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.content import images, storage
from communities.content.exceptions import NoRoom
from communities.content.models import Attachment
from communities.content.services.uploading import upload_file
from communities.models import Community, Membership
from communities.people.exceptions import FileRefused
from communities.people.fields.files import send_file
from communities.people.models import ProfileFile
from communities.quotas import Quota
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.communities.content.test_uploads import picture
from tests.conftest import Cast, make_cast
from tests.factories import make_field

pytestmark = pytest.mark.django_db(transaction=True)


def with_room_for_one(cast: Cast) -> int:
    """The quota lets in one more picture and a half; how large one is."""
    with cast.scope():
        size = upload_file(picture(), by=cast.member).size
    quotas = {Quota.STORAGE.value: size * 2 + size // 2}
    Community.objects.filter(pk=cast.community.pk).update(quotas=quotas)
    return size


def send_at_once(cast: Cast) -> list[Any]:
    def send(_number: int) -> int:
        with community_scope(cast.community):
            return upload_file(picture(), by=Membership.objects.get(pk=cast.member.pk)).size

    return at_once(2, send)


def test_of_two_pictures_for_the_last_room_one_is_refused() -> None:
    cast = make_cast()
    size = with_room_for_one(cast)
    answers = send_at_once(cast)
    assert answers.count(size) == 1, answers
    assert sum(isinstance(answer, NoRoom) for answer in answers) == 1, answers
    with cast.scope():
        assert Attachment.objects.count() == 2


def test_control_without_the_lock_the_quota_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, counted = make_cast(), threading.Barrier(2)
    with_room_for_one(cast)
    stored_bytes = storage.stored_bytes

    def count_together() -> int:
        number = stored_bytes()
        counted.wait(timeout=60)
        return number

    monkeypatch.setattr(storage, "lock_storage", lambda _community_id: None)
    # Of one process only one picture is decoded at a time; two processes would meet here.
    monkeypatch.setattr(images, "_drawing", nullcontext())
    monkeypatch.setattr(storage, "stored_bytes", count_together)
    assert not [answer for answer in send_at_once(cast) if isinstance(answer, Exception)]
    with cast.scope():
        assert Attachment.objects.count() == 3


def test_files_for_verification_wait_in_the_same_line() -> None:
    cast = make_cast()
    with cast.scope():
        make_field("file", "Card", key="card")
    Community.objects.filter(pk=cast.community.pk).update(quotas={Quota.STORAGE.value: 30})
    people = [cast.member, cast.ambassador]

    def send(number: int) -> str:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=people[number].pk)
            return send_file("card", SimpleUploadedFile("a.pdf", b"%PDF-1.7 of twenty b"), by=me).state

    answers = at_once(2, send)
    assert answers.count(ProfileFile.State.WAITING) == 1, answers
    assert sum(isinstance(answer, FileRefused) for answer in answers) == 1, answers
