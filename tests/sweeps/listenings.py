"""What is listened for in the sweeps’ world: two names, a feed, an address for a tool, mentions of each state."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from communities.animation.listening import answering, services
from communities.animation.listening.feeds import Said
from communities.animation.listening.models import Mention
from communities.animation.listening.taking import take
from tests.conftest import Cast

HOUR = datetime.timedelta(hours=1)


def make_listening(here: Cast) -> dict[str, Any]:
    """By the names that the tables of addresses use."""
    by, now = here.manager, timezone.now()
    brand = services.track_name("Halyard", ["Halyard Rope"], rival=False, by=by)
    rival = services.track_name("Bowline", [], rival=True, by=by)
    feed = services.add_feed("Sailing news", "https://news.example.com/feed.xml", by=by)
    hook, _secret = services.open_hook("Watcher", by=by)
    told = [
        Said(
            f"n{n}",
            f"{name} on the water, part {n}",
            "It holds.",
            "https://news.example.com/1",
            "A. Writer",
            at,
        )
        for n, (name, at) in enumerate(
            (("Halyard", now - HOUR), ("Bowline", now - 2 * HOUR), ("Halyard", now))
        )
    ]
    take(feed, told)
    first, second, third = Mention.objects.order_by("title")
    today = timezone.localdate(timezone=here.community.zone)
    answering.plan_reply(second, today, to=by, by=by, community=here.community)
    answering.hide(third, by=by)
    take(hook, [Said("r1", "Halyard on a beach")])
    replied = Mention.objects.get(title="Halyard on a beach")
    answering.plan_reply(replied, today, to=by, by=by, community=here.community)
    answering.mark_replied(replied, by=by)
    gone = services.track_name("Sheet bend", [], rival=True, by=by)
    services.drop_name(gone, by=by)
    shut, _secret = services.open_hook("Former watcher", by=by)
    services.remove_source(shut, by=by)
    return {
        "tracked_name": brand,
        "tracked_rival": rival,
        "tracked_gone": gone,
        "mention_feed": feed,
        "mention_hook": hook,
        "mention_shut": shut,
        "mention": first,
        "mention_waits": second,
        "mention_hidden": third,
        "mention_replied": replied,
    }
