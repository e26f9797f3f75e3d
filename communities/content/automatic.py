"""What automations may begin with here: a first text, a thread that waits for an answer, a tag; and what they may ask
of a text."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from communities.automatic import (
    MATTER,
    PERSON,
    POST,
    THREAD,
    Condition,
    Found,
    Occurrence,
    Span,
    Trigger,
    Values,
    conditions,
    happened,
    number_in,
    triggers,
)
from communities.content.models import Post, State, TaggedThread, Thread
from communities.content.services.tagging import TAG_USED, as_kept, tag_names, tagged
from communities.content.services.verdicts import is_history
from communities.content.viewers import spaces_of
from communities.fields import one_line
from communities.letters import slug_of
from communities.models import Community
from communities.signals import post_published

HOUR = datetime.timedelta(hours=1)
# Older threads are a matter of tidying up.
MOST_HOURS = 24 * 30
# From then on a thread without an answer stands on Today.
TODAY_AFTER = 24


class FirstText(Trigger):
    """Somebody’s first text is out."""

    name = "first_text"
    label = gettext_lazy("somebody’s first text appears")
    order = 20
    gives = frozenset({PERSON, THREAD, POST, MATTER})
    on_today = ("first-texts", PERSON)

    def past(self, values: Values, span: Span) -> Sequence[Occurrence]:
        texts = Post.objects.filter(
            published_at__gt=span.since, published_at__lte=span.until, state=State.PUBLISHED
        )
        rows = texts.filter(~Exists(_earlier(OuterRef("author"), OuterRef("pk"))), author__isnull=False)
        return [_of_text(row) for row in rows.order_by("published_at", "pk")[: span.most]]

    def holds(self, found: Found, values: Values) -> bool:
        if found.thread is None or not found.thread.is_published:
            return False
        return found.post is not None and found.post.is_published


def _earlier(author: Any, post: Any) -> Any:
    """Texts of theirs that were out before, whatever became of them."""
    return Post.objects.filter(author=author, published_at__isnull=False, pk__lt=post)


def _of_text(post: Post) -> Occurrence:
    # A text that is hidden and comes back is the same one.
    at = post.published_at or post.created_at
    return Occurrence(f"post {post.pk}", at, post.author_id, post.thread_id, post.pk)


class Unanswered(Trigger):
    """For so many hours nobody has answered a thread that asks for an answer."""

    name = "unanswered"
    label = gettext_lazy("a text that asks for an answer has none for … hours")
    order = 30
    is_state = True
    gives = frozenset({PERSON, THREAD, POST, MATTER})
    on_today = ("unanswered", THREAD)

    def fields(self, community: Community) -> dict[str, forms.Field]:
        return {
            "hours": forms.IntegerField(
                label=gettext_lazy("Hours"), min_value=1, max_value=MOST_HOURS, initial=24
            )
        }

    def said(self, values: Values) -> str:
        hours = _hours(values)
        return ngettext(
            "a text that asks for an answer has none for %(n)s hour",
            "a text that asks for an answer has none for %(n)s hours",
            hours,
        ) % {"n": hours}

    def past(self, values: Values, span: Span) -> Sequence[Occurrence]:
        """Those that had no answer by then, also those that somebody answered since."""
        wait = _hours(values) * HOUR
        reply = Post.objects.filter(
            thread=OuterRef("pk"),
            position__gt=1,
            is_comment=False,
            state=State.PUBLISHED,
            published_at__isnull=False,
        ).exclude(author=OuterRef("author"))
        rows = (
            _asking(span, wait)
            .filter(state=State.PUBLISHED)
            .annotate(answered_at=Subquery(reply.order_by("position").values("published_at")[:1]))
            .filter(Q(answered_at__isnull=True) | Q(answered_at__gt=F("published_at") + wait))
        )
        found = rows.order_by("published_at", "pk")[: span.most]
        return [_waiting(row, wait, _what_came(row, row.answered_at)) for row in found]

    def due(self, values: Values, span: Span) -> Sequence[Occurrence]:
        wait = _hours(values) * HOUR
        rows = _asking(span, wait).unanswered().filter(state=State.PUBLISHED, locked=False)
        return [_waiting(row, wait) for row in rows.order_by("published_at", "pk")[: span.most]]

    def lasts(self, values: Values) -> datetime.timedelta:
        return _hours(values) * HOUR

    def holds(self, found: Found, values: Values) -> bool:
        thread = found.thread
        return thread is not None and thread.is_published and thread.awaits_answer and not thread.locked

    def comes_to_today(self, values: Values) -> bool:
        return _hours(values) >= TODAY_AFTER


def _hours(values: Values) -> int:
    return number_in(values, "hours", TODAY_AFTER, most=MOST_HOURS)


def _asking(span: Span, wait: datetime.timedelta) -> Any:
    return Thread.objects.filter(span.holding("published_at", wait), asks=True)


def _waiting(thread: Thread, wait: datetime.timedelta, otherwise: str = "") -> Occurrence:
    assert thread.published_at is not None  # the query has looked
    at = thread.published_at + wait
    subject = f"thread {thread.pk}"
    return Occurrence(subject, at, thread.author_id, thread.pk, otherwise=otherwise, row=thread.pk)


def _what_came(thread: Thread, at: datetime.datetime | None) -> str:
    if at is None or thread.published_at is None:
        return _("still no answer")
    hours = int((at - thread.published_at) / HOUR)
    return ngettext("first answer after %(n)s hour", "first answer after %(n)s hours", hours) % {"n": hours}


class TagUsed(Trigger):
    """A public thread carries a tag from now on."""

    name = TAG_USED
    label = gettext_lazy("the tag … is used")
    order = 60
    gives = frozenset({PERSON, THREAD, POST})

    def fields(self, community: Community) -> dict[str, forms.Field]:
        return {"tag": forms.CharField(label=gettext_lazy("Tag"), max_length=60)}

    def said(self, values: Values) -> str:
        return _("the tag “%(tag)s” is used") % {"tag": values.get("tag", "")}

    def fitting(self, found: Sequence[Occurrence], values: Values) -> list[Occurrence]:
        slug = _slug_in_use(values)
        return [one for one in found if one.what == slug]

    def past(self, values: Values, span: Span) -> Sequence[Occurrence]:
        links = TaggedThread.objects.filter(
            tag__slug=_slug_in_use(values), published_at__gt=span.since, published_at__lte=span.until
        )
        rows = links.select_related("tag", "content_object").order_by("published_at", "pk")
        return [one for row in rows[: span.most] for one in tagged(row.content_object, [row.tag])]

    def holds(self, found: Found, values: Values) -> bool:
        if found.thread is None or not found.thread.is_published:
            return False
        return bool(found.thread.tags.filter(slug=_slug_in_use(values)).exists())


def _slug_in_use(values: Values) -> str:
    """The tag as it is kept now: it may have been renamed, or merged into another."""
    word = one_line(str(values.get("tag", "")))
    if not slug_of(word, 80):
        return ""
    return next(iter(as_kept(tag_names([word]))), "")


def hear_of_post(sender: type[Post], post: Post, **_extra: Any) -> None:
    if is_history():
        return
    if post.author_id is not None:
        author, number = post.author_id, post.pk

        def first() -> list[Occurrence]:
            return [] if _earlier(author, number).exists() else [_of_text(post)]

        happened(FirstText.name, post.community_id, first)
    if post.is_body:
        happened(TAG_USED, post.community_id, lambda: tagged(post.thread, post.thread.tags.all()))


class InSpace(Condition):
    """Of a text: where it stands. By its address, which travels with an export."""

    name = "space"
    label = gettext_lazy("the space is")
    order = 10
    needs = frozenset({THREAD})

    def choices(self, community: Community) -> Sequence[tuple[str, str]]:
        return [(space.slug, space.name) for space in spaces_of(community) if not space.archived]

    def holds(self, found: Found, key: str) -> bool:
        return found.thread is not None and bool(found.thread.space.slug == key)


class InLanguage(Condition):
    """Of a text: the language it is written in."""

    name = "language"
    label = gettext_lazy("the language is")
    order = 30
    needs = frozenset({THREAD})

    def choices(self, community: Community) -> Sequence[tuple[str, str]]:
        return [(code, get_language_info(code)["name_local"]) for code in community.all_languages]

    def holds(self, found: Found, key: str) -> bool:
        return found.thread is not None and bool(found.thread.language == key)


def register() -> None:
    for trigger in (FirstText(), Unanswered(), TagUsed()):
        triggers.register(trigger)
    conditions.register(InSpace())
    conditions.register(InLanguage())
    post_published.connect(hear_of_post, dispatch_uid="automatic.post_published")
