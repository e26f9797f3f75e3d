"""Search over everything visible: titles, posts, people, tags; and threads like the one being written.

Candidates come from the database's search functions (ids of this community, whatever their state); what may be
shown of them is decided by the one visibility rule, and only what is shown is read whole.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import SearchTooShort, SearchTooSlow
from communities.content.finding.beside import Group, found_beside
from communities.content.insets import INSETS
from communities.content.kinds import KINDS, THREAD_KINDS
from communities.content.models import Post, Tag, Thread
from communities.content.showing.rewards import Labelled
from communities.content.text.extracts import Segment, highlight, plain_text
from communities.content.viewers import Viewer
from communities.letters import fold
from communities.models import Community, Membership
from communities.queries import people_named

CANDIDATES = 500
LOOKED_AT_FIRST = 2000  # the newest posts, among which a common word is answered: as in search_posts
SHOWN = 20
SHOWN_IN_ALL = 5
EXTRACT = 220  # characters
LONGEST_QUERY = 200  # characters
TIME_LIMIT = 500  # milliseconds
TITLE_WEIGHT = 4.0  # a word in a title says more than one in a text


@dataclass(frozen=True)
class Tab:
    """What a search may be narrowed down to."""

    name: str
    label: Promise
    order: int


def tabs() -> list[Tab]:
    """Everything, what each kind of content holds, single posts, people."""
    fixed = [Tab("all", _("All"), 0), Tab("posts", _("Posts"), 20), Tab("people", _("People"), 90)]
    kinds = [Tab(kind.threads_name, kind.threads_label, kind.tab_order) for kind in KINDS]
    return sorted([*fixed, *kinds], key=lambda tab: tab.order)


@dataclass(frozen=True)
class Filters:
    """What narrows a search down. Unknown values mean no filter."""

    tab: str = "all"
    space: str = ""
    state: str = ""
    written: str = ""
    by: str = ""
    page: int = 1

    @property
    def since(self) -> datetime.datetime | None:
        days = {"year": 365, "month": 31}.get(self.written)
        return timezone.now() - datetime.timedelta(days=days) if days else None

    @property
    def count(self) -> int:
        return sum(map(bool, (self.space, self.state, self.written, self.by)))


@dataclass(frozen=True)
class Hit:
    """A thread or a post found, with its words marked."""

    thread: Thread
    post: Post | None
    title: list[Segment]
    extract: list[Segment]
    url: str

    @property
    def labelled(self) -> Labelled:
        """By which it is said whether it was written for a reward: the words that are shown, or the first text."""
        return self.post or self.thread


@dataclass
class Found:
    """What a search found. Counts are exact up to the number of candidates."""

    words: str
    # The threads of each kind, under what their lists are called; and "posts".
    hits: dict[str, list[Hit]] = field(default_factory=dict)
    people: list[Membership] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    beside: list[Group] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    spaces: Counter[int] = field(default_factory=Counter)
    # Answered from the newest posts alone; there are older ones.
    is_common: bool = False

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def search(
    community: Community, viewer: Viewer, words: str, filters: Filters, *, features: Collection[str] = ()
) -> Found:
    """`features` are those that are open to who searches: what stands under a text is found where it is shown.

    Raises SearchTooShort, SearchTooSlow.
    """
    words = " ".join(words.replace("\x00", " ").split())[:LONGEST_QUERY]
    # One letter says little, but one sign may be a whole word.
    if len(fold(words)) < 2 and (not words or words.isascii()):
        raise SearchTooShort
    found = Found(words)
    titles, posts, found.is_common = _candidates(community, words, features)
    _find_content(found, viewer, titles, posts, filters)
    if filters.tab in ("all", "people") and viewer.is_member and not filters.count:
        people = Membership.objects.shown().named_like(words, people_named(words)).most_active()
        found.people = list(people[: SHOWN if filters.tab == "people" else SHOWN_IN_ALL])
        found.counts["people"] = len(found.people)
    if filters.tab == "all":
        found.tags = list(Tag.objects.used().seen_by(viewer).named_like(words)[:8])
        if not filters.count:
            found.beside = found_beside(community, viewer, words, features)
            found.counts["beside"] = sum(len(group.links) for group in found.beside)
    return found


def similar_threads(community: Community, viewer: Viewer, title: str, *, most: int = 5) -> list[Thread]:
    """Threads whose titles share the longest words of this one: shown while a title is typed."""
    longest = sorted({word for word in fold(title).split() if len(word) > 3}, key=len, reverse=True)[:3]
    if not longest:
        return []
    ranks = dict(_titles(community, " or ".join(longest), 30))
    threads = Thread.objects.visible_to(viewer).filter(pk__in=ranks).select_related("space")
    return sorted(threads, key=lambda thread: -ranks[thread.pk])[:most]


def _candidates(
    community: Community, words: str, features: Collection[str]
) -> tuple[dict[int, float], dict[int, float], bool]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('statement_timeout', %s, true)", [str(TIME_LIMIT)])
            titles = dict(_titles(community, words, CANDIDATES))
            for inset in INSETS:
                if inset.feature in features:
                    titles = inset.found(words, community.all_languages, CANDIDATES) | titles
            cursor.execute(
                "select post_id, rank, is_common from search_posts(%s, %s, null, %s)",
                [words, community.all_languages, CANDIDATES],
            )
            rows = cursor.fetchall()
            cursor.execute("select set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if "statement timeout" in str(error):
            raise SearchTooSlow from error
        raise
    ranks = {pk: rank for pk, rank, _common in rows}
    return titles, ranks, bool(rows and rows[0][2]) and _reaches_further_back()


def _reaches_further_back() -> bool:
    """Whether there are posts older than the newest ones, so that a common word may be in one that was not seen."""
    return Post.objects.order_by("-id")[LOOKED_AT_FIRST : LOOKED_AT_FIRST + 1].exists()


def _titles(community: Community, words: str, most: int) -> list[tuple[int, float]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select thread_id, rank from search_titles(%s, %s, %s)", [words, community.all_languages, most]
        )
        rows: list[tuple[int, float]] = cursor.fetchall()
    return rows


def _find_content(
    found: Found, viewer: Viewer, titles: Mapping[int, float], posts: Mapping[int, float], filters: Filters
) -> None:
    """Light rows of all visible candidates first, for counts and order; whole rows of the shown ones after."""
    scores: dict[int, float] = {}
    best_post: dict[int, int] = {}
    replies: list[tuple[float, int]] = []
    for pk, thread_id, position in _visible_posts(viewer, posts, filters):
        if position == 1:
            scores[thread_id] = max(scores.get(thread_id, 0), posts[pk])
            best_post[thread_id] = pk
        else:
            replies.append((posts[pk], pk))
    threads = {row[0]: row for row in _visible_threads(viewer, {*titles, *scores}, filters)}
    ranked = sorted(threads, key=lambda pk: -(TITLE_WEIGHT * titles.get(pk, 0) + scores.get(pk, 0)))
    by_kind: dict[str, list[int]] = {kind.threads_name: [] for kind in KINDS}
    for pk in ranked:
        by_kind[THREAD_KINDS[threads[pk][1]].kind.threads_name].append(pk)
        found.spaces[threads[pk][2]] += 1
    replies.sort(reverse=True)
    found.counts = {name: len(ids) for name, ids in by_kind.items()} | {"posts": len(replies)}
    shown = {name: _page(ids, name, filters) for name, ids in by_kind.items()}
    shown_replies = _page([pk for _rank, pk in replies], "posts", filters)
    wanted_posts = [best_post[pk] for ids in shown.values() for pk in ids if pk in best_post] + shown_replies
    _read_hits(found, shown, shown_replies, wanted_posts, best_post)


def _page(ids: list[int], name: str, filters: Filters) -> list[int]:
    if filters.tab == "all":
        return ids[:SHOWN_IN_ALL]
    if filters.tab != name:
        return []
    first = (filters.page - 1) * SHOWN
    return ids[first : first + SHOWN]


def _visible_posts(viewer: Viewer, posts: Iterable[int], filters: Filters) -> list[tuple[int, int, int]]:
    rows = Post.objects.visible_to(viewer).filter(pk__in=list(posts))
    if filters.space:
        rows = rows.filter(thread__space__slug=filters.space)
    if filters.by:
        rows = rows.filter(author__handle_key=fold(filters.by))
    if filters.since:
        rows = rows.filter(published_at__gte=filters.since)
    if filters.state:
        rows = rows.filter(thread__asks=True, thread__solved=filters.state == "solved")
        if filters.state == "unanswered":
            rows = rows.filter(thread__answered=False, thread__is_double=False)
    return list(rows.values_list("pk", "thread_id", "position"))


def _visible_threads(viewer: Viewer, ids: Iterable[int], filters: Filters) -> list[tuple[int, str, int]]:
    rows = Thread.objects.visible_to(viewer).filter(pk__in=list(ids))
    if filters.space:
        rows = rows.filter(space__slug=filters.space)
    if filters.by:
        rows = rows.filter(author__handle_key=fold(filters.by))
    if filters.since:
        rows = rows.filter(published_at__gte=filters.since)
    if filters.state:
        rows = rows.filter(asks=True, solved=filters.state == "solved")
        if filters.state == "unanswered":
            rows = rows.filter(answered=False, is_double=False)
    return list(rows.values_list("pk", "kind", "space_id"))


def _read_hits(
    found: Found,
    shown: Mapping[str, list[int]],
    shown_replies: list[int],
    wanted_posts: list[int],
    best_post: Mapping[int, int],
) -> None:
    thread_ids = [pk for ids in shown.values() for pk in ids]
    threads = {thread.pk: thread for thread in Thread.objects.filter(pk__in=thread_ids).with_people()}
    posts = {
        post.pk: post
        for post in Post.objects.filter(pk__in=wanted_posts).select_related("author", "thread__space")
    }
    for name, ids in shown.items():
        hits = [
            _thread_hit(found.words, threads[pk], posts.get(best_post.get(pk, 0)))
            for pk in ids
            if pk in threads
        ]
        found.hits[name] = hits
    found.hits["posts"] = [_post_hit(found.words, posts[pk]) for pk in shown_replies if pk in posts]


def _thread_hit(words: str, thread: Thread, post: Post | None) -> Hit:
    extract = highlight(plain_text(post.body_html, covers=True), [words], EXTRACT) if post else []
    return Hit(thread, post, highlight(thread.title, [words]), extract, thread.get_absolute_url())


def _post_hit(words: str, post: Post) -> Hit:
    extract = highlight(plain_text(post.body_html, covers=True), [words], EXTRACT)
    return Hit(
        post.thread,
        post,
        highlight(post.thread.title, [words]),
        extract,
        post.thread.url_of(post.position or 1),
    )
