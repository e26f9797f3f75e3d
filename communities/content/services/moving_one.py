"""Moving one thread to another space of its kind, with all that stands in it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from communities.content.audiences import looks_after, readers_among
from communities.content.exceptions import SpaceError
from communities.content.models import Space, Thread
from communities.content.permissions import can_move_thread
from communities.content.readers import change_of_readers, readers_of
from communities.content.services.moving import move_threads, refuse_too_many
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Membership
from communities.signals import space_narrowed, thread_moved

ACT = "move_thread"


@transaction.atomic
def move_thread(thread: Thread, *, target: Space, by: Membership) -> bool:
    """Put a thread into another space of its kind; False where it is there already. Its addresses, answers and
    followers stay, and its authors are told.

    Raises NotAllowed for who does not look after both spaces; SpaceError for a space of another kind, one that is put
    away, one that is full, and one that its author does not read.
    """
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    source = Space.objects.get(pk=thread.space_id)
    if not can_move_thread(by, thread) or not looks_after(by, target.pk):
        raise NotAllowed
    if source.pk == target.pk:
        return False
    if source.kind != target.kind or target.archived:
        raise SpaceError(_("Choose another space of the same kind."), field="target")
    if _leaves_its_author_outside(thread, target):
        raise SpaceError(_("Its author cannot read that space. Choose another one."), field="target")
    refuse_too_many(target, coming=1)
    move_threads([thread], source, target)
    record(
        by,
        ACT,
        what=thread.title,
        about=thread.pk,
        before={"space": source.name, "id": source.pk},
        after={"space": target.name, "id": target.pk},
    )
    if change_of_readers(source, readers_of(target)).narrows:
        space_narrowed.send(sender=Space, space=target)
    thread.space = target
    thread_moved.send(sender=Thread, thread=thread, by=by, source=source)
    return True


def _leaves_its_author_outside(thread: Thread, target: Space) -> bool:
    """Nobody’s own words are put where they do not find them; of who has left, nothing is asked."""
    author = thread.author
    return author is not None and author.is_active and author.pk not in readers_among(target, [author.pk])
