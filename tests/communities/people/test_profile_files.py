"""Files for verification: the team’s alone, told of, and gone with their owner."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.console.operator.figures import count
from communities.content.storage import stored_bytes
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.people.exceptions import AlreadyDecided, FileRefused
from communities.people.fields import files, services
from communities.people.merging import merge_memberships
from communities.people.models import ProfileFile
from communities.people.services import clear_profile, put_back_profile
from communities.people.taking_away import write_archive
from communities.quotas import Quota
from tests.communities.people.leaving import leave_wholly
from tests.conftest import Cast
from tests.factories import make_field, make_membership

PDF = b"%PDF-1.7 a card"


def a_card(name: str = "card.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.fixture
def card(here: Cast) -> ProfileFile:
    """Sent by the member, and waiting."""
    with here.scope():
        make_field("file", "Card", key="card")
        return files.send_file("card", a_card(), by=here.member)


def profile_of(person: Membership) -> dict[str, Any]:
    return dict(Membership.objects.get(pk=person.pk).profile)


@pytest.mark.parametrize(
    "file",
    [
        a_card(content=b""),
        a_card(content=b"<html><script>"),
        a_card("card.pdf.exe", b"MZ"),
        a_card(content=PDF + bytes(files.MOST_BYTES)),
    ],
    ids=["empty", "a page", "a program", "too large"],
)
def test_what_is_no_document_is_refused_with_a_sentence(here: Cast, file: SimpleUploadedFile) -> None:
    with here.scope():
        make_field("file", "Card", key="card")
        with pytest.raises(FileRefused):
            files.send_file("card", file, by=here.member)
    sent = {"display_name": "Hal", "handle": here.member.handle, "asked-card": file}
    file.seek(0)
    answer = here.sign_in(here.member).post(here.url("/me/profile/"), sent)
    assert answer.status_code == 422
    assert "id_asked-card_error" in answer.content.decode()
    with here.scope():
        assert not ProfileFile.objects.exists()


def test_it_counts_in_the_quota_of_storage_and_another_takes_its_place(here: Cast, card: ProfileFile) -> None:
    room = {Quota.STORAGE.value: len(PDF) + 1}
    Community.objects.filter(pk=here.community.pk).update(quotas=room)
    assert count(here.community).storage == len(PDF)
    with here.scope():
        assert stored_bytes() == len(PDF)
        files.send_file("card", a_card(), by=here.member)
        kept = ProfileFile.objects.get().path
        with pytest.raises(FileRefused, match="no room left"):
            files.send_file("card", a_card(content=PDF + b"12"), by=here.member)
        assert ProfileFile.objects.get().path == kept
        with pytest.raises(FileRefused, match="no room left"):
            files.send_file("card", a_card(), by=here.ambassador)
    assert len(default_storage.listdir(f"{files.FOLDER}/{here.community.pk}")[1]) == 2


def test_its_owner_takes_it_away_with_everything_else(here: Cast, card: ProfileFile) -> None:
    archive = io.BytesIO()
    with here.scope():
        write_archive(here.member, here.community, archive)
        with zipfile.ZipFile(archive) as read:
            assert read.read(f"files_for_verification/{card.pk}.pdf") == PDF
        default_storage.delete(card.path)
        write_archive(here.member, here.community, again := io.BytesIO())
        write_archive(here.ambassador, here.community, theirs := io.BytesIO())
    for other in (again, theirs):
        with zipfile.ZipFile(other) as read:
            assert not [name for name in read.namelist() if name.startswith("files_for_verification/")]


def test_the_team_and_its_owner_open_it_and_nobody_else(
    here: Cast, elsewhere: Cast, card: ProfileFile
) -> None:
    url = f"/me/profile/files/{card.pk}/"
    for reader, status in ((here.member, 200), (here.manager, 200), (here.owner, 200)):
        answer = here.sign_in(reader).get(here.url(url))
        assert answer.status_code == status
        assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
        assert answer["Content-Disposition"].startswith("attachment")
        assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    for refused in (here.ambassador, here.moderator, here.marketing):
        assert here.sign_in(refused).get(here.url(url)).status_code == 404
    assert here.sign_in(None).get(here.url(url)).status_code == 302
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(url)).status_code == 404
    assert here.sign_in(None).get(here.url(f"/~/files/{card.path}")).status_code == 404


def test_the_team_verifies_and_the_member_is_told(
    here: Cast, card: ProfileFile, mailoutbox: list[Any]
) -> None:
    page = here.sign_in(here.manager).get(here.url("/manage/profile-fields/files/")).content.decode()
    assert "card.pdf" in page
    url = here.url(f"/manage/profile-fields/files/{card.pk}/verify/")
    assert here.sign_in(here.manager).post(url, {"word": "x" * 501}).status_code == 422
    assert here.sign_in(here.manager).post(url, {"word": "Thank you."}).status_code == 302
    with here.scope():
        assert profile_of(here.member) == {"card": "verified"}
        assert Notification.objects.filter(membership=here.member, kind="file_decided").exists()
        assert Change.objects.filter(act="profile_file_decided", about=str(here.member.pk)).exists()
        with pytest.raises(AlreadyDecided):
            files.verify_file(card, by=here.owner)
        for role in ("member", "ambassador", "moderator", "marketing"):
            with pytest.raises(NotAllowed):
                files.refuse_file(card, by=getattr(here, role))
    assert "verified" in here.sign_in(None).get(here.url(f"/members/{here.member.handle}/")).content.decode()
    assert "Thank you." in here.sign_in(here.member).get(here.url("/me/profile/")).content.decode()


def test_another_file_has_to_be_verified_again(here: Cast, card: ProfileFile) -> None:
    with here.scope():
        files.verify_file(card, by=here.manager)
    sent = {"display_name": "Hal", "handle": here.member.handle, "asked-card": a_card("new.pdf")}
    assert here.sign_in(here.member).post(here.url("/me/profile/"), sent).status_code == 302
    with here.scope():
        (now,) = ProfileFile.objects.all()
        assert (now.name, now.state, profile_of(here.member)) == ("new.pdf", "waiting", {})
        files.refuse_file(now, by=here.manager, word="It is out of date.")
        assert profile_of(here.member) == {}
    page = here.sign_in(here.member).get(here.url("/me/profile/")).content.decode()
    assert "It is out of date." in page
    sent = {"display_name": "Hal", "handle": here.member.handle, "remove-card": "on"}
    assert here.sign_in(here.member).post(here.url("/me/profile/"), sent).status_code == 302
    with here.scope():
        assert not ProfileFile.objects.exists()


def test_a_file_goes_with_its_owner_and_with_its_field(
    here: Cast, card: ProfileFile, django_capture_on_commit_callbacks: Any
) -> None:
    with here.scope():
        other = files.send_file("card", a_card(), by=here.ambassador)
        with django_capture_on_commit_callbacks(execute=True):
            leave_wholly(here.member)
        assert not default_storage.exists(card.path)
        assert default_storage.exists(other.path)
        with django_capture_on_commit_callbacks(execute=True):
            services.delete_field(other.field, by=here.owner, community=here.community)
        assert not default_storage.exists(other.path)
        assert not ProfileFile.objects.exists()


def test_merging_keeps_one_file_and_what_was_found(here: Cast, card: ProfileFile) -> None:
    with here.scope():
        second = make_membership()
        twin = files.send_file("card", a_card("twin.pdf"), by=second)
        files.verify_file(card, by=here.manager)
        merge_memberships(here.member, second, by=here.owner)
        assert list(ProfileFile.objects.all()) == [card]
        assert profile_of(here.member) == {"card": "verified"}
        assert twin.pk != card.pk


def test_clearing_a_page_does_not_take_the_word_of_the_team_back(here: Cast, card: ProfileFile) -> None:
    with here.scope():
        make_field("text", "Boat", key="boat")
        files.verify_file(card, by=here.manager)
        person = Membership.objects.get(pk=here.member.pk)
        person.profile = {**person.profile, "boat": "Stolen"}
        former = {"fields": dict(person.profile)}
        clear_profile(person)
        assert profile_of(person) == {"card": "verified"}
        files.refuse_file(ProfileFile.objects.get(), by=here.manager)
        put_back_profile(Membership.objects.get(pk=person.pk), former)
        assert profile_of(person) == {"boat": "Stolen"}
