"""The lines in a thread that say that posts stand elsewhere now, or came from another thread."""

from __future__ import annotations

from html import escape

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from communities.content.managers import Reader
from communities.content.models import PostMove, State, Thread
from communities.content.permissions import can_regroup_thread
from communities.models import Membership
from communities.templatetags.parvis import icon

# By the place before which each line stands.
Lines = tuple[tuple[int, str], ...]
# Older ones are in the journal.
MOST_UNDONE = 5


def lines_in(thread: Thread, viewer: Reader) -> Lines:
    """For a thread that was fetched visibly; one query, none where nothing was moved. A title is said to those who may
    read where it leads."""
    if not thread.divided:
        return ()
    out, into = Q(source=thread, whole=False), Q(target=thread, whole=True)
    moves = PostMove.objects.filter(out | into)
    rows = moves.select_related("source", "target__space", "opening").order_by("pk")
    lines = [_came(move) if move.whole else _went(move, viewer) for move in rows]
    return tuple(sorted(line for line in lines if line[0]))


def undoable_in(thread: Thread, by: Membership | None) -> list[PostMove]:
    """What was merged into a thread, or taken out of one, for who may take that back: the last first. None where one of
    the two is in another space by now, or what was taken out is part of another thread, which would refuse it; `waits`
    for what a later split has to be taken back before."""
    if not thread.divided or not can_regroup_thread(by, thread):
        return []
    moves = PostMove.objects.filter(Q(source=thread, whole=False) | Q(target=thread)).exclude(kept={})
    here = moves.filter(
        source__space=thread.space_id, target__space=thread.space_id, target__state=State.PUBLISHED
    ).annotate(
        waits=Exists(PostMove.objects.splits_since(OuterRef("pk"), OuterRef("source"), OuterRef("target")))
    )
    return list(here.select_related("source", "target").defer("kept").order_by("-pk")[:MOST_UNDONE])


def _went(move: PostMove, viewer: Reader) -> tuple[int, str]:
    target, n = move.target, move.posts
    if move.opening.thread_id == move.source_id:
        # That thread has become part of this one again.
        return 0, ""
    said = ngettext("%(n)s post is now in another thread", "%(n)s posts are now in another thread", n)
    text = escape(said % {"n": n})
    if target.is_published and target.space_id in viewer.space_ids:
        link = f'<a href="{target.get_absolute_url()}" dir="auto">{escape(target.title)}</a>'
        text += pgettext("after a label", ": ") + link
    return move.position, _line("right", text)


def _came(move: PostMove) -> tuple[int, str]:
    opening = move.opening
    if opening.thread_id != move.target_id or not opening.is_published:
        return 0, ""
    said = escape(_("Began another thread, merged into this one: %(title)s"))
    return opening.position or 0, _line(
        "merge", said % {"title": f'<span dir="auto">{escape(move.source.title)}</span>'}
    )


def _line(name: str, text: str) -> str:
    return f'<p class="tombstone small quiet">{icon(name, size="s")} {text}</p>'
