"""A question that was asked before: closed, with a link both ways, and opened again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.content.audiences import readers_among
from communities.content.models import State, Subscription, Thread
from communities.content.permissions import is_author
from communities.content.services.regrouping import hold_threads
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.forums.exceptions import SameError
from communities.forums.models import SameQuestion
from communities.forums.notices import QuestionAskedBefore, occasion_of
from communities.forums.permissions import can_close_as_same
from communities.journal.exceptions import NothingToUndo
from communities.journal.services import record
from communities.launch.features import refuse_closed
from communities.models import Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.queries import local_path
from members.signs import cut

ACT = "same_question"
LONGEST_REASON = 300


@transaction.atomic
def close_as_same(thread: Thread, *, original: Thread, by: Membership, reason: str = "") -> SameQuestion:
    """Close a question because another one asks the same. Its address stays, and leads there by a link; whoever asked
    it and whoever follows it are told, with the reason. What the team closes, the journal can undo.

    Raises NotAllowed, SameError for a question that cannot be the other one, or cannot be closed.
    """
    refuse_closed(by, "forums", "questions")
    held = hold_threads(thread, original)
    if thread.pk not in held or not can_close_as_same(by, held[thread.pk]):
        raise NotAllowed
    if len(held) != 2:
        raise SameError(_("A question is not the same as itself: name another one."), field="original")
    thread, original = held[thread.pk], held[original.pk]
    _refuse(thread, original)
    said = cut(one_line(reason), LONGEST_REASON)
    row: SameQuestion = SameQuestion.objects.create(
        thread=thread, original=original, reason=said, closed_by=by
    )
    _record(thread, by, before=_kept(None), after=_kept(row))
    _tell(row, by)
    return row


@transaction.atomic
def open_again(thread: Thread, *, by: Membership) -> bool:
    """The question asks something else after all; False where it is open. Raises NotAllowed."""
    held = hold_threads(thread).get(thread.pk)
    if held is None or not can_close_as_same(by, held):
        raise NotAllowed
    row = SameQuestion.objects.select_related("original").filter(thread=held).first()
    if row is None:
        return False
    before = _kept(row)
    row.delete()
    _record(held, by, before=before, after=_kept(None))
    return True


def lead_on(gone: Thread, kept: Thread) -> None:
    """Questions that were closed because of one whose posts go back to another thread, as its split is undone, lead to
    that one. Raises NothingToUndo where it cannot be what they lead to: they would open by themselves, untold."""
    leading = SameQuestion.objects.filter(original=gone)
    if not leading.exists():
        return
    fits = kept.asks and kept.is_published and not kept.is_double
    if not fits or leading.filter(thread=kept).exists():
        raise NothingToUndo(
            _("Questions are closed because they ask the same as the new thread. Open them again first.")
        )
    leading.update(original=kept)


def _refuse(thread: Thread, original: Thread) -> None:
    if thread.is_double:
        raise SameError(_("Somebody else has closed this question already."))
    if not original.asks or not original.is_published:
        raise SameError(_("Name a question that can be read."), field="original")
    if original.is_double:
        said = _(
            "That question is closed itself, because it was asked before: name the one that it leads to."
        )
        raise SameError(said, field="original")
    # Of those that are gone, into this one perhaps, nobody could open any again.
    leading = SameQuestion.objects.filter(original=thread)
    if leading.exclude(thread__state__in=(State.DELETED, State.PURGED)).exists():
        said = _(
            "Other questions lead to this one. Close the other one as the same as this one instead, or open those again"
            " first."
        )
        raise SameError(said)
    author = thread.author
    if author is not None and author.is_active and not readers_among(original.space, [author.pk]):
        raise SameError(_("Whoever asked cannot read that question. Name another one."), field="original")


def _kept(row: SameQuestion | None) -> dict[str, Any]:
    """What the journal keeps of it."""
    if row is None:
        return {"same": "", "id": 0, "reason": ""}
    return {"same": row.original.title, "id": row.original_id, "reason": row.reason}


def _record(thread: Thread, by: Membership, *, before: dict[str, Any], after: dict[str, Any]) -> None:
    """What somebody does with their own question is nothing that the team did."""
    if not is_author(by, thread):
        record(by, ACT, what=thread.title, about=thread.pk, before=before, after=after)


def _tell(row: SameQuestion, by: Membership) -> None:
    """Whoever asked, and whoever waits for the same answer, as far as they can read the other question."""
    followers = Subscription.objects.following().filter(thread=row.thread)
    people = set(followers.values_list("membership_id", flat=True)) - {by.pk}
    if row.thread.author_id is not None and row.thread.author_id != by.pk:
        people.add(row.thread.author_id)
    path = local_path(row.original.get_absolute_url())
    about = About(thread=row.original, actor=by, path=path, occasion=occasion_of(row))
    tell(QuestionAskedBefore, sorted(people), about)
