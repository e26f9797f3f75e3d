"""What is found, subscribed to, listed on members’ pages and counted for the team, beside what the oracle says."""

# ruff: noqa: S608 - statements made of each other, all of them written here.

from __future__ import annotations

import re
import uuid
from typing import Any

from django.test import Client

from analytics.engagement.models import MemberDay
from analytics.engagement.queries import Active, members_active
from analytics.engagement.responses import accepted_rate, first_response
from analytics.engagement.services import fill_days
from communities.calendar import today
from communities.content import gauges
from communities.content.finding.searching import Filters, search
from communities.content.showing.syndication import ENTRIES
from communities.content.viewers import Viewer
from communities.forums.kind import ForumKind
from communities.models import Community, Membership
from communities.people.queries import contributions_of
from tests.conftest import Cast
from tests.recounting import figures
from tests.recounting.oracle import POSTS, SPACES, TAGS, THREADS, WAITING, WRITTEN, Oracle
from tests.recounting.reading import Both, Readers

_NUMBER = re.compile(rb"<id>urn:uuid:([0-9a-f-]{36})</id>")

ENTRIES_OF = f"""
select p.public_id from ({POSTS}) p join content_thread t on t.id = p.thread_id
where p.position = 1 and {{which}} order by t.published_at desc, t.id desc limit {ENTRIES}
"""
ENTRIES_OF_THREAD = f"""
select p.public_id from ({POSTS}) p where p.thread_id = %(about)s order by p.position desc limit {ENTRIES}
"""
SOLVED = f"select id from ({THREADS}) t where t.asks and t.id in ({figures.ACCEPTED})"
TAGS_LIKE = f"""
select id from ({TAGS}) g (id, n) join content_tag using (id) where slug like 'rope%%'
"""


def differences_outside(here: Cast, oracle: Oracle, readers: Readers) -> Both:
    """Where the product says (first) something else than is right (second)."""
    said: Both = {}
    for viewer in readers.viewers:
        said |= _search(oracle, readers.community, viewer) | _profiles(oracle, viewer)
    said |= _feeds(here, oracle) | _engagement(oracle, readers.community)
    return {name: both for name, both in said.items() if both[0] != both[1]}


def _search(oracle: Oracle, community: Community, viewer: Viewer) -> Both:
    """Every reply holds one word, every first text another, every title a third; a tag is found by its name."""
    reader = viewer.membership_id

    def found(words: str, tab: str, **filters: str) -> tuple[set[int], int]:
        kept = search(community, viewer, words, Filters(tab=tab, **filters))
        hits = kept.hits[tab]
        return {hit.post.pk if tab == "posts" and hit.post else hit.thread.pk for hit in hits}, kept.counts[
            tab
        ]

    def right(ids: set[int]) -> tuple[set[int], int]:
        return ids, len(ids)

    threads, replies = oracle.ids(THREADS, reader), oracle.ids(f"{POSTS} and p.position > 1", reader)
    tags = oracle.ask(
        f"select id from ({TAGS}) g (id, n) join content_tag using (id) where slug like 'rope%%'", reader
    )
    kept = search(community, viewer, "rope", Filters())
    said = {
        "found by titles": (found("thread", "threads"), right(threads)),
        "found by texts": (found("splice", "threads"), right(threads)),
        "replies found": (found("words", "posts"), right(replies)),
        "solved ones found": (
            found("thread", "threads", state="solved"),
            right(oracle.ids(SOLVED, reader)),
        ),
        "unanswered ones found": (
            found("thread", "threads", state="unanswered"),
            right(oracle.ids(WAITING, reader)),
        ),
        "tags found": ({tag.pk for tag in kept.tags}, {row[0] for row in tags}),
    }
    return {f"{name} by {reader}": both for name, both in said.items()}


