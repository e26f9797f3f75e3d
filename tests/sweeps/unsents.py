"""What a member of the sweeps’ world has typed and not sent."""

from __future__ import annotations

from typing import Any

from communities.content.services.keeping_unsent import Typed, keep_unsent
from tests.conftest import Cast
from tests.factories import make_thread


def make_unsent(here: Cast) -> dict[str, Any]:
    """A reply of the member’s to a thread of its own."""
    thread = make_thread(here.forum, by=here.moderator, title="Which knot holds a wet rope?")
    address = f"forums/t/{thread.slug}/"
    fields = {"body": "A **bowline**, I", "body_format": "markdown"}
    typed = Typed(f"reply:{thread.pk}", address, f"{address}reply/", fields)
    return {"unsent": keep_unsent(typed, by=here.member)}
