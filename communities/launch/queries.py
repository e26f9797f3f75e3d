"""What the pages of the launch show, and the tokens that lead to them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import Count, Q, prefetch_related_objects
from django.utils import timezone

from communities.keysets import MOMENT, NUMBER, Keyset
from communities.launch.audiences import audience_of, would_be_inside
from communities.launch.features import open_features, told_labels
from communities.launch.gauges import Past, Reading, read_gauges, register_measure
from communities.launch.models import Invitation, InvitationLink, LaunchLogEntry, Stage, WaitingPlace
from communities.launch.paces import with_forecasts
from communities.models import Community, Membership
from communities.scoping import active_community_id

INVITATION_SALT, PLACE_SALT, FRIEND_SALT = "launch.invitation", "launch.place", "launch.friend"


def token_of(row: Invitation | WaitingPlace) -> str:
    """What a mail's link carries: anybody who has it may use it. It expires with its row, not by time."""
    return signing.dumps([row.community_id, row.pk], salt=_salt(type(row)))


def find_invitation(token: str, community: Community) -> Invitation | None:
    pk = _read(token, community, INVITATION_SALT)
    found = Invitation.objects.select_related("inviter", "stage").filter(pk=pk).first() if pk else None
    return found if isinstance(found, Invitation) else None


def find_link(key: str) -> InvitationLink | None:
    """The link of an address; closed and expired ones too, so that their page can say so."""
    found: InvitationLink | None = InvitationLink.objects.filter(key=key[:32]).first()
    return found


def find_place(token: str, community: Community) -> WaitingPlace | None:
    """The place of a link, as long as its holder has not left the list."""
    pk = _read(token, community, PLACE_SALT)
    found = WaitingPlace.objects.filter(pk=pk).exclude(state=WaitingPlace.State.LEFT).first() if pk else None
    return found if isinstance(found, WaitingPlace) else None


def friend_token(place: WaitingPlace) -> str:
    """What somebody who waits passes on: it says who told of this place, and opens nothing."""
    return signing.dumps([place.community_id, place.pk], salt=FRIEND_SALT)


def find_friend(token: str, community: Community) -> WaitingPlace | None:
    """Who told of this place; None for no token, a forged one, or who has left the list."""
    pk = _read(token, community, FRIEND_SALT) if token else 0
    known = WaitingPlace.objects.filter(pk=pk).exclude(email="") if pk else WaitingPlace.objects.none()
    found: WaitingPlace | None = known.first()
    return found


def _salt(kind: type[Invitation] | type[WaitingPlace]) -> str:
    return INVITATION_SALT if kind is Invitation else PLACE_SALT


def _read(token: str, community: Community, salt: str) -> int:
    """The row a token names; 0 for a forged one or another community's."""
    try:
        community_id, pk = signing.loads(token, salt=salt)
    except (signing.BadSignature, ValueError, TypeError):
        return 0
    return int(pk) if community_id == community.pk else 0


@dataclass(frozen=True)
class Standing:
    """Somebody's position on the waiting list."""

    place: WaitingPlace
    number: int
    next_opening: datetime.datetime | None

    @property
    def before(self) -> int:
        return self.number - 1


def standing_of(place: WaitingPlace) -> Standing:
    return Standing(place, WaitingPlace.objects.before(place).count() + 1, next_opening())


# Of each table and state: how many are due of those whose mail is marked. Most communities have mails of one or two of
# these: asking for each by itself costs more than the mail.
MARKED = """
select 'place', state, count(*) filter (where mail_due_at <= %(now)s) from launch_waitingplace
where community_id = %(community)s and mail_due_at is not null group by state
union all
select 'invitation', state, count(*) filter (where mail_due_at <= %(now)s) from launch_invitation
where community_id = %(community)s and mail_due_at is not null group by state
union all
(select 'place', 'old', 1 from launch_waitingplace
where community_id = %(community)s and state = 'refused' and email <> '' and refused_at <= %(long_ago)s limit 1)
"""
WAITING, REFUSED, INVITED = ("place", "waiting"), ("place", "refused"), ("invitation", "sent")
# Those whose time to be erased has come.
OLD_REFUSALS = ("place", "old")


