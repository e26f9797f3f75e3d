"""Measures against a person: what they take away, what always stays, how they end."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.content import services as content
from communities.exceptions import NotAllowed
from communities.models import Membership
from communities.notifications.models import Notification
from moderation import services
from moderation.exceptions import GroundMissing
from moderation.models import Case, Sanction
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.moderation.acts import decide, fresh, reported

MEASURE = {"ground": "courtesy", "reason": "Twice in a week."}


def take(case: Case, kind: str, days: int, *, by: Membership, person: Membership | None = None) -> Sanction:
    return services.sanction_member(person or case.author, by=by, case=case, kind=kind, days=days, **MEASURE)


def test_a_warning_takes_nothing_away(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        take(case, "warning", 0, by=here.moderator)
        person = Membership.objects.get(pk=here.member.pk)
        assert person.can_write
        assert Notification.objects.filter(membership=person, kind="sanction_started").count() == 1


@pytest.mark.parametrize(
    ("kind", "days"), [("read_only", 1), ("read_only", 7), ("suspension", 30), ("suspension", 365)]
)
def test_who_may_only_read_reads_leaves_and_takes_their_words_back(here: Cast, kind: str, days: int) -> None:
    with here.scope():
        case, thread = reported(here), make_thread(here.forum, by=here.manager)
        own = make_reply(thread, by=here.member)
        take(case, kind, days, by=here.owner)
        person = Membership.objects.get(pk=here.member.pk)
        assert not person.can_write
        with pytest.raises(NotAllowed):
            make_reply(thread, by=person)
        with pytest.raises(NotAllowed):
            content.edit_post(own, by=person, body="<p>Other.</p>")
        with pytest.raises(NotAllowed):
            content.react_to_post(thread.posts.get(position=1), by=person, kind="thanks")
        assert content.delete_post(own, by=person)
    client = here.sign_in(here.member)
    page = client.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert "You can read but not write until" in page
    for path in ("/me/", "/me/profile/", "/leave/", "/me/decisions/", "/notifications/"):
        assert client.get(here.url(path)).status_code == 200, path


def test_it_ends_by_the_clock(here: Cast) -> None:
    with here.scope():
        take(reported(here), "read_only", 1, by=here.moderator)
        Membership.objects.filter(pk=here.member.pk).update(
            read_only_until=timezone.now() - datetime.timedelta(seconds=1)
        )
        assert Membership.objects.get(pk=here.member.pk).can_write


def test_it_ends_by_hand_and_the_person_is_told(here: Cast) -> None:
    with here.scope():
        sanction = take(reported(here), "read_only", 1, by=here.moderator)
        assert services.lift_sanction(sanction, by=here.moderator)
        assert not services.lift_sanction(sanction, by=here.moderator)
        assert Membership.objects.get(pk=here.member.pk).can_write
        assert Notification.objects.filter(membership=here.member, kind="sanction_ended").count() == 1


def test_the_longest_of_two_counts(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        long = take(case, "read_only", 7, by=here.manager)
        take(case, "read_only", 1, by=here.moderator)
        assert Membership.objects.get(pk=here.member.pk).read_only_until == long.until
        services.lift_sanction(long, by=here.manager)
        until = Membership.objects.get(pk=here.member.pk).read_only_until
        assert until is not None
        assert until < long.until


def test_a_moderator_does_not_end_what_a_manager_began(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        for kind, days in (("read_only", 7), ("suspension", 30)):
            with pytest.raises(NotAllowed):
                services.lift_sanction(take(case, kind, days, by=here.manager), by=here.moderator)


def test_the_same_measure_twice_is_one(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        assert take(case, "warning", 0, by=here.moderator) == take(case, "warning", 0, by=here.moderator)
        assert Sanction.objects.count() == 1


def test_no_measure_without_a_ground(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        with pytest.raises(GroundMissing):
            services.sanction_member(
                here.member, by=here.moderator, case=case, kind="warning", days=0, ground=""
            )


def test_a_suspended_moderator_does_not_judge(here: Cast) -> None:
    with here.scope():
        case = reported(here, by=here.ambassador, post=make_reply(make_thread(here.forum), by=here.moderator))
        take(case, "suspension", 30, by=here.manager)
    assert here.sign_in(here.moderator).get(here.url("/moderation/")).status_code == 403


def test_a_measure_leaves_the_way_back_of_the_text(here: Cast) -> None:
    """Who takes a measure did not thereby withdraw the text: they stay the second person who looks."""
    with here.scope():
        case = reported(here)
        decide(case, by=here.moderator, act="remove")
        case.refresh_from_db()
        take(case, "warning", 0, by=here.manager)
    page = here.sign_in(here.manager).get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
    assert 'value="restore"' in page
    with here.scope():
        case.refresh_from_db()
        decide(case, by=here.manager, act="restore")
        assert fresh(case.post).state == "published"


def test_who_may_only_read_is_told_so_where_they_would_start_a_thread(here: Cast) -> None:
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(
            read_only_until=timezone.now() + datetime.timedelta(days=1)
        )
    answer = here.sign_in(here.member).get(here.url(f"/forums/f/{here.forum.slug}/new/"))
    assert answer.status_code == 403
    assert "You can read but not write until" in answer.content.decode()
