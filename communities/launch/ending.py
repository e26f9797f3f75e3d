"""Open pages of whoever signs out or leaves hear nothing any more: what they may read is asked anew, or not at all."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from communities.hearing.news import channel_of_member, channel_of_session, tell_channels
from communities.models import Membership
from communities.signals import member_left


@receiver(user_logged_out, dispatch_uid="launch.ending.session")
def end_pages_of_session(sender: Any, request: HttpRequest | None, **_extra: Any) -> None:
    """Sent before the session is emptied."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key:
        tell_channels([channel_of_session(key)])


@receiver(member_left, dispatch_uid="launch.ending.member")
def end_pages_of_member(sender: type[Membership], membership: Membership, **_extra: Any) -> None:
    tell_channels([channel_of_member(membership.pk)])
