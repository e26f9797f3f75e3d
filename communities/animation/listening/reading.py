"""Reading feeds by the clock: fetched outside of any transaction, kept in one; and old mentions become counts."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from communities.animation.listening.counting import leave_counts
from communities.animation.listening.exceptions import NotAFeed
from communities.animation.listening.feeds import read_feed
from communities.animation.listening.models import KEPT, Mention, MentionSource
from communities.animation.listening.permissions import FEATURE
from communities.animation.listening.taking import take
from communities.launch.features import chosen_features
from communities.models import Community
from communities.outbound import Fetched, NotFetched, Why, fetch
from communities.scoping import community_scope
from members.aside import go_on

EVERY = datetime.timedelta(minutes=30)
AT_MOST = datetime.timedelta(days=1)
# While one is read nobody else reads it; one whose worker died is read again after this.
LEASE = datetime.timedelta(minutes=10)
# Feeds of one community in a run, and mentions that become counts. A run comes every five minutes, and all the feeds
# that there can be are read every half hour.
MOST_AT_ONCE, MOST_OLD = 8, 1000
PROBLEMS = {
    Why.NAME: MentionSource.Problem.NAME,
    Why.PRIVATE: MentionSource.Problem.PRIVATE,
    Why.SILENT: MentionSource.Problem.SILENT,
    Why.LARGE: MentionSource.Problem.LARGE,
    Why.LOST: MentionSource.Problem.LOST,
}


def work_off(community: Community) -> int:
    """The feeds of a community that are due, each by itself, and what is too old; how many were read or counted."""
    now = timezone.now()
    with community_scope(community):
        numbers = claim(now) if FEATURE in chosen_features(community) else []
    done = go_on("feed", numbers, lambda pk: read_one(community, pk), community_number=community.pk)
    with community_scope(community):
        return done + count_old(community, now)


def claim(now: datetime.datetime) -> list[int]:
    """Those that this run reads, put off for whoever looks meanwhile."""
    due = MentionSource.objects.due(now).select_for_update(skip_locked=True)
    numbers = [one.pk for one in due[:MOST_AT_ONCE]]
    MentionSource.objects.filter(pk__in=numbers).update(due_at=now + LEASE)
    return numbers


def read_one(community: Community, pk: int) -> int:
    """Fetch one feed without holding anything in the database, then keep what is new of it; 1 where it was read."""
    with community_scope(community):
        source = MentionSource.objects.living().filter(pk=pk, due_at__isnull=False).first()
    if source is None:
        return 0
    asked = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    answer: Fetched | Why
    try:
        answer = fetch(source.address, headers={name: value for name, value in asked.items() if value})
    except NotFetched as refusal:
        answer = refusal.why
    with community_scope(community):
        return store(pk, answer, now=timezone.now())


@transaction.atomic
def store(pk: int, answer: Fetched | Why, *, now: datetime.datetime) -> int:
    """What came of one reading: new mentions and the next time, or the problem and a longer pause."""
    source = MentionSource.objects.select_for_update().filter(pk=pk, due_at__isnull=False).first()
    if source is None:
        return 0
    if isinstance(answer, Why):
        return _failed(source, PROBLEMS[answer], now)
    if answer.status == 304:
        return _read(source, now)
    if answer.status != 200:
        return _failed(source, MentionSource.Problem.STATUS, now, status=answer.status)
    try:
        told = read_feed(answer.body, answer.address)
    except NotAFeed:
        return _failed(source, MentionSource.Problem.UNREADABLE, now)
    take(source, told, now=now)
    source.etag = _header(answer, "etag", 300)
    source.last_modified = _header(answer, "last-modified", 100)
    return _read(source, now)


def _header(answer: Fetched, name: str, longest: int) -> str:
    """What is sent back as it came; what is too long, or no header, is not."""
    value = answer.headers.get(name, "")
    return value if len(value) <= longest and value.isprintable() and value.isascii() else ""


def _read(source: MentionSource, now: datetime.datetime) -> int:
    source.read_at, source.failures, source.problem, source.status = now, 0, "", 0
    source.due_at = now + EVERY
    source.save()
    return 1


def _failed(source: MentionSource, problem: str, now: datetime.datetime, *, status: int = 0) -> int:
    """Twice the pause each time, up to a day; nothing that was read is lost."""
    source.problem, source.status = problem, min(status, 999)
    source.due_at = now + min(EVERY * 2 ** min(source.failures, 10), AT_MOST)
    source.failures += 1
    source.save()
    return 0


@transaction.atomic
def count_old(community: Community, now: datetime.datetime) -> int:
    """Mentions past their time become counts of their days; those that were hidden as noise leave none. How many."""
    old = Mention.objects.past(now - KEPT).select_for_update(skip_locked=True)
    rows = {one.pk: one for one in old[:MOST_OLD]}
    leave_counts(rows, community)
    Mention.objects.filter(pk__in=rows).delete()
    return len(rows)
