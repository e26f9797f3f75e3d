"""Where polls stand."""

from __future__ import annotations

from django.urls import reverse

from communities.content.views.posts import address_of
from communities.polls.models import Poll


def back_to(poll: Poll) -> str:
    """Where a poll stands: under its text; one that others came after, by itself."""
    if not poll.current:
        return reverse("polls:show-poll", args=[poll.pk])
    return f"{text_address(poll).partition('#')[0]}#poll-{poll.pk}"


def text_address(poll: Poll) -> str:
    """Of what it stands under: a thread, or a reply in one."""
    return address_of(poll.post) if poll.post is not None else poll.thread.get_absolute_url()
