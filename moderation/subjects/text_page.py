"""A text on the page of its case: what surrounds it, what would change, what readers see beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.content.insets import INSETS, opens, own_inset_words
from communities.content.kinds import kind_of
from communities.content.models import Attachment, Post, Revision
from communities.content.text.differences import Piece, difference
from communities.content.text.extracts import plain_text
from communities.content.under_replies import own_words_under
from communities.content.views.posts import address_of
from communities.models import Community
from moderation.models import Case
from moderation.subjects.base import wordings

AROUND = 2
# Where a case keeps what stood under its text.
BENEATH = "beneath"
BESIDE_LABELS = {
    "title": _("Title"),
    "tags": _("Tags"),
}


def case_context(case: Case, post: Post) -> dict[str, Any]:
    cover = new_cover(case)
    return {
        "post": post,
        "around": posts_around(post),
        "has_pictures": cover is not None or "<img" in (case.edit or post).body_html,
        "changes": changes_to_judge(case, post),
        "beside": words_beside(case, post),
        "new_cover": cover,
        "post_url": address_of(post),
        "mode": Community.Mode(post.mode).label if post.mode in Community.Mode.values else "",
    }


@dataclass(frozen=True)
class Context:
    """The posts around the one that is judged."""

    before: list[Post]
    after: list[Post]


def posts_around(post: Post) -> Context:
    """Two before and two after, in the order of the thread; for a held reply, the end of the thread."""
    placed = Post.objects.filter(thread_id=post.thread_id, state="published").select_related("author")
    if post.position is None:
        return Context(list(reversed(placed.order_by("-position")[:AROUND])), [])
    before = placed.filter(position__lt=post.position).order_by("-position")[:AROUND]
    after = placed.filter(position__gt=post.position).order_by("position")[:AROUND]
    return Context(list(reversed(before)), list(after))


def changes_to_judge(case: Case, post: Post) -> list[Piece]:
    """What a held change would change; else what the author changed since the text was first there."""
    if case.kind == Case.Kind.EDIT and case.edit is not None:
        return difference(plain_text(post.body_html), plain_text(case.edit.body_html))
    last = Revision.objects.filter(post=post).order_by("-number").first() if post.edited_at else None
    return difference(plain_text(last.body_html), plain_text(post.body_html)) if last else []


@dataclass(frozen=True)
class Beside:
    """Something readers see beside a text: what it says, and what a held change would make of it."""

    label: str
    text: str
    proposed: str = ""
    changes: bool = False


def words_beside(case: Case, post: Post) -> list[Beside]:
    """Title, tags, and what a thread says of itself, where the case is about the text that opens a thread."""
    under = [*_words_under(post), *_words_before(case, post)]
    if not post.is_body and post.thread.last_position:
        return under
    thread, change = post.thread, case.edit.beside if case.kind == Case.Kind.EDIT and case.edit else {}
    kind = kind_of(thread)
    labels = {**BESIDE_LABELS, **kind.beside_labels}
    new = {"title": change.get("title"), **change.get("about", {})}
    if "tags" in change:
        new["tags"] = ", ".join(change["tags"])
    now = {
        "title": thread.title,
        "tags": ", ".join(thread.tags.order_by("name").values_list("name", flat=True)),
    }
    now |= kind.words_beside(thread)
    shown = [
        Beside(
            str(label),
            now.get(name, ""),
            new.get(name) or "",
            name in change or name in change.get("about", {}),
        )
        for name, label in labels.items()
    ]
    if (inset := INSETS.get(thread.inset)) is not None:
        shown.append(Beside(str(inset.label), " · ".join(inset.words(thread))))
    shown += under
    # The page's own heading is the title.
    return [one for one in shown if one.changes or (one.text and one.label != str(BESIDE_LABELS["title"]))]


def _words_under(post: Post) -> list[Beside]:
    """What stands under a reply, or did before it began a thread of its own."""
    inset = INSETS.get(post.inset)
    return [Beside(str(inset.label), " · ".join(inset.words_under(post)))] if inset is not None else []


def _words_before(case: Case, post: Post) -> list[Beside]:
    """What stood under it when the case was opened, and when it was reported since, where it says something else by
    now, or nothing."""
    opened, *since = [kept.get(BENEATH, "") for kept in wordings(case.snapshot)]
    now = said_beneath(post) if opened or since else ""
    then = [(gettext("Under it when this case was opened"), opened)]
    then += [(gettext("Under it when it was reported again"), said) for said in since]
    return [Beside(label, said) for label, said in then if said and said != now]


def said_beneath(post: Post) -> str:
    """What its author, or whoever changed it, says in whatever stands under a text: under the reply, and under the
    thread that it opens. What others added to it are texts of theirs."""
    return " · ".join([*own_words_under(post), *(own_inset_words(post.thread) if opens(post) else ())])


def new_cover(case: Case) -> Attachment | None:
    """The picture that a held change would put above a text."""
    cover_id = case.edit.beside.get("about", {}).get("cover_id") if case.edit else None
    found: Attachment | None = Attachment.objects.filter(pk=cover_id).first() if cover_id else None
    return found
