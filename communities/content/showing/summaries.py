"""What a long thread comes to: who takes part, the posts that others found most, the pages that they name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from django.db.models import Count, Q

from communities.content.kinds import kind_of
from communities.content.managers import PostQuerySet
from communities.content.models import Post, State, Thread
from communities.content.text.extracts import excerpt, shorten
from communities.content.text.spoilers import covered
from communities.models import Membership

# From so many texts on a thread has a summary.
LONG = 40
MOST_PEOPLE, MOST_POSTS, MOST_LINKS = 12, 6, 12
# In so many posts links are looked for: those with most reactions, then the first ones.
SEARCHED = 300
QUOTED, SHOWN = 280, 80  # characters
_LINK = re.compile(r'href="(https?://[^"]+)"')


@dataclass(frozen=True)
class Participant:
    """Somebody and how many posts are theirs; None stands for all who are no members any more."""

    person: Membership | None
    posts: int


@dataclass(frozen=True)
class KeyPost:
    post: Post
    text: str
    is_accepted: bool


@dataclass(frozen=True)
class NamedPage:
    """A page of another site, as it is named here, and in how many posts."""

    address: str
    words: str
    times: int


@dataclass(frozen=True)
class Summary:
    people: list[Participant]
    others: int
    posts: list[KeyPost]
    links: list[NamedPage]


def has_summary(thread: Thread) -> bool:
    return thread.is_published and thread.reply_count + 1 >= LONG


def summary_of(thread: Thread) -> Summary:
    """For a thread that was fetched visibly: a constant number of queries, however long it is."""
    posts: PostQuerySet = Post.objects.filter(thread=thread, position__isnull=False, state=State.PUBLISHED)
    counted = posts.order_by().values_list("author_id").annotate(n=Count("pk")).order_by("-n", "author_id")
    written = dict(counted)
    shown = list(written)[:MOST_PEOPLE]
    people = Membership.objects.in_bulk([pk for pk in shown if pk is not None])
    return Summary(
        people=[Participant(people.get(pk), written[pk]) for pk in shown],
        others=len(written) - len(shown),
        posts=_key_posts(thread, posts),
        links=_links(posts),
    )


def _key_posts(thread: Thread, posts: PostQuerySet) -> list[KeyPost]:
    """The accepted answer, then the replies with most reactions; the first text everybody has read."""
    accepted = kind_of(thread).accepted_answer(thread)
    replies = posts.filter(position__gt=1).filter(Q(reaction_count__gt=0) | Q(pk=accepted or 0))
    found = list(replies.select_related("author").order_by("-reaction_count", "position")[:MOST_POSTS])
    if accepted and all(post.pk != accepted for post in found):
        found = [*replies.filter(pk=accepted).select_related("author"), *found][:MOST_POSTS]
    found.sort(key=lambda post: (post.pk != accepted, -post.reaction_count, post.position))
    for post in found:
        post.thread = thread
    return [KeyPost(post, excerpt(post.body_html, QUOTED), post.pk == accepted) for post in found]


def _links(posts: PostQuerySet) -> list[NamedPage]:
    named: Counter[str] = Counter()
    for html in posts.order_by("-reaction_count", "position").values_list("body_html", flat=True)[:SEARCHED]:
        named.update({unescape(address) for address in _LINK.findall(covered(html))})
    return [NamedPage(address, _words(address), n) for address, n in named.most_common(MOST_LINKS)]


def _words(address: str) -> str:
    parts = urlsplit(address)
    return shorten(f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}", SHOWN)
