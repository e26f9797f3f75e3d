"""What this package does after its own acts."""

from __future__ import annotations

from typing import Any

from communities.content.models import Post
from communities.content.services.carding import ask_for_cards
from communities.signals import post_edited, post_published


def look_for_addresses(sender: type[Post], post: Post, **_extra: Any) -> None:
    ask_for_cards(post)


def register() -> None:
    for signal in (post_published, post_edited):
        signal.connect(look_for_addresses, dispatch_uid="content.cards")
