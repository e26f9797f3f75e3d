"""What pages read of challenges: lists by the day of the result, one challenge, its entries on a round, its winners."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from communities.calendar import moments
from communities.challenges.models import (
    CHALLENGE,
    CONTESTS,
    ENTRY,
    Assessment,
    Challenge,
    Entry,
    Juror,
    Vote,
)
from communities.challenges.models.entries import ROUND
from communities.challenges.ranking import finalists
from communities.challenges.taking import MOST_COUNTED, CountOf, remember_many, with_taking
from communities.content.attachments import as_shown, picture_of
from communities.content.managers import Reader, ThreadQuerySet
from communities.content.models import Attachment, Post, Space, State, Thread
from communities.content.showing.reading import with_reader
from communities.content.viewers import Viewer, readable_spaces, viewer_of
from communities.keysets import MOMENT, NUMBER, Keyset, Page
from communities.models import Community, Membership
from communities.queries import communities_by_id
from communities.reads import CompiledRead
from communities.scoping import active_community_id

PER_PAGE, ENTRIES_PER_PAGE, WINNERS_PER_PAGE = 20, 12, 10
BY_RESULT = Keyset(("result_at", MOMENT), ("pk", NUMBER), size=PER_PAGE)
BY_DECISION = Keyset(("decided_at", MOMENT), ("pk", NUMBER), size=WINNERS_PER_PAGE)
NEWEST = Keyset(("number", NUMBER), size=ENTRIES_PER_PAGE)
# The place on the round, as one has come to it: 0 where the reader begins, then on over the end of the round.
ON_ROUND = Keyset(("way", NUMBER), ("pk", NUMBER), size=ENTRIES_PER_PAGE)
# Of one’s own texts, among which one is chosen; of a calendar; of a podium.
MOST_OWN, MOST_PLANNED, MOST_ON_PODIUM = 30, 200, 50
# On the home page.
MOST_NOW = 2
# A line for each entry of a draw: read by its own pages alone.
LONG = "drawn_from"


def readable_contests(community: Community, viewer: Viewer) -> list[Space]:
    return readable_spaces(community, viewer, CONTESTS)


def has_contests(request: HttpRequest) -> bool:
    """Whether there is a space of challenges that this reader may open: a place in the header leads to something."""
    visit: Any = request
    return bool(readable_contests(visit.community, viewer_of(request)))


def _visible(viewer: Reader) -> ThreadQuerySet:
    visible: ThreadQuerySet = Thread.objects.visible_to(viewer).of_kind(CHALLENGE)
    return visible


@dataclass
class ChallengePage:
    """One page of a list, and the cursor of the next."""

    challenges: list[Challenge] = field(default_factory=list)
    older: str = ""


def _readable(rows: QuerySet[Challenge], viewer: Viewer, spaces: Sequence[Space]) -> QuerySet[Challenge]:
    return (
        rows.filter(
            thread__state=State.PUBLISHED,
            thread__published_at__isnull=False,
            thread__space_id__in=[space.pk for space in spaces if space.pk in viewer.space_ids],
        )
        .select_related("thread__author")
        .defer(LONG)
    )


def list_of_challenges(
    viewer: Viewer, spaces: Sequence[Space], *, past: bool = False, after: str = ""
) -> ChallengePage:
    """Challenges of these spaces whose result is to come, the next first; or that are over, the latest first. Each with
    its picture (`picture`) and how many take part (`taking`)."""
    if not spaces:
        return ChallengePage()
    now, place = timezone.now(), BY_RESULT.place(after)
    rows = Challenge.objects.over(now) if past else Challenge.objects.running(now)
    if place:
        at, number = place
        later = Q(result_at=at, pk__lt=number) if past else Q(result_at=at, pk__gt=number)
        # Beside the exact condition, the part of the index where it can be found.
        rows = rows.filter(result_at__lte=at) if past else rows.filter(result_at__gte=at)
        rows = rows.filter(later | (Q(result_at__lt=at) if past else Q(result_at__gt=at)))
    page = BY_RESULT.page(with_taking(_readable(rows, viewer, spaces)))
    remember_many(page.rows)
    give_pictures(page.rows)
    return ChallengePage(_in_their_spaces(page.rows, spaces), page.older)


def _in_their_spaces(rows: list[Challenge], spaces: Sequence[Space]) -> list[Challenge]:
    by_id = {space.pk: space for space in spaces}
    for challenge in rows:
        challenge.thread.space = by_id[challenge.thread.space_id]
    return rows


def decided_challenges(viewer: Viewer, spaces: Sequence[Space], *, after: str = "") -> ChallengePage:
    """Those with winners, the latest first, each with its podium (`podium`)."""
    if not spaces:
        return ChallengePage()
    rows = Challenge.objects.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    if place := BY_DECISION.place(after):
        at, number = place
        rows = rows.filter(decided_at__lte=at).filter(Q(decided_at__lt=at) | Q(pk__lt=number))
    won = Entry.objects.filter(challenge=OuterRef("pk"), prize__gt=0)
    page = BY_DECISION.page(_readable(rows, viewer, spaces).filter(Exists(won)))
    found = _in_their_spaces(page.rows, spaces)
    podiums = podiums_of(viewer, found)
    for challenge in found:
        challenge.podium = podiums.get(challenge.pk, [])  # type: ignore[attr-defined]
    return ChallengePage(found, page.older)


def podiums_of(viewer: Viewer, challenges: Sequence[Challenge]) -> dict[int, list[Entry]]:
    """Who has won what in each of these, in order of places, as far as their entries can be read."""
    rows = Entry.objects.filter(challenge__in=challenges).on_podium()
    shown = rows.filter(thread__state=State.PUBLISHED, thread__space_id__in=viewer.space_ids)
    found: dict[int, list[Entry]] = {}
    for entry in shown.select_related("thread__space", "membership")[
        : MOST_ON_PODIUM * max(1, len(challenges))
    ]:
        found.setdefault(entry.challenge_id, []).append(entry)
    give_pictures([entry for podium in found.values() for entry in podium])
    return found


def challenge_for_page(
    viewer: Viewer, slug: str, by: Membership | None, *, kind: str = CHALLENGE
) -> Thread | None:
    """One challenge or entry whose page this reader may open, with author, tags and space, and whether they follow."""
    reachable = Thread.objects.reachable_by(viewer).of_kind(kind).filter(slug=slug)
    beside = ("author", "space", "community") + (("challenge",) if kind == CHALLENGE else ())
    threads = reachable.select_related(*beside).with_tags()
    if kind == CHALLENGE:
        threads = threads.defer(f"challenge__{LONG}")
    found: Thread | None = with_reader(threads, by.pk if by is not None else None).first()
    return found


def entry_for_page(viewer: Viewer, slug: str, by: Membership | None) -> Thread | None:
    return challenge_for_page(viewer, slug, by, kind=ENTRY)


def challenges_of(viewer: Viewer, thread: Thread) -> list[Challenge]:
    """In which challenges a text takes part, as far as they can be read."""
    entered = Entry.objects.filter(thread=thread).values("challenge")
    rows = Challenge.objects.filter(pk__in=entered, thread__in=_visible(viewer).values("pk"))
    return list(rows.select_related("thread__space").order_by("-result_at")[:MOST_NOW])


def shown_entries(viewer: Viewer, challenge: Challenge) -> QuerySet[Entry]:
    """Those that take part and that this reader can read."""
    rows = Entry.objects.of(challenge).counting().filter(thread__space_id__in=viewer.space_ids)
    found: QuerySet[Entry] = rows.select_related("thread__space", "membership")
    return found


def begins_at(by: Membership | None, challenge: Challenge, day: datetime.date) -> int:
    """Where on the round a reader begins: each member at another place, visitors at that of the day."""
    who = f"member {by.pk}" if by is not None else f"day {day.isoformat()}"
    return int(hashlib.sha256(f"{challenge.pk} {who}".encode()).hexdigest()[:8], 16) % ROUND


def entries_on_round(entries: QuerySet[Entry], begin: int, *, after: str) -> Page[Entry]:
    """A page of entries by their place on the round, seen from where a reader begins: two parts of one index."""
    size, place = ON_ROUND.size, ON_ROUND.place(after)
    way, number = place if place else (-1, 0)
    found: list[Entry] = []
    for first, last, shift in ((begin, ROUND, -begin), (0, begin, ROUND - begin)):
        if len(found) > size:
            break
        part = entries.filter(spot__gte=first, spot__lt=last).order_by("spot", "pk")
        spot = way - shift
        if way >= 0 and spot >= first:
            part = part.filter(spot__gte=spot).filter(Q(spot__gt=spot) | Q(pk__gt=number))
        for entry in part[: size + 1 - len(found)]:
            entry.way = entry.spot + shift  # type: ignore[attr-defined]
            found.append(entry)
    return Page(found[:size], ON_ROUND.older_than(found))


def newest_entries(entries: QuerySet[Entry], *, after: str) -> Page[Entry]:
    if place := NEWEST.place(after):
        entries = entries.filter(number__lt=place[0])
    return NEWEST.page(entries.order_by("-number"))


def give_pictures(entries: Sequence[Entry | Challenge]) -> None:
    """The first picture of each (`picture`, None where it has none): two statements for all of them."""
    texts = {post.pk: post.thread_id for post in Post.objects.bodies_of([one.thread_id for one in entries])}
    pictures: dict[int, dict[str, Any]] = {}
    for one in (
        Attachment.objects.pictures().filter(post__in=texts).order_by("-created_at", "-pk") if texts else ()
    ):
        pictures[texts[one.post_id]] = as_shown(picture_of(one))
    for entry in entries:
        entry.picture = pictures.get(entry.thread_id)  # type: ignore[union-attr]


def own_entries(challenge: Challenge, by: Membership | None) -> list[Entry]:
    if by is None:
        return []
    rows = Entry.objects.of(challenge).filter(membership=by).select_related("thread__space", "rules")
    return list(rows.in_order())


def own_vote(challenge: Challenge, by: Membership | None) -> Vote | None:
    if by is None:
        return None
    mine: Vote | None = (
        Vote.objects.of(challenge).filter(membership=by).select_related("entry__thread").first()
    )
    return mine


def juror_of(challenge: Challenge, by: Membership | None) -> Juror | None:
    if by is None or not challenge.has_jury:
        return None
    mine: Juror | None = Juror.objects.of(challenge).filter(membership=by).first()
    return mine


def sitting_jury(challenge: Challenge) -> list[Juror]:
    """Those who said yes, in the order in which they were asked, with from how many entries each abstains
    (`abstained`)."""
    rows = Juror.objects.of(challenge).filter(accepted_at__isnull=False).select_related("membership")
    apart = Assessment.objects.filter(juror=OuterRef("pk"), abstains=True).order_by().values("pk")
    return list(rows.annotate(abstained=CountOf(apart)).order_by("pk"))


def jury_of(challenge: Challenge) -> list[Juror]:
    """Those who were asked, in order, with how many entries each has marked (`marked`), and from which they abstain
    (`abstained`): one more than `MOST_COUNTED` at most."""
    rows = Juror.objects.of(challenge).select_related("membership").order_by("pk")
    given = Assessment.objects.filter(juror=OuterRef("pk")).order_by().values("pk")
    told = rows.annotate(
        marked=CountOf(given.filter(abstains=False)[: MOST_COUNTED + 1]),
        abstained=CountOf(given.filter(abstains=True)[: MOST_COUNTED + 1]),
    )
    return list(told)


def votes_by_entry(challenge: Challenge) -> dict[int, int]:
    """How many votes count for each entry that has any."""
    rows = Vote.objects.of(challenge).counting().order_by().values("entry").annotate(n=Count("pk"))
    return {row["entry"]: row["n"] for row in rows}


def judged_entries(challenge: Challenge) -> QuerySet[Entry]:
    """What the jury marks: all that take part; after a vote those with the most."""
    entries: QuerySet[Entry] = Entry.objects.of(challenge).counting()
    if challenge.has_vote:
        entries = entries.filter(pk__in=finalists(votes_by_entry(challenge), challenge.finalists))
    return entries


def enterable(viewer: Viewer, challenge: Challenge, by: Membership) -> list[Thread]:
    """One’s own published texts of the kinds that a challenge takes, the latest first, without those entered."""
    kinds = [*challenge.entry_kinds, ENTRY]
    entered = Entry.objects.of(challenge).filter(membership=by).values("thread")
    mine = Thread.objects.visible_to(viewer).of_kind(*kinds).filter(author=by).exclude(pk__in=entered)
    return list(mine.select_related("space").order_by("-published_at", "-pk")[:MOST_OWN])


def open_to_entries(viewer: Viewer, spaces: Sequence[Space]) -> list[Challenge]:
    """What one can enter now in these spaces, the first to close first."""
    rows = _readable(Challenge.objects.open_to_entries(timezone.now()), viewer, spaces)
    return _in_their_spaces(list(rows.order_by("closes_at", "pk")[:PER_PAGE]), spaces)


def planned_challenges(viewer: Reader, first: datetime.date, last: datetime.date) -> Iterable[Challenge]:
    """Those that open, close or end on these local days of the community."""
    community = communities_by_id.get(active_community_id())
    if community is None:
        return []
    start, end = moments(first, last, community)
    within = Q(opens_at__gte=start, opens_at__lt=end) | Q(result_at__gte=start, result_at__lt=end)
    rows = Challenge.objects.filter(
        within, cancelled_at__isnull=True, thread__in=_visible(viewer).values("pk")
    )
    return rows.select_related("thread__space").order_by("opens_at", "pk")[:MOST_PLANNED]


def challenges_now(viewer: Viewer) -> list[Thread]:
    """What one can enter or vote in now, the first to end first, for the home page."""
    return list(_now(viewer, timezone.now()))


def _running(viewer: Viewer, now: datetime.datetime) -> ThreadQuerySet:
    running = _visible(viewer).filter(
        challenge__result_at__gt=now,
        challenge__opens_at__lte=now,
        challenge__cancelled_at__isnull=True,
        challenge__decided_at__isnull=True,
    )
    return running.select_related("space", "challenge").order_by("challenge__result_at", "pk")[:MOST_NOW]


_now: CompiledRead[Thread] = CompiledRead(_running)
