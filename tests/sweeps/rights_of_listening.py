"""What listening lets each role do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from communities.animation.listening import answering, services
from communities.animation.listening.permissions import can_delete_mentions, can_listen
from communities.calendar import today

__all__ = ["LISTENING", "can_delete_mentions", "can_listen"]

LISTENING: dict[str, dict[str, Callable[[Any, Any], object]]] = {
    "listen": {
        "name": lambda w, me: services.track_name("Reef", [], rival=True, by=me),
        "drop": lambda w, me: services.drop_name(w.tracked_name, by=me),
        "listen again": lambda w, me: services.take_name_back(w.tracked_gone, by=me),
        "feed": lambda w, me: services.add_feed("A", "https://blog.example.com/rss", by=me),
        "address": lambda w, me: services.open_hook("A", by=me),
        "secret": lambda w, me: services.change_secret(w.mention_hook, by=me),
        "read": lambda w, me: services.read_now(w.mention_feed, by=me),
        "remove": lambda w, me: services.remove_source(w.mention_feed, by=me),
        "take back": lambda w, me: services.take_source_back(w.mention_shut, by=me),
        "seen": lambda w, me: answering.mark_seen(w.mention, by=me),
        "hide": lambda w, me: answering.hide(w.mention, by=me),
        "show": lambda w, me: answering.show_again(w.mention_hidden, by=me),
        "assign": lambda w, me: answering.assign(w.mention, None, by=me),
        "plan": lambda w, me: answering.plan_reply(
            w.mention, today(w.here.community), to=None, by=me, community=w.here.community
        ),
        "call off": lambda w, me: answering.call_reply_off(w.mention_waits, by=me),
        "replied": lambda w, me: answering.mark_replied(w.mention_waits, by=me),
        "again": lambda w, me: answering.open_again(w.mention_waits, by=me),
    },
    "delete_mentions": {
        "delete": lambda w, me: answering.delete_mention(w.mention, by=me, community=w.here.community),
    },
}
