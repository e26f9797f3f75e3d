from __future__ import annotations

from typing import Any

from django.db import transaction

from communities.content.models import Space, State, Thread
from communities.content.services import publish_thread, start_thread
from communities.models import Community, Membership
from tests.kinds.notes.models import NOTE, Note


@transaction.atomic
def write_note(
    space: Space,
    *,
    by: Membership,
    community: Community,
    mood: str = "",
    state: str = State.PUBLISHED,
    **text: Any,
) -> Thread:
    """The side is stored first, so that its words are judged with the text. Raises as `start_thread`."""
    thread = start_thread(space, by=by, community=community, kind=NOTE, state=State.DRAFT, **text)
    Note.objects.get_or_create(thread=thread, defaults={"mood": mood})
    if state == State.PUBLISHED:
        publish_thread(thread, by=by)
        thread.refresh_from_db(fields=["state", "published_at", "last_position"])
    return thread
