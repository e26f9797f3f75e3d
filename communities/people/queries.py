"""What the pages about people show."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from communities.content.kinds import THREAD_KINDS, threads_named
from communities.content.managers import PostQuerySet
from communities.content.models import Post
from communities.content.queries import follow
from communities.content.signing import co_signed_by
from communities.content.text.extracts import excerpt
from communities.content.viewers import Viewer
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.models import FormerHandle, Membership
from communities.people.fields.finding import Filter, narrowed
from communities.queries import people_named

BY_JOINING = Keyset(("joined_at", MOMENT), ("pk", NUMBER), size=24)
BY_NUMBER = Keyset(("pk", NUMBER), size=20)
# Of somebody’s newest texts, so many are looked at for what they are; whoever wrote more wrote of most kinds.
KINDS_LOOKED_AT = 200


@dataclass(frozen=True)
class MemberPage:
    """One page of the member list; `after` is the cursor of the next one, empty on the last."""

    members: list[Membership]
    after: str = ""


def list_members(
    *, words: str = "", role: str = "", filters: Sequence[Filter] = (), after: str = ""
) -> MemberPage:
    """The member list, newest first; a cursor that makes no sense starts at the beginning."""
    members = narrowed(Membership.objects.shown().newest(), filters)
    if words:
        members = members.named_like(words, people_named(words))
    if role in Membership.Role.values:
        members = members.in_role(role)
    place = BY_JOINING.place(after)
    page = BY_JOINING.page(members.joined_before(*place) if place else members)
    return MemberPage(page.rows, page.older)


def find_member(handle: str) -> Membership | None:
    """The membership with a page under this handle: members, former members, authors of imported texts."""
    found = Membership.objects.filter(handle=handle).exclude(status=Membership.Status.INVITED)
    return found.first()


def profile_of(person: Membership) -> dict[str, Any]:
    """What a member's page says of them, in words that can be kept and compared."""
    said = ("display_name", "handle", "headline", "place", "bio", "portrait")
    return {name: getattr(person, name) for name in said} | {"fields": person.profile}


def profile_mark(person: Membership) -> int:
    """A small number that changes with what the page says: a moderator's decision names the one they saw."""
    words = json.dumps(profile_of(person), sort_keys=True)
    return zlib.crc32(words.encode()) & 0x7FFF


def moved_member(handle: str) -> str:
    """The path that a former handle leads to now; empty when there is none."""
    return follow([member_path(handle)])


# Whose page says no more than that they were here.
GONE = frozenset({Membership.Status.LEFT, Membership.Status.ERASED, Membership.Status.BANNED})


def has_left(handle: str) -> bool:
    """Whether somebody was called so who is not here any more; nobody else is."""
    former = FormerHandle.objects.of(handle).select_related("membership").first()
    return former is not None and (former.membership is None or former.membership.status in GONE)


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


def _with_signed(own: PostQuerySet, signed: PostQuerySet, kind: str) -> PostQuerySet:
    """One page of both. Each is cut by itself first: joined, no index would give them in order."""
    if kind:
        signed = signed.filter(thread__kind__in=threads_named(kind))
    enough = BY_NUMBER.size + 1
    numbers = [
        *own.order_by("-pk").values_list("pk", flat=True)[:enough],
        *signed.order_by("-pk").values_list("pk", flat=True)[:enough],
    ]
    both: PostQuerySet = Post.objects.filter(pk__in=numbers).order_by("-pk")
    return both


def contributions_of(
    membership: Membership, viewer: Viewer, *, kind: str = "", after: str = ""
) -> tuple[list[Contribution], str]:
    """What somebody wrote or signs, as far as the viewer may see it, newest first; and the cursor to go on from.

    `kind` is "replies", or what a kind of content calls its threads ("articles", "threads" …); empty for all.
    """
    seen: PostQuerySet = Post.objects.visible_to(viewer)
    place = BY_NUMBER.place(after)
    if place:
        seen = seen.filter(pk__lt=place[0])
    posts = seen.by(membership.pk)
    if kind == "replies":
        posts = posts.replies()
    elif kind:
        posts = posts.filter(position=1, thread__kind__in=threads_named(kind))
    signed = co_signed_by(membership) if kind != "replies" else set()
    if signed:
        posts = _with_signed(posts, seen.filter(position=1, thread__in=signed), kind)
    page = BY_NUMBER.page(posts.select_related("thread__space"))
    return [Contribution(post, excerpt(post.body_html, 180)) for post in page.rows], page.older


@dataclass(frozen=True)
class Written:
    """What a viewer may see of somebody: how many, by the names that `contributions_of` takes as kinds, and how many
    reactions others gave to them; of the newest alone where there are more (`is_whole`)."""

    kinds: Counter[str]
    reactions: int
    is_whole: bool


def written_by(membership: Membership, viewer: Viewer) -> Written:
    """One statement, and one more for who signs with others: no more rows than are looked at, however much somebody
    wrote."""
    seen: PostQuerySet = Post.objects.visible_to(viewer)
    texts = seen.by(membership.pk).values_list("thread__kind", "position", "reaction_count")
    rows = list(texts[: KINDS_LOOKED_AT + 1])
    kinds = Counter(_called(kind) if place == 1 else "replies" for kind, place, _count in rows)
    reactions = sum(count for _kind, _place, count in rows[:KINDS_LOOKED_AT])
    if len(rows) > KINDS_LOOKED_AT:
        return Written(kinds, reactions, is_whole=False)
    if signed := co_signed_by(membership):
        others = seen.filter(position=1, thread__in=signed).exclude(author=membership)
        kinds.update(map(_called, others.values_list("thread__kind", flat=True)))
    return Written(kinds, reactions, is_whole=True)


def _called(kind: str) -> str:
    return THREAD_KINDS[kind].kind.threads_name
