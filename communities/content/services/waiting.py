"""Changes of a published text that wait for a moderator; readers see what was approved until then.

A change may be of the text, and of what stands beside it: title, tags, and what a kind of thread says of itself
("about": an article's excerpt, the description of its cover …).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from django.db import transaction

from communities.content.exceptions import WikiWaits
from communities.content.insets import inset_words
from communities.content.kinds import kind_of
from communities.content.models import Attachment, PendingEdit, Post, State, Tag, Thread
from communities.content.permissions import WITHDRAWN, writes_post
from communities.content.services.composing import mode_of
from communities.content.services.tagging import as_kept, refuse_unused, tag_names
from communities.content.services.verdicts import Verdict
from communities.content.text.rendering import references
from communities.content.under_replies import words_under
from communities.fields import one_line
from communities.launch.features import is_open_to
from communities.models import Membership
from communities.reads import CompiledRead
from communities.signals import edit_held, screening

WAITING = PendingEdit.State.WAITING


class Beside(TypedDict, total=False):
    """What a change makes of a thread beside its text; only what changes is in it."""

    title: str
    tags: list[str]
    about: dict[str, Any]


def words_of(thread: Thread, beside: Beside | None = None) -> list[str]:
    """What readers of a thread see beside its text, as `beside` would make it."""
    change = beside or Beside()
    words = [change.get("title", thread.title)]
    words += change["tags"] if "tags" in change else [name for (name,) in _tag_names(thread.pk)]
    words += inset_words(thread)
    if "about" in change:
        return [*words, *(str(text) for text in change["about"].values() if text)]
    return [*words, *(text for text in kind_of(thread).words_beside(thread).values() if text)]


_tag_names: CompiledRead[tuple[str]] = CompiledRead(
    lambda thread: (
        Tag.objects.filter(tagged__content_object_id=thread).order_by("name", "pk").values_list("name")
    ),
    name="names_of_tags",
)


def judge(
    post: Post,
    *,
    by: Membership,
    beside: Beside | None = None,
    returns: bool = False,
    under: Sequence[str] = (),
) -> Verdict:
    """What screening says of a text and of what stands beside it, before anything is visible.

    `returns` says that the text was public before, as it is; `under` are words of what is to stand under it.
    """
    verdict = Verdict(returns=returns)
    words = [*words_around(post, beside), *under]
    screening.send(sender=Post, post=post, by=by, verdict=verdict, words=words)
    return verdict


def words_around(post: Post, beside: Beside | None = None) -> list[str]:
    """What readers of a text see beside it and under it."""
    words = words_of(post.thread, beside) if _opens(post) else []
    return words + words_under(post)


def _opens(post: Post) -> bool:
    return post.is_body or post.thread.last_position == 0


def beside_of(thread: Thread, *, by: Membership, title: str, tags: list[str]) -> Beside:
    """What would change beside the text, or take the place of what waits to change.

    Raises ContentError for more tags than there may be.
    """
    change, waits = Beside(), waiting_beside(thread)
    if one_line(title) != thread.title or "title" in waits:
        change["title"] = one_line(title)
    if is_open_to(by, "tags"):
        wanted = tag_names(tags)
        refuse_unused(wanted)
        wanted = as_kept(wanted)
        if set(wanted) != set(thread.tags.values_list("slug", flat=True)) or "tags" in waits:
            change["tags"] = list(wanted.values())
    return change


@transaction.atomic
def hold_beside(thread: Thread, *, by: Membership, beside: Beside) -> bool:
    """Keep a change beside a published text waiting where screening asks for that; False where it may be made now.

    Raises what screening raises for words that are refused.
    """
    opening = opening_of(thread, with_key="title" in beside)
    if not beside or opening is None or thread.state in WITHDRAWN:
        return False
    opening.mode = mode_of(thread.space, thread.community)
    verdict = judge(opening, by=by, beside=beside)
    if not verdict.held or not opening.is_published:
        return False
    hold_edit(opening, by=by, reason="", reasons=verdict.reasons, beside=beside, same_text=True)
    return True


def opening_of(thread: Thread, *, with_key: bool = False) -> Post | None:
    """The text of a thread, placed or still waiting, with its row locked, and that of the thread before it.

    Of the thread all but its key: what names it (a notice, say) is stored meanwhile by others, and whoever stores that
    may hold what stands under it. `with_key` for who changes its address, or holds all of it afterwards: who asks for
    more of a row than they hold waits for others who wait for them.
    """
    rows = Thread.objects.select_for_update(of=("self",), no_key=not with_key)
    list(rows.filter(pk=thread.pk).values_list("pk"))
    opening: Post | None = (
        Post.objects.opening(thread)
        .select_for_update(of=("self",))
        .select_related("thread__space")
        .exclude(state=State.PURGED)
        .first()
    )
    return opening


def waiting_edit(post: Post) -> PendingEdit | None:
    """The change of a text that a moderator has still to read."""
    return PendingEdit.objects.filter(post=post, state=WAITING).first()


def edit_shown_to(post: Post, by: Membership) -> PendingEdit | None:
    """The change that waits, where this person may read it before a moderator has: it is theirs; or one of those whose
    text it is wrote it, and this person is one of them, too."""
    edit = waiting_edit(post)
    if edit is None or edit.editor_id == by.pk:
        return edit
    is_of_authors = edit.editor is None or writes_post(edit.editor, post)
    return edit if is_of_authors and writes_post(by, post) else None


def refuse_while_waiting(post: Post, *, by: Membership) -> None:
    """Raises WikiWaits where a change of a wiki waits that somebody else made: theirs would be lost."""
    if post.wiki_from is None:
        return
    edit = waiting_edit(post)
    if edit is not None and edit.editor_id not in (None, by.pk):
        raise WikiWaits


def waiting_beside(thread: Thread) -> Beside:
    """What waits to change beside the text of a thread."""
    edit = PendingEdit.objects.filter(post__thread=thread, post__position=1, state=WAITING).first()
    found: Beside = edit.beside if edit is not None else Beside()
    return found


def drop_waiting(post: Post) -> bool:
    """A newer text takes the place of the change that waited; False when none did."""
    waiting = PendingEdit.objects.filter(post=post, state=WAITING)
    return bool(waiting.update(state=PendingEdit.State.REPLACED))


def hold_edit(
    post: Post,
    *,
    by: Membership,
    reason: str,
    reasons: list[str],
    beside: Beside | None = None,
    same_text: bool = False,
) -> PendingEdit:
    """Keep the text that `post` carries as a change that waits; one at a time, the newest counts.

    What waited before and is not changed again keeps waiting: with `same_text` its text, else the fields beside it.
    """
    former = waiting_edit(post)
    text = former if same_text and former is not None else post
    change = {**(former.beside if former else {}), **(beside or {})}
    if former is not None and "about" in former.beside and beside and "about" in beside:
        change["about"] = {**former.beside["about"], **beside["about"]}
    drop_waiting(post)
    edit: PendingEdit = PendingEdit.objects.create(
        post=post,
        editor=by,
        revision=post.revision_count,
        reason=reason,
        beside=change,
        body_source=text.body_source,
        body_html=text.body_html,
        body_format=text.body_format,
    )
    # Pictures already belong to the post, so that they are there when the change is approved.
    Attachment.objects.filter(
        pk__in=references(post.body_source).attachment_ids, uploader=by, post__isnull=True
    ).update(post=post)
    edit_held.send(sender=Post, post=post, by=by, edit=edit, reasons=reasons)
    return edit
