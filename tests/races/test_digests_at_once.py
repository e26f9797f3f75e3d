"""A digest is written while somebody else has one of its lines in hand: that one is left for the next."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from django.utils import timezone

from communities.models import Membership
from communities.notifications import digests
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_post
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast
from tests.factories import make_reply, make_thread

pytestmark = pytest.mark.django_db(transaction=True)

TITLES = ("In hand", "Still there", "Older")


def make_due(**which: Any) -> None:
    past = timezone.now() - datetime.timedelta(seconds=1)
    Notification.objects.waiting_for_mail().filter(**which).update(mail_due_at=past)


def scene() -> Cast:
    cast = make_cast()
    with cast.scope():
        Membership.objects.filter(pk=cast.member.pk).update(mail_rhythm="day")
        for title in reversed(TITLES):
            tell_of_post(make_reply(make_thread(cast.forum, by=cast.member, title=title), by=cast.ambassador))
        make_due()
        assert write_waiting(cast.community) == 0
        make_due(gathered=True)
    return cast


def written_beside(cast: Cast) -> set[str]:
    """The titles that wait still, after a digest was written while another connection had the first of them."""
    held, done = threading.Event(), threading.Event()

    def act(number: int) -> object:
        if number == 0:
            with community_scope(cast.community):
                Notification.objects.select_for_update(of=("self",)).get(thread__title="In hand")
                held.set()
                return done.wait(timeout=60)
        try:
            assert held.wait(timeout=60)
            return digests.write_digests(cast.community)
        finally:
            done.set()

    assert at_once(2, act) == [True, 1]
    with cast.scope():
        waiting = Notification.objects.waiting_for_mail().in_digest()
        return set(waiting.values_list("thread__title", flat=True))


def test_a_line_in_other_hands_stays_due() -> None:
    cast = scene()
    assert written_beside(cast) == {"In hand"}
    assert digests.write_digests(cast.community) == 1


def test_what_is_more_than_anybody_reads_is_let_go_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "MOST", 1)
    assert written_beside(scene()) == {"In hand"}
