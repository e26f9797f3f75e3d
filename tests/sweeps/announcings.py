"""The announcements of the sweeps’ world: one to come for a segment, and one that has just ended, for everybody."""

from __future__ import annotations

import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from communities.animation.announcements.models import Announcement
from communities.animation.announcements.reading import close_announcement
from communities.animation.announcements.services import (
    AnnouncementWishes,
    end_announcement,
    make_announcement,
)
from communities.animation.newsletters.models import Segment
from communities.animation.newsletters.segments import Rule, save_segment
from tests.conftest import Cast

DAY = datetime.timedelta(days=1)


def wishes(text: str = "The yard is closed on Friday.", **said: Any) -> AnnouncementWishes:
    """For everybody, from now on and for three days, with a link."""
    now = timezone.now()
    words = said.pop("words", {"en": (text, "See why")})
    usual = {"starts_at": now, "ends_at": now + 3 * DAY, "target": "/forums/"}
    return AnnouncementWishes(words=words, **(usual | said))


def announce(here: Cast, text: str = "The yard is closed on Friday.", **said: Any) -> Announcement:
    return make_announcement(wishes(text, **said), by=here.manager)


def seen(client: Client, here: Cast, path: str = "/forums/") -> str:
    """The text of the bar on a page; empty where there is none."""
    page = client.get(here.url(path)).content.decode()
    if 'class="announce-bar' not in page:
        return ""
    assert page.count('class="announce-bar') == 1
    return page.partition('class="announce-bar')[2].partition("<span>")[2].partition("</span>")[0]


def members_only(here: Cast, name: str = "Members") -> Segment:
    return save_segment(Segment(), by=here.manager, name=name, rule=Rule(roles=("member",)))


def make_announcements(here: Cast, segment: Segment) -> dict[str, Any]:
    """None is shown: what pages cost and weigh is that of pages without one."""
    over = announce(here, "Yesterday’s regatta")
    end_announcement(over, by=here.manager)
    now = timezone.now()
    to_come = announce(
        here,
        "A walk along the quay",
        audience="segment",
        segment=segment.pk,
        starts_at=now + DAY,
        ends_at=now + 2 * DAY,
    )
    close_announcement(over, by=here.ambassador)
    return {"announced": to_come, "announced_over": over}
