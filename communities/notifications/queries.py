"""The lines of the bell, with their sentences."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.models import Post
from communities.content.viewers import Viewer
from communities.models import Membership
from communities.notifications.launching import ICONS as STAGE_ICONS
from communities.notifications.launching import may_still_hear, stage_sentence
from communities.notifications.models import Notification
from communities.notifications.personal import PERSONAL_ICONS, address_of, personal_sentence
from communities.queries import communities_by_id

PAGE = 30

ICONS = {
    Notification.Kind.MENTIONED: "talk",
    Notification.Kind.ANSWER_ACCEPTED: "solved",
    Notification.Kind.ARTICLE_PUBLISHED: "book",
    Notification.Kind.THREAD_STARTED: "talk",
}


@dataclass(frozen=True)
class News:
    """One line: what happened, where it leads."""

    notification: Notification
    sentence: str
    url: str
    icon: str

    @property
    def is_new(self) -> bool:
        return self.notification.read_at is None


@dataclass(frozen=True)
class NewsPage:
    news: list[News]
    next_cursor: str


def page_of_news(membership: Membership, viewer: Viewer, *, before: str, only_unread: bool) -> NewsPage:
    """A page of notifications about what the reader may still see; keyset by id."""
    rows = Notification.objects.for_membership(membership).newest()
    if only_unread:
        rows = rows.unread()
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows.select_related("thread__space", "stage", "post", "actor")[: PAGE + 1])
    visible = set(
        Post.objects.visible_to(viewer)
        .filter(pk__in=[row.post_id for row in shown])
        .values_list("pk", flat=True)
    )
    news = [_news(row) for row in shown[:PAGE] if _is_there(row, membership, visible)]
    return NewsPage(news, str(shown[PAGE - 1].pk) if len(shown) > PAGE else "")


def _is_there(row: Notification, reader: Membership, visible: set[int]) -> bool:
    """Whether its reader may still see what a line is about."""
    if row.stage is not None:
        community = communities_by_id.get(row.community_id)
        return community is not None and may_still_hear(row, community, reader)
    return bool(row.path) or row.post_id in visible


def _news(row: Notification) -> News:
    if row.stage is not None:
        return News(row, stage_sentence(row), address_of(row), STAGE_ICONS[row.kind])
    if row.path:
        return News(row, personal_sentence(row), address_of(row), PERSONAL_ICONS.get(row.kind, "shield"))
    position = row.post.position if row.post and row.post.position else 1
    assert row.thread is not None  # what is about no stage is about a thread
    return News(
        row, sentence_of(row), row.thread.url_of(position), ICONS.get(Notification.Kind(row.kind), "")
    )


def sentence_of(row: Notification) -> str:
    """“Petra and 4 others replied in “Winter list””."""
    assert row.thread is not None  # as above
    name = row.actor.display_name if row.actor else _("Former member")
    words = {"name": name, "title": row.thread.title, "n": row.count - 1, "space": row.thread.space.name}
    if row.kind == Notification.Kind.MENTIONED:
        return _("%(name)s mentioned you in “%(title)s”") % words
    if row.kind == Notification.Kind.ANSWER_ACCEPTED:
        return _("Your answer solved it: %(title)s") % words
    if row.kind == Notification.Kind.ARTICLE_PUBLISHED:
        return _("New article: %(title)s") % words
    if row.kind == Notification.Kind.THREAD_STARTED:
        return _("New in %(space)s: %(title)s") % words
    if row.count > 1:
        return (
            ngettext(
                "%(name)s and %(n)s other reply in “%(title)s”",
                "%(name)s and %(n)s other replies in “%(title)s”",
                row.count - 1,
            )
            % words
        )
    return _("%(name)s replied in “%(title)s”") % words