def marked_mails(now: datetime.datetime, long_ago: datetime.datetime) -> dict[tuple[str, str], int]:
    """What the community in scope has to write to people who are not members yet: table and state of the rows, and how
    many are due. Who was refused `long_ago` is to be erased."""
    told: dict[str, Any] = {"community": active_community_id(), "now": now, "long_ago": long_ago}
    with connection.cursor() as cursor:
        cursor.execute(MARKED, told)
        return {(table, state): due for table, state, due in cursor.fetchall()}


def next_opening() -> datetime.datetime | None:
    """The date of the next stage that lets people in; None while nobody has set one."""
    widening = [Stage.Audience.WAVE, Stage.Audience.WAITING, Stage.Audience.EVERYONE]
    stages = Stage.objects.filter(
        state=Stage.State.CLOSED, audience__in=widening, planned_for__isnull=False
    ).in_order()
    stage = stages.first()
    return stage.planned_for if stage else None


@dataclass(frozen=True)
class PlanView:
    """The plan as its page shows it: the stage in force, the next one with its gauges, how many are in and how many
    wait."""

    stages: list[Stage]
    current: Stage | None
    next: Stage | None
    readings: list[Reading]
    waiting: int
    people: dict[int, int]

    @property
    def green(self) -> int:
        return sum(reading.holds for reading in self.readings)

    @property
    def all_green(self) -> bool:
        return self.green == len(self.readings)

    @property
    def people_in(self) -> int:
        return self.people.get(self.current.pk, 0) if self.current else 0


def read_with_forecasts(stage: Stage, community: Community) -> list[Reading]:
    """A stage's gauges now, each with when it will hold at its pace."""
    readings = read_gauges(stage)
    return with_forecasts(readings, stage, community, timezone.now()) if readings else []


def view_plan(community: Community) -> PlanView:
    stages = list(Stage.objects.in_order())
    current = next((stage for stage in reversed(stages) if stage.has_effect), None)
    coming = next((stage for stage in stages if not stage.has_effect), None)
    return PlanView(
        stages=stages,
        current=current,
        next=coming,
        readings=read_with_forecasts(coming, community) if coming else [],
        waiting=WaitingPlace.objects.waiting().count(),
        people=_people_in(stages),
    )


def _people_in(stages: list[Stage]) -> dict[int, int]:
    """How many people each stage's own audience holds: one pass over the members, a row for each sort of them."""
    people: Any = Membership.objects.active().filter(unclaimed=False).with_role_now()
    rows = people.order_by().values_list("role_now", "stage_ids").annotate(n=Count("pk"))
    team = ambassadors = total = 0
    named: dict[int, int] = {}
    for role, stage_ids, n in rows:
        total += n
        team += n if role not in (Membership.Role.MEMBER, Membership.Role.AMBASSADOR) else 0
        ambassadors += n if role == Membership.Role.AMBASSADOR else 0
        for pk in stage_ids:
            named[pk] = named.get(pk, 0) + n
    counts = {"team": team, "ambassadors": ambassadors, "everyone": total}
    return {stage.pk: counts.get(stage.audience, named.get(stage.pk, 0)) for stage in stages}


BY_TURN = Keyset(("number", NUMBER), size=50)
BY_NUMBER = Keyset(("pk", NUMBER), size=50)


@dataclass(frozen=True)
class WaitingPage:
    """A part of the waiting list, first come first; `after` is the cursor of the next part."""

    standings: list[Standing]
    total: int
    after: str

    @property
    def has_words(self) -> bool:
        """Whether anybody on this page said why they come, or who told them."""
        return any(one.place.reason or _is_known(one.place.brought_by) for one in self.standings)


def _is_known(friend: WaitingPlace | None) -> bool:
    """Not any more, once they have left the list."""
    return friend is not None and bool(friend.name or friend.email)


def page_of_waiting(*, after: str = "") -> WaitingPage:
    waiting = WaitingPlace.objects.waiting()
    total, ahead = waiting.count(), 0
    place = BY_TURN.place(after)
    if place:
        waiting = waiting.filter(number__gt=place[0])
        ahead = total - waiting.count()
    page = BY_TURN.page(waiting)
    # Counted as the people themselves are told: among those who still wait.
    standings = [Standing(place, ahead + n, None) for n, place in enumerate(page.rows, 1)]
    prefetch_related_objects(page.rows, "brought_by")
    return WaitingPage(standings, total, page.older)


