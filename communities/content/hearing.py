"""What open pages hear of texts: replies that came to the end of a thread, and that a text went out at its hour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.models import Post, State, Thread
from communities.content.viewers import viewer_of
from communities.hearing.news import tell_pages
from communities.hearing.topics import Look, Topic, number_of, register_topic
from communities.middleware import MemberRequest
from communities.models import Membership
from communities.signals import post_published, post_removed, post_restored, thread_published

# More than these are not counted.
MOST_COUNTED = 100


def heard_on(thread: Thread, page: int, by: Membership | None) -> str:
    """What a page of a thread hears, for `data-hear`: replies where its end is shown; while it waits, its hour."""
    if by is None:
        return ""
    if thread.state == State.SCHEDULED:
        return f"text.{thread.pk}"
    if thread.is_published and page == thread.last_page:
        return f"thread.{thread.pk}.{thread.last_position}"
    return ""


def look_at_thread(request: MemberRequest, rest: Sequence[str]) -> Look | None:
    """`thread.<number>.<last position on the page>`: how many replies of others stand below it by now."""
    number, last = number_of(rest, 0), number_of(rest, 1)
    if number is None or last is None:
        return None
    thread = Thread.objects.visible_to(viewer_of(request)).select_related("space").filter(pk=number).first()
    if thread is None:
        return None
    newer = (
        Post.objects.latest_in(thread.pk).filter(position__gt=last).exclude(author_id=request.membership.pk)
    )
    places = list(newer.values_list("position", flat=True)[:MOST_COUNTED])
    state: dict[str, Any] = {"how": "bar"}
    if places:
        count = len(places)
        said = ngettext("%(n)s new reply", "%(n)s new replies", count) % {"n": number_format(count)}
        state |= {"said": said, "does": _("Show"), "to": thread.url_of(min(places))}
    return Look(f"thread.{thread.pk}", state)


def look_at_text(request: MemberRequest, rest: Sequence[str]) -> Look | None:
    """`text.<number>`: whether a scheduled text is out, for its author and who looks after its space."""
    number = number_of(rest, 0)
    reachable = Thread.objects.reachable_by(viewer_of(request)).select_related("space")
    thread = reachable.filter(pk=number).first() if number is not None else None
    if thread is None:
        return None
    state: dict[str, Any] = {"how": "bar"}
    if thread.is_published:
        said = _("“%(title)s” is published.") % {"title": thread.title}
        state |= {"said": said, "does": _("Read the text"), "to": thread.get_absolute_url()}
    return Look(f"text.{thread.pk}", state)


@receiver([post_published, post_removed, post_restored], dispatch_uid="content.hearing.posts")
def tell_of_post(sender: type[Post], post: Post, **_extra: Any) -> None:
    tell_pages(f"thread.{post.thread_id}")


@receiver(thread_published, dispatch_uid="content.hearing.thread")
def tell_of_thread(sender: type[Thread], thread: Thread, **_extra: Any) -> None:
    tell_pages(f"text.{thread.pk}")


def register() -> None:
    register_topic(Topic("thread", look_at_thread))
    register_topic(Topic("text", look_at_text))
