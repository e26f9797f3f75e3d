"""What the pages about people show."""

from __future__ import annotations

import datetime
import json
import zlib
from dataclasses import dataclass
from typing import Any

from communities.content.kinds import threads_named
from communities.content.managers import PostQuerySet
from communities.content.models import Post, Redirect
from communities.content.text.extracts import excerpt
from communities.content.viewers import Viewer
from communities.models import Membership

MEMBERS_PER_PAGE = 24
POSTS_PER_PAGE = 20


@dataclass(frozen=True)
class MemberPage:
    """One page of the member list; `after` is the cursor of the next one, empty on the last."""

    members: list[Membership]
    after: str = ""


def list_members(*, words: str = "", role: str = "", after: str = "") -> MemberPage:
    """The member list, newest first; a cursor that makes no sense starts at the beginning."""
    members = Membership.objects.shown().newest()
    if words:
        members = members.named_like(words)
    if role in Membership.Role.values:
        members = members.in_role(role)
    cursor = read_cursor(after)
    if cursor is not None:
        members = members.joined_before(*cursor)
    rows = list(members[: MEMBERS_PER_PAGE + 1])
    more = len(rows) > MEMBERS_PER_PAGE
    rows = rows[:MEMBERS_PER_PAGE]
    return MemberPage(rows, write_cursor(rows[-1]) if more else "")


def write_cursor(membership: Membership) -> str:
    return f"{round(membership.joined_at.timestamp() * 1_000_000)}-{membership.pk}"


def read_cursor(text: str) -> tuple[datetime.datetime, int] | None:
    moment, _dash, last_id = text.partition("-")
    if not (moment.isdecimal() and last_id.isdecimal() and len(moment) < 18 and len(last_id) < 19):
        return None
    seconds, rest = divmod(int(moment), 1_000_000)
    try:
        at = datetime.datetime.fromtimestamp(seconds, datetime.UTC) + datetime.timedelta(microseconds=rest)
    except (ValueError, OverflowError):
        return None
    return at, int(last_id)


def find_member(handle: str) -> Membership | None:
    """Whoever has a page under this handle: members, people who left, authors of imported texts."""
    found = Membership.objects.filter(handle=handle).exclude(status=Membership.Status.INVITED)
    return found.first()


def profile_of(person: Membership) -> dict[str, Any]:
    """What a member's page says of them, in words that can be kept and compared."""
    said = ("display_name", "handle", "headline", "place", "bio", "portrait")
    return {name: getattr(person, name) for name in said} | {"fields": person.profile}


def profile_mark(person: Membership) -> int:
    """A small number that changes with what the page says: who decides about it says with it what they saw."""
    words = json.dumps(profile_of(person), sort_keys=True)
    return zlib.crc32(words.encode()) & 0x7FFF


def moved_member(handle: str) -> str:
    """The path that a former handle leads to now; empty when there is none."""
    target = Redirect.objects.filter(path=member_path(handle)).values_list("target", flat=True).first()
    return str(target or "")


def member_path(handle: str) -> str:
    return f"/members/{handle}/"


@dataclass(frozen=True)
class Contribution:
    """A post as a member page lists it."""

    post: Post
    words: str

    @property
    def url(self) -> str:
        thread, position = self.post.thread, self.post.position or 1
        return thread.get_absolute_url() if self.post.is_body else thread.url_of(position)


def contributions_of(
    membership: Membership, viewer: Viewer, *, kind: str = "", after: int = 0
) -> tuple[list[Contribution], int]:
    """What somebody wrote, as far as the viewer may see it, newest first; and the id to go on after, or 0.

    `kind` is "replies", or what a kind of content calls its threads ("articles", "threads" …); empty for all.
    """
    posts: PostQuerySet = Post.objects.visible_to(viewer).by(membership.pk)
    if kind == "replies":
        posts = posts.replies()
    elif kind:
        posts = posts.filter(position=1, thread__kind__in=threads_named(kind))
    if after:
        posts = posts.filter(pk__lt=after)
    rows = list(posts.select_related("thread__space")[: POSTS_PER_PAGE + 1])
    shown = [Contribution(post, excerpt(post.body_html, 180)) for post in rows[:POSTS_PER_PAGE]]
    return shown, shown[-1].post.pk if len(rows) > POSTS_PER_PAGE else 0