def _profiles(oracle: Oracle, viewer: Viewer) -> Both:
    right = oracle.counts(WRITTEN, viewer.membership_id)
    people = Membership.objects.exclude(status=Membership.Status.INVITED)
    said = {person.pk: _written(person, viewer) for person in people}
    return {f"texts on pages, to {viewer.membership_id}": ({pk: n for pk, n in said.items() if n}, right)}


def _written(person: Membership, viewer: Viewer) -> int:
    page, cursor = contributions_of(person, viewer)
    count = len(page)
    while cursor:
        page, cursor = contributions_of(person, viewer, after=cursor)
        count += len(page)
    return count


def _feeds(here: Cast, oracle: Oracle) -> Both:
    """What a feed reader gets, which is signed in nowhere."""
    client = here.sign_in(None)
    said: Both = {"the feed": (_entries(here, client, "/feed.xml"), _numbers(oracle, "true"))}
    spaces = oracle.ids(SPACES)
    for pk, slug in oracle.ask("select id, slug from content_space where kind = 'forum'"):
        right = _numbers(oracle, "t.space_id = %(about)s", about=pk) if pk in spaces else None
        said[f"the feed of space {slug}"] = (_entries(here, client, f"/forums/f/{slug}/feed.xml"), right)
    tags = oracle.counts(TAGS)
    tagged = "exists (select 1 from content_taggedthread l where l.thread_id = t.id and l.tag_id = %(about)s)"
    for pk, slug in oracle.ask("select id, slug from content_tag"):
        right = _numbers(oracle, tagged, about=pk) if pk in tags else None
        said[f"the feed of tag {slug}"] = (_entries(here, client, f"/tags/{slug}/feed.xml"), right)
    threads = oracle.ids(THREADS)
    for pk, slug in oracle.ask("select id, slug from content_thread where published_at is not null"):
        right = [row[0] for row in oracle.ask(ENTRIES_OF_THREAD, about=pk)] if pk in threads else None
        said[f"the feed of thread {slug}"] = (_entries(here, client, f"/forums/t/{slug}/feed.xml"), right)
    return said


def _numbers(oracle: Oracle, which: str, **about: Any) -> list[uuid.UUID]:
    return [row[0] for row in oracle.ask(ENTRIES_OF.format(which=which), **about)]


def _entries(here: Cast, client: Client, path: str) -> list[uuid.UUID] | None:
    """The numbers of a feed’s entries, the newest first; None where there is no such feed."""
    answer = client.get(here.url(path))
    if answer.status_code in (404, 410):
        return None
    assert answer.status_code == 200, (path, answer.status_code)
    _of_the_feed, *entries = _NUMBER.findall(answer.content)
    return [uuid.UUID(number.decode()) for number in entries]


def _engagement(oracle: Oracle, community: Community) -> Both:
    day = today(community)
    fill_days(community, day, day)
    days = MemberDay.objects.filter(day=day, contributions__gt=0)
    since = until = day
    response, accepted = first_response(community, since, until), accepted_rate(community, since, until)
    start, end = figures.around_now()
    contributions = oracle.counts(figures.CONTRIBUTIONS)
    outside_the_team = {row[0] for row in oracle.ask(figures.COUNTED)}
    (asked, solved, threads, answered), *_none = oracle.ask(figures.THREADS)
    return {
        "contributions": (dict(days.values_list("person", "contributions")), contributions),
        "active members": (
            members_active(day, active=Active.CONTRIBUTION),
            len(contributions.keys() & outside_the_team),
        ),
        "threads and those with a response": ((response.threads, response.answered), (threads, answered)),
        "questions and solved ones": ((accepted.of, accepted.hits), (asked, solved)),
        "answers accepted": (
            len(list(ForumKind().answers_accepted(start, end))),
            len(oracle.ask(figures.ACCEPTED)),
        ),
        "the gauge of posts": (gauges.posts_a_week(), len(oracle.ask(figures.TEXTS))),
        "the gauge of members": (gauges.members_active(), len(oracle.ask(figures.HERE))),
        "the gauge of threads": (gauges.threads(), len(oracle.ask(figures.STANDING))),
    }
