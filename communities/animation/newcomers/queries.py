"""Who has arrived, and how they were received; what the welcome desk and Today ask about newcomers."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Greatest
from django.utils import timezone

from communities.animation.models import Introduction, Welcome
from communities.animation.newcomers.firsts import FirstVisit, first_visits_of
from communities.animation.newcomers.wording import span
from communities.animation.permissions import sees_own_part_only
from communities.content.models import Post, State
from communities.content.viewers import Viewer
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.launch.models import Invitation, LinkArrival
from communities.models import Community, Membership
from communities.people.fields.showing import Answer, answers_of
from communities.terms import COMMON, having_role

# Somebody is a newcomer for so long; the desk shows them twice as long, as long as they are in somebody’s care.
NEWCOMER = datetime.timedelta(days=14)
SHOWN = datetime.timedelta(days=28)
# What is promised: a word from a person to a first text.
PROMISED = datetime.timedelta(hours=4)
# In percent of the first texts whose time is over.
AIM = 90
QUIET_AFTER = datetime.timedelta(days=7)
BY_JOINING = Keyset(("joined_at", MOMENT), ("pk", NUMBER), size=20)
# Of so many first texts, the newest, the promise is measured.
MOST_MEASURED = 500
_NO_NEWCOMERS = (Membership.Way.IMPORT, Membership.Way.FOUNDING, Membership.Way.TEAM)
VIEWS = ("all", "waiting", "greeted", "mine", "quiet")


def newcomers(since: datetime.datetime) -> Any:
    """Those who came by themselves or were invited, and are members: nobody of the team, no imported name, nobody who
    is shut out for now."""
    people = Membership.objects.shown().not_suspended().filter(joined_at__gte=since, member__isnull=False)
    return people.filter(having_role(COMMON)).exclude(came_by__in=_NO_NEWCOMERS)


def without_greeting(people: Any) -> Any:
    """Whom nobody has greeted."""
    return people.exclude(Exists(Welcome.objects.filter(membership=OuterRef("pk")).greeted()))


def quiet(people: Any, now: datetime.datetime) -> Any:
    """Who joined a week ago, has written nothing since and was not seen, and was not reminded yet."""
    since = now - QUIET_AFTER
    wrote = Post.objects.filter(author=OuterRef("pk"), created_at__gte=since)
    nudged = Welcome.objects.filter(membership=OuterRef("pk"), nudged_at__isnull=False)
    unseen = Q(seen_at__isnull=True) | Q(seen_at__lt=since)
    return people.filter(unseen, ~Exists(wrote), ~Exists(nudged), joined_at__lt=since)


def in_care_of(people: Any, by: Membership) -> Any:
    return people.filter(Exists(Welcome.objects.filter(membership=OuterRef("pk"), looked_after_by=by)))


def first_texts(people: QuerySet[Any] | Collection[int], viewer: Viewer) -> Any:
    """The first text of each, where this viewer may read it, with `reply_id`: the first reply by somebody else. What
    was taken back with its thread is nobody’s first: the next one is what can be answered."""
    reply = Post.objects.filter(
        thread=OuterRef("thread"), position__gt=OuterRef("position"), state=State.PUBLISHED
    ).exclude(author=OuterRef("author"))
    earlier = Post.objects.filter(
        author=OuterRef("author"), state=State.PUBLISHED, thread__state=State.PUBLISHED, pk__lt=OuterRef("pk")
    )
    texts = Post.objects.visible_to(viewer).filter(~Exists(earlier), author__in=people)
    return texts.annotate(reply_id=Subquery(reply.order_by("position").values("pk")[:1]))


def without_reply(texts: Any) -> Any:
    return texts.filter(reply_id__isnull=True, thread__locked=False)


def began_of(text: Post, answered_at: datetime.datetime | None = None) -> datetime.datetime | None:
    """Since when a first text waits, or waited for its answer: of one that the team has dated back to a day before its
    author came, since they came. Nobody was there to be answered before; where somebody was, it came along with its
    answer, and its own moment counts."""
    began, author = text.published_at, text.author
    if began is None or author is None or (answered_at is not None and answered_at < author.joined_at):
        return began
    return max(began, author.joined_at)


@dataclass
class Arrival:
    """One newcomer as the desk shows them."""

    person: Membership
    answers: list[Answer]
    welcome: Welcome | None = None
    text: Post | None = None
    reply: Post | None = None
    source: str = ""
    invited_by: Membership | None = None
    met: list[Membership] = field(default_factory=list)
    first: FirstVisit | None = None
    now: datetime.datetime = field(default_factory=timezone.now)

    @property
    def is_greeted(self) -> bool:
        return self.welcome is not None and self.welcome.greeted_at is not None

    @property
    def delay(self) -> datetime.timedelta | None:
        """How long their first text waited for a person."""
        if self.text is None or self.reply is None:
            return None
        came = self.reply.published_at
        began = began_of(self.text, came)
        return came - began if began is not None and came is not None else None

    @property
    def began(self) -> datetime.datetime | None:
        """Since when their first text could have had a word."""
        return began_of(self.text) if self.text is not None else None

    @property
    def waits_since(self) -> datetime.datetime | None:
        """Since when they wait for a word; None for who had one."""
        if self.reply is not None or (self.is_greeted and self.text is None):
            return None
        return self.began if self.text is not None else self.person.joined_at

    @property
    def limit(self) -> datetime.datetime | None:
        """Until when the promise holds."""
        began = self.began if self.reply is None else None
        return began + PROMISED if began is not None else None

    @property
    def delay_words(self) -> str:
        return span(self.delay) if self.delay is not None else ""

    @property
    def wait_words(self) -> str:
        return span(self.now - self.waits_since) if self.waits_since is not None else ""

    @property
    def text_url(self) -> str:
        return str(self.text.thread.url_of(self.text.position or 1)) if self.text is not None else ""

    @property
    def is_late(self) -> bool:
        return self.limit is not None and self.limit < self.now

    @property
    def is_quiet(self) -> bool:
        """As `quiet`, of what is at hand."""
        since = self.now - QUIET_AFTER
        seen = self.person.seen_at is not None and self.person.seen_at >= since
        nudged = self.welcome is not None and self.welcome.nudged_at is not None
        wrote = self.text is not None and (self.text.published_at or since) >= since
        return self.person.joined_at < since and not (seen or nudged or wrote)


@dataclass(frozen=True)
class ArrivalPage:
    arrivals: list[Arrival]
    older: str = ""


def arrivals_page(
    community: Community, reader: Membership, viewer: Viewer, *, view: str = "all", after: str = ""
) -> ArrivalPage:
    """Who arrived lately, the newest first, in a constant number of queries; ambassadors see those in their care."""
    now = timezone.now()
    people = seen_by(reader, newcomers(now - SHOWN))
    if view == "mine":
        people = in_care_of(people, reader)
    elif view == "greeted":
        people = people.filter(Exists(Welcome.objects.filter(membership=OuterRef("pk")).greeted()))
    elif view == "waiting":
        people = without_greeting(people)
    elif view == "quiet":
        people = quiet(people, now)
    place = BY_JOINING.place(after)
    found = BY_JOINING.page((people.joined_before(*place) if place else people).newest())
    return ArrivalPage(arrivals_of(found.rows, community, reader, viewer, now), found.older)


def seen_by(reader: Membership, people: Any) -> Any:
    return in_care_of(people, reader) if sees_own_part_only(reader) else people


def arrivals_of(
    people: list[Membership],
    community: Community,
    reader: Membership,
    viewer: Viewer,
    now: datetime.datetime | None = None,
) -> list[Arrival]:
    ids = [person.pk for person in people]
    rows = Welcome.objects.of(ids).select_related("greeted_by", "looked_after_by", "nudged_by")
    welcomes = {row.membership_id: row for row in rows}
    texts = {one.author_id: one for one in first_texts(ids, viewer).select_related("thread__space", "author")}
    replies = Post.objects.select_related("author").in_bulk(
        [t.reply_id for t in texts.values() if t.reply_id]
    )
    links = _links_of(ids)
    inviters = _inviters_of(ids)
    # Whoever has them in their care for a while reads what they said, not how they came.
    firsts = {} if sees_own_part_only(reader) else first_visits_of(community, people, viewer)
    met: dict[int, list[Membership]] = {}
    for row in Introduction.objects.of(ids):
        met.setdefault(row.newcomer_id, []).append(row.person)
    return [
        Arrival(
            person,
            answers_of(community, person, reader),
            welcomes.get(person.pk),
            texts.get(person.pk),
            replies.get(getattr(texts.get(person.pk), "reply_id", None) or 0),
            links.get(person.pk, ""),
            inviters.get(person.pk),
            met.get(person.pk, []),
            firsts.get(person.pk),
            now or timezone.now(),
        )
        for person in people
    ]


def _links_of(ids: Iterable[int]) -> dict[int, str]:
    return dict(LinkArrival.objects.filter(membership__in=ids).values_list("membership_id", "link__name"))


def _inviters_of(ids: Iterable[int]) -> dict[int, Membership]:
    rows = Invitation.objects.filter(accepted_by__in=ids, inviter__isnull=False).select_related("inviter")
    return {row.accepted_by_id or 0: row.inviter for row in rows if row.inviter is not None}


@dataclass(frozen=True)
class Promise:
    """How far the promise was kept with the first texts of four weeks. `n` are those whose time is over or that had a
    reply; `kept` of them had it in time; `open` can still make it; `half` is the median wait of those with a reply."""

    arrived: int
    n: int = 0
    kept: int = 0
    open: int = 0
    replied: int = 0
    half: datetime.timedelta | None = None

    @property
    def half_words(self) -> str:
        return span(self.half) if self.half is not None else ""

    @property
    def holds(self) -> bool:
        return self.share >= AIM

    @property
    def share(self) -> int:
        return round(100 * self.kept / self.n) if self.n else 0


def measure_promise(viewer: Viewer, now: datetime.datetime | None = None) -> Promise:
    """Two queries."""
    moment = now or timezone.now()
    people = newcomers(moment - SHOWN)
    texts = first_texts(people.values("pk"), viewer)
    replied_at = Post.objects.filter(pk=OuterRef("reply_id")).values("published_at")[:1]
    rows = texts.annotate(replied_at=Subquery(replied_at)).order_by("-pk")
    came_along = When(replied_at__lt=F("author__joined_at"), then="published_at")
    rows = rows.annotate(began_at=Case(came_along, default=Greatest("published_at", "author__joined_at")))
    waits = [(began, came) for began, came in rows.values_list("began_at", "replied_at")[:MOST_MEASURED]]
    delays = [came - began for began, came in waits if came is not None]
    waiting = [began for began, came in waits if came is None]
    still = sum(began + PROMISED > moment for began in waiting)
    return Promise(
        arrived=people.count(),
        n=len(waits) - still,
        kept=sum(delay <= PROMISED for delay in delays),
        open=still,
        replied=len(delays),
        half=median(delays) if delays else None,
    )
