"""Giving roles, handing ownership over, naming authors: who may, what is told, what is noted, what is undone."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from communities.blogs.permissions import can_edit_article
from communities.content.audiences import spaces_edited_by
from communities.content.models import SpaceAuthor
from communities.content.permissions import can_start_thread
from communities.exceptions import NotAllowed
from communities.journal.exceptions import ChangedSince
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.notifications.tasks import write_waiting_mails
from communities.people.entrusting import (
    accept_ownership,
    lay_down_role,
    name_author,
    offer_ownership,
    refuse_ownership,
    role_mark,
    set_role,
    unname_author,
)
from communities.people.exceptions import (
    EndPassed,
    LastOwner,
    NoSpaceChosen,
    NotAnAuthorsSpace,
    OfferEnded,
    RoleMoved,
)
from communities.people.models import OwnershipOffer
from communities.people.tasks import settle_roles, warn_of_role_ends
from tests.conftest import Cast
from tests.factories import make_membership, make_thread
from tests.mailing import delivered

SOON = datetime.timedelta(days=3)


def again(person: Membership) -> Membership:
    return Membership.objects.get(pk=person.pk)


def test_a_role_is_given_told_and_noted(here: Cast) -> None:
    with here.scope():
        set_role(
            here.member, "moderator", by=here.manager, spaces=[here.forum.pk], until=timezone.now() + SOON
        )
        person = again(here.member)
        assert (person.role, person.role_spaces, person.role_after) == (
            "moderator",
            [here.forum.pk],
            "member",
        )
        line = Change.objects.get(act="role_set")
        assert (line.by, line.before["role"], line.after["role"]) == (here.manager, "member", "moderator")
        told = Notification.objects.get(membership=person, kind="role_changed")
        assert told.actor == here.manager
        Notification.objects.update(mail_due_at=timezone.now())
    write_waiting_mails()
    mail = delivered()[-1]
    assert mail.to == [here.member.member.email]  # type: ignore[union-attr]
    assert mail.subject == "Your role is now: Moderator"
    assert "It ends on" in str(mail.body)
    page = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "Your role is now: Moderator" in page


def test_the_same_role_again_is_nothing_new(here: Cast) -> None:
    with here.scope():
        for _time in range(2):
            set_role(here.member, "ambassador", by=here.manager)
        assert Change.objects.filter(act="role_set").count() == 1
        assert Notification.objects.filter(kind="role_changed").count() == 1


@pytest.mark.parametrize(
    ("by", "person", "role"),
    [
        ("manager", "member", "marketing"),
        ("manager", "member", "manager"),
        ("manager", "manager", "member"),
        ("manager", "owner", "member"),
        ("owner", "member", "owner"),
        ("owner", "owner", "manager"),
        ("moderator", "member", "ambassador"),
        ("marketing", "member", "ambassador"),
    ],
)
def test_nobody_gives_more_than_their_own(here: Cast, by: str, person: str, role: str) -> None:
    with here.scope():
        with pytest.raises(NotAllowed):
            set_role(getattr(here, person), role, by=getattr(here, by))
        assert not Change.objects.exists()


def test_a_role_that_makes_no_sense_is_refused(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        with pytest.raises(EndPassed):
            set_role(here.member, "ambassador", by=here.owner, until=timezone.now() - SOON)
        for spaces in ([], [elsewhere.forum.pk]):
            with pytest.raises(NoSpaceChosen):
                set_role(here.member, "moderator", by=here.owner, spaces=spaces)
        assert again(here.member).role == "member"


def test_two_who_save_one_role(here: Cast) -> None:
    with here.scope():
        seen = role_mark(again(here.member))
        set_role(here.member, "ambassador", by=here.owner, seen=seen)
        with pytest.raises(RoleMoved):
            set_role(here.member, "moderator", by=here.manager, seen=seen)
        assert again(here.member).role == "ambassador"


def test_a_change_of_role_is_undone_unless_somebody_was_faster(here: Cast) -> None:
    with here.scope():
        set_role(here.moderator, "moderator", by=here.owner, spaces=[here.forum.pk])
        set_role(here.moderator, "member", by=here.owner)
        line = Change.objects.filter(act="role_set").newest().first()
        assert line is not None
        undo(line, here.owner)
        back = again(here.moderator)
        assert (back.role, back.role_spaces) == ("moderator", [here.forum.pk])
        line = Change.objects.filter(act="role_set").newest().first()
        set_role(here.moderator, "ambassador", by=here.owner)
        assert line is not None
        with pytest.raises(ChangedSince):
            undo(line, here.owner)


def test_a_role_for_a_time_ends_in_what_somebody_was(here: Cast) -> None:
    def after(person: Membership, role: str, days: int = 30) -> str:
        until = timezone.now() + datetime.timedelta(days=days)
        return set_role(person, role, by=here.owner, until=until).role_after

    with here.scope():
        assert after(here.moderator, "manager") == "moderator"
        assert after(here.ambassador, "moderator") == "ambassador"
        # Given for longer, and then more for a time: what was for a time does not become for ever.
        assert after(here.ambassador, "moderator", days=60) == "ambassador"
        assert after(here.ambassador, "manager") == "ambassador"


def test_a_moderator_of_some_spaces_never_becomes_one_of_all(here: Cast) -> None:
    with here.scope():
        set_role(here.moderator, "moderator", by=here.owner, spaces=[here.forum.pk])
        set_role(here.moderator, "manager", by=here.owner, until=timezone.now() + SOON)
        Membership.objects.filter(pk=here.moderator.pk).update(role_until=timezone.now() - SOON)
        person = Membership.objects.get(pk=here.moderator.pk)
        assert not person.can_judge
        assert person.role == "member"


def test_whose_role_has_ended_is_told_once(here: Cast) -> None:
    with here.scope():
        set_role(here.member, "moderator", by=here.owner, until=timezone.now() + SOON)
        Membership.objects.filter(pk=here.member.pk).update(role_until=timezone.now() - SOON)
        Notification.objects.all().delete()
    assert settle_roles() == 1
    assert settle_roles() == 0
    with here.scope():
        assert Notification.objects.filter(membership=here.member, kind="role_changed").count() == 1
        line = Change.objects.filter(act="role_set").newest().first()
        assert line is not None
        assert (line.by, line.before["role"], line.after["role"]) == (None, "moderator", "member")
        stored = Membership.objects.filter(pk=here.member.pk).values_list("role", "role_until").get()
        assert stored == ("member", None)


def test_the_end_of_a_role_is_told_two_weeks_before_once(here: Cast, elsewhere: Cast) -> None:
    end = timezone.now() + datetime.timedelta(days=20)
    with here.scope():
        set_role(here.member, "moderator", by=here.owner, until=end)
        set_role(make_membership(), "ambassador", by=here.owner, until=timezone.now() + SOON)
        Notification.objects.all().delete()
    assert warn_of_role_ends() == 0, "one is too early, the other was told of its end when it began"
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(role_until=end - datetime.timedelta(days=7))
    assert warn_of_role_ends() == 1
    assert warn_of_role_ends() == 0
    with here.scope():
        told = set(Notification.objects.values_list("membership_id", "kind"))
        assert told == {
            (here.member.pk, "role_ends"),
            (here.owner.pk, "team_role_ends"),
            (here.manager.pk, "team_role_ends"),
        }
        Notification.objects.update(mail_due_at=timezone.now())
    write_waiting_mails()
    mails = {mail.to[0]: mail for mail in delivered()}
    assert set(mails) == {one.member.email for one in (here.member, here.owner, here.manager)}
    assert mails[here.member.member.email].subject.startswith("Your role ends on ")
    address = rf"/manage/members/{here.member.pk}/\?cn=\w+#role"
    assert re.search(address, mails[here.manager.member.email].body), "a link to lengthen it"
    bell = here.sign_in(here.manager).get(here.url("/notifications/"))
    assert "the role ends on" in bell.content.decode()

    with here.scope():
        set_role(here.member, "moderator", by=here.manager, until=end)
    assert (
        "the role ends on" not in here.sign_in(here.manager).get(here.url("/notifications/")).content.decode()
    )
    with here.scope():
        assert not again(here.member).role_end_told, "it has an end of its own, which is told in time"


def test_ownership_changes_hands_when_both_confirm(here: Cast) -> None:
    with here.scope():
        offer = offer_ownership(here.manager, by=here.owner, by_becomes="member")
        assert again(here.manager).role == "manager", "nothing changes yet"
        with pytest.raises(NotAllowed):
            accept_ownership(offer, by=here.member)
        accept_ownership(offer, by=here.manager)
        assert (again(here.manager).role, again(here.owner).role) == ("owner", "member")
        with pytest.raises(OfferEnded):
            accept_ownership(offer, by=again(here.manager))


def test_an_offer_ends_in_each_way(here: Cast) -> None:
    with here.scope():
        first = offer_ownership(here.manager, by=here.owner)
        second = offer_ownership(here.member, by=here.owner)
        first.refresh_from_db()
        assert first.state == "withdrawn", "one at a time"
        assert refuse_ownership(second, by=here.member)
        assert not refuse_ownership(second, by=here.member)
        third = offer_ownership(here.member, by=here.owner)
        OwnershipOffer.objects.filter(pk=third.pk).update(expires_at=timezone.now())
        with pytest.raises(OfferEnded):
            accept_ownership(third, by=here.member)
        assert again(here.owner).role == "owner"
        gone = offer_ownership(here.ambassador, by=here.owner)
        Membership.objects.filter(pk=here.ambassador.pk).update(status="left")
        with pytest.raises(OfferEnded):
            accept_ownership(gone, by=here.ambassador)
        fourth = offer_ownership(here.member, by=here.owner)
        Membership.objects.filter(pk=here.owner.pk).update(role="member")
        with pytest.raises(OfferEnded):
            accept_ownership(fourth, by=here.member)


@pytest.mark.parametrize("by", ["manager", "moderator", "marketing", "member"])
def test_only_owners_hand_over(here: Cast, by: str) -> None:
    with here.scope(), pytest.raises(NotAllowed):
        offer_ownership(here.ambassador, by=getattr(here, by))


def test_nobody_under_a_measure_becomes_the_owner(here: Cast) -> None:
    with here.scope():
        offer = offer_ownership(here.member, by=here.owner, by_becomes="member")
        Membership.objects.filter(pk=here.member.pk).update(suspended_until=timezone.now() + SOON)
        with pytest.raises(OfferEnded):
            accept_ownership(offer, by=Membership.objects.get(pk=here.member.pk))
        with pytest.raises(NotAllowed):
            offer_ownership(here.member, by=here.owner)
        assert Membership.objects.get(pk=here.owner.pk).role == "owner"


def test_the_last_owner_stays(here: Cast) -> None:
    with here.scope():
        with pytest.raises(LastOwner):
            lay_down_role(here.owner, by=here.owner)
        make_membership(role="owner")
        assert lay_down_role(here.owner, by=here.owner)
        assert not lay_down_role(here.owner, by=again(here.owner))
        with pytest.raises(NotAllowed):
            lay_down_role(here.manager, by=here.moderator)


def test_authors_and_editors(here: Cast) -> None:
    with here.scope():
        article = make_thread(here.blog, by=here.manager)
        assert not can_start_thread(here.member, here.blog)
        assert name_author(here.blog, here.member, by=here.manager)
        assert not name_author(here.blog, here.member, by=here.manager)
        assert can_start_thread(here.member, here.blog)
        forget_all()
        assert not can_edit_article(here.member, article)
        assert name_author(here.blog, here.member, by=here.manager, edits=True)
        forget_all()
        assert spaces_edited_by(here.member.pk, here.community.pk) == [here.blog.pk]
        assert can_edit_article(here.member, article)
        line = Change.objects.filter(act="author_named").newest().first()
        assert line is not None
        undo(line, here.manager)
        assert not SpaceAuthor.objects.get(membership=here.member).edits
        assert unname_author(here.blog, here.member, by=here.manager)
        assert not unname_author(here.blog, here.member, by=here.manager)
        with pytest.raises(NotAnAuthorsSpace):
            name_author(here.forum, here.member, by=here.manager)
        for refused in (here.moderator, here.member):
            with pytest.raises(NotAllowed):
                name_author(here.blog, here.ambassador, by=refused)
