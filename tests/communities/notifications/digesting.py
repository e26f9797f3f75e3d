"""A reader who wants one mail a day, and what is gathered for them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from communities.content.models import Thread
from communities.models import Membership
from communities.notifications.digests import choose_rhythm, write_digests
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_post
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

SOON = datetime.timedelta(seconds=1)


def of(here: Cast) -> Membership:
    return Membership.objects.select_related("community", "member").get(pk=here.member.pk)


@pytest.fixture
def daily(here: Cast) -> Membership:
    with here.scope():
        choose_rhythm(of(here), "day")
        return of(here)


def told(here: Cast, *titles: str) -> list[Thread]:
    """Replies in threads of a member, each due now; in the scope of the community."""
    threads = [make_thread(here.forum, by=here.member, title=title) for title in titles]
    for thread in threads:
        tell_of_post(make_reply(thread, by=here.ambassador))
    due()
    return threads


def due(**which: Any) -> None:
    lines = Notification.objects.waiting_for_mail().filter(**which)
    lines.update(mail_due_at=timezone.now() - SOON)


def gathered(here: Cast, *titles: str) -> list[Thread]:
    threads = told(here, *titles)
    assert write_waiting(here.community) == 0, "they wait for the digest"
    return threads


def send(here: Cast) -> int:
    with here.scope():
        due(gathered=True)
        return write_digests(here.community)
