"""Closing, read-only, deletion with thirty days to change one's mind; the owner alone."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from communities.journal.models import Change
from communities.journal.services import undo
from communities.models import Community
from members.models import OutgoingMail
from tests.communities.console.place.conftest import set_state as put_in_state
from tests.communities.launch.conftest import refresh
from tests.conftest import Cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db

PAGE, DELETE, KEEP, REOPEN = (
    "/manage/close/",
    "/manage/close/delete/",
    "/manage/close/keep/",
    "/manage/reopen/",
)


def now(cast: Cast) -> Community:
    return Community.objects.get(pk=cast.community.pk)


def test_an_owner_closes_makes_read_only_and_opens_again(here: Cast) -> None:
    owner = here.sign_in(here.owner)
    for state in ("closed", "read_only"):
        assert owner.post(here.url(PAGE), {"state": state}).status_code == 302
        assert now(here).state == state
        refresh(here)
    assert owner.post(here.url(REOPEN)).status_code == 302
    assert now(here).state == "open"
    refresh(here)
    with here.scope():
        lines = [(line.before["state"], line.after["state"]) for line in Change.objects.newest()]
        assert lines == [("read_only", "open"), ("closed", "read_only"), ("open", "closed")]
        undo(Change.objects.newest().first(), here.owner)  # type: ignore[arg-type]
    assert now(here).state == "read_only"


@pytest.mark.parametrize("state", ["draft", "open", "nonsense", ""])
def test_no_other_state_is_reached_from_there(here: Cast, state: str) -> None:
    assert here.sign_in(here.owner).post(here.url(PAGE), {"state": state}).status_code == 404
    assert now(here).state == "open"


def test_a_draft_is_opened_by_opening_it_only(draft: Cast) -> None:
    owner = draft.sign_in(draft.owner)
    assert owner.post(draft.url(REOPEN)).status_code == 302
    assert now(draft).state == "draft"
    assert draft.url("/manage/open/") in owner.get(draft.url(PAGE)).content.decode()


def test_deletion_is_confirmed_by_the_name(here: Cast) -> None:
    owner = here.sign_in(here.owner)
    answer = owner.post(here.url(DELETE), {"name": "Another"})
    assert answer.status_code == 422
    assert "This is not its name." in answer.content.decode()
    assert now(here).deletes_at is None
    assert owner.post(here.url(DELETE), {"name": f" {here.community.name.upper()} "}).status_code == 302
    community = now(here)
    assert community.state == "read_only"
    assert community.deletes_at is not None
    left = community.deletes_at - timezone.now()
    assert datetime.timedelta(days=29, hours=23) < left <= datetime.timedelta(days=30)


def test_all_owners_are_told_and_everybody_sees_it(here: Cast) -> None:
    with here.scope():
        second = make_membership(role="owner", language="fr")
    here.sign_in(here.owner).post(here.url(DELETE), {"name": here.community.name})
    refresh(here)
    with here.scope():
        mails = {mail.recipient: mail for mail in OutgoingMail.objects.filter(kind="community_deletion")}
    assert here.owner.member is not None
    assert second.member is not None
    assert set(mails) == {here.owner.member.email, second.member.email}
    english, french = mails[here.owner.member.email], mails[second.member.email]
    assert here.url("/manage/close/") in english.text
    assert "will be deleted in 30 days" in english.subject
    assert "sera supprimée dans 30 jours" in french.subject
    member = here.sign_in(here.member).get(here.url("/")).content.decode()
    assert "This community will be deleted" in member
    assert here.url("/me/data/") in member
    answer = Client().get(here.url("/forums/"))
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("state", ["open", "closed", "read_only", "draft"])
def test_taken_back_the_place_is_as_it_was(here: Cast, state: str) -> None:
    put_in_state(here, state)
    owner = here.sign_in(here.owner)
    owner.post(here.url(DELETE), {"name": here.community.name})
    assert now(here).deletes_at is not None
    if state == "draft":
        # Nobody has ever seen it, and nobody will.
        assert now(here).state == "draft"
    assert owner.post(here.url(KEEP)).status_code == 302
    community = now(here)
    assert (community.state, community.deletes_at, community.settings) == (state, None, {})
    assert owner.post(here.url(KEEP)).status_code == 302


def test_undo_in_the_journal_keeps_it_and_never_deletes(here: Cast) -> None:
    owner = here.sign_in(here.owner)
    owner.post(here.url(DELETE), {"name": here.community.name})
    with here.scope():
        asked = Change.objects.get()
    owner.post(here.url(f"/manage/journal/{asked.pk}/undo/"))
    assert now(here).deletes_at is None
    with here.scope():
        kept = Change.objects.newest().first()
    assert kept is not None
    owner.post(here.url(f"/manage/journal/{kept.pk}/undo/"))
    assert now(here).deletes_at is None
