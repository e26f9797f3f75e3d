from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import Signal

from communities.content.models import Space, State, Thread
from communities.content.permissions import can_edit_post
from communities.content.services import publish_thread, start_thread
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import refuse_closed
from communities.models import Community, Membership
from tests.kinds.notes.models import NOTE, NOTES, Margin, Note

# sender=Note; note, by: before its margin is visible. A receiver may set `note.margin_state`, or refuse.
margin_written = Signal()


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


@transaction.atomic
def annotate_note(note: Note, *, by: Membership, margin: str) -> Note:
    """Write into the margin of one's own published note. Raises NotAllowed, and for a margin that moderation struck."""
    refuse_closed(by, NOTES)
    note = Note.objects.select_for_update(of=("self",)).select_related("thread__space").get(pk=note.pk)
    own = note.thread.is_published and can_edit_post(by, note.thread.opening())
    if not own or note.margin_state == Margin.STRUCK:
        raise NotAllowed
    note.margin, note.margin_state = one_line(margin), Margin.SHOWN
    margin_written.send(sender=Note, note=note, by=by)
    note.save(update_fields=["margin", "margin_state"])
    return note


def set_margin(note: Note, state: str) -> None:
    """What moderation does to a margin."""
    note.margin_state = state
    note.save(update_fields=["margin_state"])
