"""The operator’s page: a new community from an export."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import Client

from communities.archive.coming import working
from communities.archive.coming.bringing import import_archive
from communities.archive.coming.files import file_of
from communities.archive.coming.working import work_on_coming
from communities.archive.models import Coming
from communities.console.arrivals.services import take_export
from communities.console.operator.models import OperatorAct
from communities.content.models import Attachment, Post, Thread
from communities.exceptions import NotAllowed
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.journal.services import undo
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope
from members.models import Member
from tests.communities.archive.conftest import exported
from tests.conftest import Cast
from tests.factories import make_person, make_thread
from tests.sweeps.world import World

PAGE = "/operator/import/"


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(make_person(is_operator=True))
    return client


def test_the_operator_brings_a_community_in(here: Cast, operator: Client) -> None:
    with here.scope():
        make_thread(here.forum, title="Mending a jib")
    file = SimpleUploadedFile("halyard.zip", exported(here.community, here.owner).read_bytes())
    assert operator.post(PAGE).status_code == 422
    address = operator.post(PAGE, {"file": file}).headers["Location"]
    coming = Coming.objects.get()
    assert b"being checked" in operator.get(address).content
    work_on_coming(coming.pk)
    assert Community.objects.count() == 1
    page = operator.get(address).content.decode()
    assert here.community.name in page
    assert operator.post(address, {"slug": here.community.slug}).status_code == 409
    assert operator.post(address, {"slug": "No name"}).status_code == 422
    assert operator.post(address, {"slug": "copy"}).status_code == 302
    work_on_coming(coming.pk)
    coming.refresh_from_db()
    assert coming.state == Coming.State.DONE
    assert not file_of(coming).exists()
    assert OperatorAct.objects.get(kind="arrived").what.endswith("(copy)")
    assert coming.community is not None
    with community_scope(coming.community):
        assert Thread.objects.get().title == "Mending a jib"
    assert b"/c/copy/" in operator.get(address).content


def test_a_file_that_is_none_is_refused_in_words(operator: Client) -> None:
    operator.post(PAGE, {"file": SimpleUploadedFile("x.zip", b"no zip at all")})
    coming = Coming.objects.get()
    work_on_coming(coming.pk)
    answer = operator.get(f"{PAGE}{coming.public_id}/").content.decode()
    assert "not a Parvis export" in answer
    assert "Bring the community in" not in answer


def test_an_upload_without_room_is_refused_in_words(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: InMemoryUploadedFile, size: int) -> Iterator[bytes]:
        yield b"PK"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(InMemoryUploadedFile, "chunks", full)
    answer = operator.post(PAGE, {"file": SimpleUploadedFile("x.zip", b"PK")})
    assert answer.status_code == 422
    assert "no room" in answer.content.decode()
    assert not Coming.objects.exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.zip"))


def test_a_community_arrives_with_redis_away(
    here: Cast, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = SimpleUploadedFile("halyard.zip", exported(here.community, here.owner).read_bytes())
    operator.post(PAGE, {"file": file})
    coming = Coming.objects.get()

    def away(*_said: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(working.cache, "set", away)
    work_on_coming(coming.pk)
    coming.refresh_from_db()
    assert coming.state == Coming.State.REHEARSED


def test_only_operators_bring_communities_in(here: Cast) -> None:
    assert here.sign_in(here.owner).get(PAGE).status_code == 404
    assert here.owner.member is not None
    with pytest.raises(NotAllowed):
        take_export(ContentFile(b"PK", name="x.zip"), by=here.owner.member)


def test_people_are_matched_by_their_address(here: Cast, archive_of: Callable[[], Path]) -> None:
    owner, manager = here.owner.member, here.manager.member
    assert owner is not None
    assert manager is not None
    path = archive_of()
    moved = owner.email
    # There, somebody else began with the manager’s address, and the owner’s is proven by another account.
    other = make_person()
    Member.objects.filter(pk=owner.pk).update(email="former@example.org")
    EmailAddress.objects.create(user=other, email=moved, verified=True)
    arrival = import_archive(path, slug="copy")
    with community_scope(arrival.community):
        assert Membership.objects.get(handle=here.owner.handle).member == other
        assert Membership.objects.get(handle=here.manager.handle).member == manager


def test_new_accounts_have_no_password_and_no_proof(here: Cast, archive_of: Callable[[], Path]) -> None:
    path = archive_of()
    assert here.member.member is not None
    address = here.member.member.email
    # Nobody is known by it here.
    Member.objects.filter(email=address).update(email="former@example.org")
    arrival = import_archive(path, slug="copy")
    person = Member.objects.get(email=address)
    assert not person.has_usable_password()
    assert not EmailAddress.objects.get(user=person).verified
    with community_scope(arrival.community):
        assert Membership.objects.get(handle=here.member.handle).member == person


def test_beside_the_original_everything_is_its_own(world: World, archive: Path) -> None:
    arrival = import_archive(archive, slug="copy")
    assert arrival.renumbered
    with world.here.scope():
        posts = set(Post.objects.values_list("public_id", flat=True))
        pictures = {str(pk) for pk in Attachment.objects.values_list("pk", flat=True)}
    with community_scope(arrival.community):
        copies = set(Post.objects.values_list("public_id", flat=True))
        bodies = " ".join(Post.objects.values_list("body_html", flat=True))
        shown = list(Attachment.objects.exclude(post=None))
        assert all((Path(settings.MEDIA_ROOT) / one.path).is_file() for one in shown if "uploads" in one.path)
        first = Change.objects.exclude(act="community_arrived").earliest("pk")
        owner = Membership.objects.get(handle=world.here.owner.handle)
        with pytest.raises(NothingToUndo):
            undo(first, owner)
        for person in Membership.objects.all():
            assert person.unread_count == Notification.objects.unread().filter(membership=person).count()
    assert len(copies) == len(posts)
    assert not copies & posts
    assert not any(picture in bodies for picture in pictures)
    assert any(str(one.pk) in bodies for one in shown)


def test_what_is_private_stays_private(world: World, archive: Path) -> None:
    arrival = import_archive(archive, slug="copy")
    assert arrival.community is not None
    visitor = Client()
    with community_scope(arrival.community):
        hidden = [
            thread.get_absolute_url()
            for thread in Thread.objects.filter(
                title__in=["Not yet", "A summer plan", "Among members", "Among the team"]
            )
        ]
    assert len(hidden) == 4
    for address in hidden:
        assert visitor.get(f"/c/copy{address.removeprefix('/c/copy')}").status_code in (302, 404), address


@pytest.fixture
def archive_of(here: Cast, tmp_path: Path) -> Callable[[], Path]:
    def make() -> Path:
        path = tmp_path / "kept.zip"
        path.write_bytes(exported(here.community, here.owner).read_bytes())
        return path

    return make
