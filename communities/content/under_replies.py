"""What stands under replies: asked for in their form, stored and judged with them, drawn for all of a page at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.functional import Promise

from communities.content.insets import INSETS, Inset, may_stand
from communities.content.models import Post, State, Thread
from communities.found import Found
from communities.launch.features import is_open, is_open_to
from communities.middleware import CommunityRequest
from communities.models import Membership

# The button of a reply’s form that asks for the fields of an inset, by its name.
ASKED = "with"


@dataclass(frozen=True)
class Offered:
    """What the form of a reply offers to put under it: a button, until its fields are asked for."""

    name: str
    label: Promise


def offered_under(thread: Thread, by: Membership | None) -> list[Offered]:
    if by is None:
        return []
    return [Offered(one.name, one.add_label) for one in _insets_for(thread, by)]


def _insets_for(thread: Thread, by: Membership) -> list[Inset]:
    there = [one for one in INSETS if may_stand(one, thread, in_reply=True)]
    return [one for one in there if is_open_to(by, one.feature) and one.may_add(by)]


def forms_under(
    thread: Thread, by: Membership | None, data: Any = None, initial: Mapping[str, Any] | None = None
) -> list[forms.Form]:
    """The fields that were asked for: those whose names were sent, or typed before and kept."""
    if by is None:
        return []
    said: Mapping[str, Any] = (initial or {}) if data is None else data
    found = []
    for inset in _insets_for(thread, by):
        if said.get(ASKED) == inset.name or any(name in said for name in inset.reply_form.base_fields):
            form = inset.reply_form(data, initial=dict(initial or {}))
            form.inset = inset  # type: ignore[attr-defined]
            found.append(form)
    return found


def not_on_offer(said: Mapping[str, Any], under: Sequence[Any]) -> list[Inset]:
    """Those for which something was typed, and whose fields this form does not have: closed meanwhile, say."""
    there = [form.inset for form in under]
    return [one for one in INSETS if one.in_replies and one not in there and one.typed(said)]


@dataclass
class Under:
    """What a reply is sent with, of valid forms: the first in which something was said."""

    forms: Sequence[Any] = field(default_factory=list)

    @property
    def wanted(self) -> Any:
        return next((form for form in self.forms if form.is_wanted), None)

    @property
    def words(self) -> list[str]:
        form = self.wanted
        return form.inset.said_in(form) if form is not None else []

    def store(self, post: Post, *, by: Membership) -> None:
        form = self.wanted
        if form is not None:
            form.inset.store_under(post, form, by=by)


NOTHING = Under()


def draw_under(request: CommunityRequest, *pages: Sequence[Post]) -> dict[int, str]:
    """The markup of what stands under the posts of a page, and under those that wait there, by their numbers; for most
    pages there is none, which asks nothing and makes no instance of a row."""
    drawn: dict[int, str] = {}
    for posts in pages:
        drawn |= _drawn(posts, request)
    return drawn


def _drawn(posts: Sequence[Post], request: CommunityRequest) -> dict[int, str]:
    names = posts.column("inset") if isinstance(posts, Found) else [post.inset for post in posts]
    drawn: dict[int, str] = {}
    for name in sorted(set(filter(None, names))):
        inset = INSETS.get(name)
        if inset is None or not is_open(request.community, request.membership, inset.feature):
            continue
        here = [post for post in posts if post.inset == name and not post.is_withdrawn]
        if here:
            drawn |= inset.draw_under(here, request)
    return drawn


def goes_along(thread: Thread) -> bool:
    """Whether what stands under a thread can go with it into another one; for most nothing does."""
    inset = INSETS.get(thread.inset) if thread.inset else None
    return inset.in_replies if inset is not None else not thread.inset


def lower_inset(thread: Thread, opening: Post) -> dict[str, Any]:
    """What stands under a thread stands under its first text alone, before that becomes a reply elsewhere; what
    `lift_inset` needs."""
    inset = INSETS.get(thread.inset) if thread.inset else None
    if inset is None:
        return {}
    told = inset.lower(thread, opening)
    Post.objects.filter(pk=opening.pk).update(inset=inset.name)
    Thread.objects.filter(pk=thread.pk).update(inset="")
    thread.inset = ""
    return {"name": inset.name, "told": told}


def lift_inset(thread: Thread, opening: Post, kept: Mapping[str, Any]) -> None:
    """The first text begins its own thread again: what went along with it, and is there still, is the thread’s again;
    also while the text waits, hidden, for somebody to read it. Under one that was taken back it stays with that."""
    inset = INSETS.get(kept.get("name", ""))
    if inset is None or opening.inset != inset.name or opening.state not in (State.PUBLISHED, State.HIDDEN):
        return
    inset.lift(thread, opening, kept["told"])
    Post.objects.filter(pk=opening.pk).update(inset="")
    Thread.objects.filter(pk=thread.pk).update(inset=inset.name)
    thread.inset = inset.name


def words_under(post: Post) -> list[str]:
    inset = INSETS.get(post.inset) if post.inset else None
    return inset.words_under(post) if inset is not None else []


def own_words_under(post: Post) -> list[str]:
    inset = INSETS.get(post.inset) if post.inset else None
    return inset.own_words_under(post) if inset is not None else []
