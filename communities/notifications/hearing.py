"""What open pages hear of the bell: its figure."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import number_format

from communities.hearing.topics import Look, Topic, register_topic
from communities.middleware import MemberRequest
from communities.notifications.apps import say_unread
from communities.notifications.queries import unread_news


def look_at_bell(request: MemberRequest, _rest: Sequence[str]) -> Look | None:
    """`bell`: as the top of a page would say it now."""
    count = unread_news(request.membership)
    shown = number_format(count, force_grouping=True) if count else ""
    return Look(f"bell.{request.membership.pk}", {"how": "bell", "n": shown, "said": say_unread(count)})


def register() -> None:
    register_topic(Topic("bell", look_at_bell))