BY_REFUSAL = Keyset(("refused_at", MOMENT), ("pk", NUMBER), size=50)


def page_of_refused(*, after: str = "") -> tuple[list[WaitingPlace], str]:
    """Whom the team refused in the last month, the latest first, and the cursor of the older ones."""
    refused = WaitingPlace.objects.refused().exclude(email="").select_related("refused_by")
    place = BY_REFUSAL.place(after)
    if place:
        at, pk = place
        refused = refused.filter(Q(refused_at__lt=at) | Q(refused_at=at, pk__lt=pk))
    page = BY_REFUSAL.page(refused.order_by("-refused_at", "-pk"))
    return page.rows, page.older


BY_LAPSE = Keyset(("expires_at", MOMENT), ("pk", NUMBER), size=50)


def page_of_lapsed(*, after: str = "") -> tuple[list[Invitation], str]:
    """Whose way in has expired unused, the latest first, and the cursor of the earlier ones."""
    lapsed, place = Invitation.objects.lapsed(), BY_LAPSE.place(after)
    if place:
        at, pk = place
        lapsed = lapsed.filter(Q(expires_at__lt=at) | Q(expires_at=at, pk__lt=pk))
    page = BY_LAPSE.page(lapsed)
    return page.rows, page.older


@dataclass(frozen=True)
class LogPage:
    """A part of the launch log, newest first; `before` is the cursor of the older part."""

    lines: list[LaunchLogEntry]
    before: str


def page_of_log(*, before: str = "") -> LogPage:
    page = BY_NUMBER.newest_after(LaunchLogEntry.objects.all(), before)
    return LogPage(page.rows, page.older)


def people_named(stage: Stage) -> list[Membership]:
    """The people on a stage's list, by name; empty for other audiences."""
    if stage.audience != Stage.Audience.LIST:
        return []
    named = Membership.objects.active().filter(stage_ids__contains=[stage.pk])
    return list(named.order_by("display_name", "pk"))


@dataclass(frozen=True)
class PartNews:
    """What a member's home page says of a part of the community: open since lately, or paused."""

    labels: str
    words: str
    paused: bool
    news_on: datetime.date | None = None


NEWS_LASTS = datetime.timedelta(days=3)


def news_of_parts(community: Community, membership: Membership) -> list[PartNews]:
    """Recent openings of stages that this member is in, as one, and pauses that concern them. No query."""
    audience = audience_of(membership)
    inside = open_features(community, membership)
    news, opened, words = [], list[str](), ""
    for stage in community.launch.get("stages", ()):
        names = told_labels(stage["features"])
        if not names:
            continue
        if stage["state"] == "paused" and would_be_inside(community.launch, stage, audience):
            told = str(stage.get("news_on") or "")
            news_on = datetime.date.fromisoformat(told) if told else None
            news.append(PartNews(", ".join(names), "", True, news_on))
        elif stage["state"] == "open" and inside >= set(stage["features"]) and _is_fresh(stage):
            # Those of the widest stage: what was said to the team alone is not for whoever came later.
            opened, words = [*opened, *names], stage.get("words", "")
    if opened:
        news.append(PartNews(", ".join(dict.fromkeys(opened)), words, False))
    return news


def _is_fresh(stage: dict[str, Any]) -> bool:
    opened = str(stage.get("opened_at") or "")
    return bool(opened) and timezone.now() - datetime.datetime.fromisoformat(opened) < NEWS_LASTS


def register_measures() -> None:
    """The gauges whose rows are here; what people write and read is measured where it is kept."""
    register_measure("members", _members)
    register_measure("ambassadors", lambda at=None: _joined(at).in_role(Membership.Role.AMBASSADOR).count())
    register_measure("waiting", _waiting)


def _joined(at: Past) -> Any:
    """Who is a member now and was one then; of the past nobody knows who has left since, nor in which role."""
    people: Any = Membership.objects.active()
    return people.filter(joined_at__lte=at) if at else people


def _members(at: Past = None) -> float:
    return float(_joined(at).filter(unclaimed=False).count())


def _waiting(at: Past = None) -> float:
    if at is None:
        return float(WaitingPlace.objects.waiting().count())
    asked = WaitingPlace.objects.filter(asked_at__lte=at)
    still = Q(state="waiting") | Q(admitted_at__gt=at) | Q(refused_at__gt=at)
    return float(asked.filter(still).count())
