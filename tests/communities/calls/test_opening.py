"""Who follows the space of a call is told when it opens: once, at its hour or late, and never after it has closed."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.calls.models import Call
from communities.calls.services import add_call, change_call
from communities.calls.tasks import tell_of_calls
from communities.content.models import Thread
from communities.content.services import follow_space, follow_thread, unfollow_thread
from communities.notifications.models import Notification
from tests.communities.calls.making import DAY, make_call, wishes
from tests.conftest import Cast
from tests.factories import make_thread

MINUTE = datetime.timedelta(minutes=1)


def told() -> list[int]:
    rows = Notification.objects.filter(kind="call_opened").order_by("membership_id")
    return list(rows.values_list("membership_id", flat=True))


def opening_later(here: Cast) -> Call:
    """Who follows what: the member its space, the ambassador its text; the moderator has muted it."""
    call = make_call(here, opens_at=timezone.now() + DAY)
    follow_space(here.forum, by=here.member)
    follow_space(here.forum, by=here.manager)
    follow_thread(call.thread, by=here.ambassador)
    follow_space(here.forum, by=here.moderator)
    unfollow_thread(call.thread, by=here.moderator)
    return call


def come(call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(opens_at=timezone.now() - MINUTE)


def test_followers_are_told_at_its_hour_and_once(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        call = opening_later(here)
    assert tell_of_calls() == 0
    with here.scope():
        come(call)
    assert (tell_of_calls(), tell_of_calls()) == (1, 0)
    with here.scope():
        assert told() == sorted([here.member.pk, here.ambassador.pk])
    for person, times in ((here.member, 1), (here.moderator, 0), (here.manager, 0)):
        page = here.sign_in(person).get(here.url("/notifications/")).content.decode()
        assert page.count("is open: apply") == times
    with elsewhere.scope():
        assert told() == []


def test_late_is_told_late_and_not_once_it_has_closed(here: Cast) -> None:
    with here.scope():
        late, over = opening_later(here), make_call(here, title="Over", opens_at=timezone.now() + DAY)
        Call.objects.filter(pk=late.pk).update(opens_at=timezone.now() - 2 * DAY)
        Call.objects.filter(pk=over.pk).update(
            opens_at=timezone.now() - 2 * DAY, closes_at=timezone.now() - MINUTE
        )
        # Made before they opened, as far as rows know.
        Call.objects.update(created_at=timezone.now() - 3 * DAY)
        Thread.objects.filter(pk__in=[late.thread_id, over.thread_id]).update(
            published_at=timezone.now() - 3 * DAY
        )
    tell_of_calls()
    with here.scope():
        rows = Notification.objects.filter(kind="call_opened")
        assert set(rows.values_list("thread_id", flat=True)) == {late.thread_id}
        Call.objects.filter(pk=late.pk).update(closes_at=timezone.now() - MINUTE)
    page = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "is open: apply" not in page


@pytest.mark.parametrize("state", ["draft", "hidden", "published"])
def test_who_was_told_of_its_text_or_cannot_read_it_is_not_told(here: Cast, state: str) -> None:
    with here.scope():
        follow_space(here.forum, by=here.member)
        thread = make_thread(here.forum, by=here.manager, title="Blocks")
        call = add_call(thread, wishes(), by=here.manager)
        # It came out with the call open in it.
        later = call.created_at + MINUTE
        published = None if state == "draft" else later
        Thread.objects.filter(pk=thread.pk).update(state=state, published_at=published)
    assert (tell_of_calls(), tell_of_calls()) == (1, 0)
    with here.scope():
        assert told() == []


def test_one_that_is_put_off_opens_anew(here: Cast) -> None:
    with here.scope():
        call = opening_later(here)
        come(call)
    assert tell_of_calls() == 1
    with here.scope():
        change_call(
            Call.objects.select_related("thread__space").get(pk=call.pk),
            wishes(opens_at=timezone.now() + DAY),
            by=here.manager,
        )
        assert Call.objects.get(pk=call.pk).opening_told_at is None
        come(call)
    assert (tell_of_calls(), tell_of_calls()) == (1, 0)
    with here.scope():
        assert told() == sorted([here.member.pk, here.ambassador.pk] * 2)
