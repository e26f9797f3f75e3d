"""The team’s list of people: its filters, and one page of what they leave."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.dates import read_day, wrong_day
from communities.fields import one_line
from communities.keysets import MOMENT, NUMBER, Keyset, ids_in
from communities.launch.models import LinkArrival
from communities.models import Community, Membership, MembershipQuerySet
from communities.people.fields.defined import every_field
from communities.people.fields.finding import answered
from communities.queries import people_named
from members.models import Member

Status, Way, Role = Membership.Status, Membership.Way, Membership.Role
BY_JOINING = Keyset(("joined_at", MOMENT), ("pk", NUMBER), size=50)

STATES = (
    ("read_only", _("Reading only")),
    ("suspended", _("Suspended")),
    ("imported", _("Imported, not yet claimed")),
    ("waiting", _("Asks to join, or has not confirmed the address")),
    ("left", _("Left")),
    ("banned", _("Banned")),
)
# Those that are typed.
DAYS = ("since", "until")
VISITS = (
    ("7", _("In the last 7 days")),
    ("28", _("In the last 28 days")),
    ("-28", _("Not for 28 days")),
    ("-90", _("Not for 90 days")),
    ("never", _("Never")),
)


@dataclass(frozen=True)
class MemberFilters:
    """What the list is narrowed down to; each empty where it is not."""

    q: str = ""
    role: str = ""
    level: str = ""
    state: str = ""
    came_by: str = ""
    since: str = ""
    until: str = ""
    visit: str = ""
    field: str = ""
    value: str = ""
    link: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> MemberFilters:
        """Of an address; what makes no sense is left out, but for days: these are typed, and what is wrong with one is
        said beside it (`wrong`)."""
        said = {one.name: one_line(str(query.get(one.name, "")))[:80] for one in fields(cls)}
        known = {
            "role": Role.values,
            "came_by": Way.values,
            "state": [name for name, _label in STATES],
            "visit": [name for name, _label in VISITS],
            "level": ["0", "1", "2", "3", "4"],
        }
        for name, allowed in known.items():
            said[name] = said[name] if said[name] in allowed else ""
        for name in DAYS:
            if said[name] and not wrong_day(said[name]):
                said[name] = read_day(said[name]).isoformat()
        said["link"] = next((str(pk) for pk in ids_in([said["link"]], most=1)), "")
        if not (said["field"] and said["value"]):
            said["field"] = said["value"] = ""
        return cls(**said)

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong with a day that was typed, by its name; while one is, the list is empty."""
        typed = {name: getattr(self, name) for name in DAYS if getattr(self, name)}
        return {name: problem for name, said in typed.items() if (problem := wrong_day(said))}

    @property
    def chosen(self) -> list[str]:
        """The names of those that are set, apart from the search."""
        return [one.name for one in fields(self) if one.name != "q" and getattr(self, one.name)]

    def narrow(
        self, people: MembershipQuerySet, community: Community, *, by_email: bool
    ) -> MembershipQuerySet:
        """`by_email`: whether a whole address in the search finds its person."""
        if self.wrong:
            # Whoever exports the list gets nobody rather than everybody.
            return people.none()
        people = _of_state(people, self.state)
        if self.q:
            people = _searched(people, self.q, by_email=by_email)
        if self.role:
            people = people.in_role(self.role)
        exact = {"trust_level": self.level, "came_by": self.came_by}
        people = people.filter(**{name: said for name, said in exact.items() if said})
        if self.since:
            people = people.filter(joined_at__gte=_midnight(read_day(self.since), community))
        if self.until:
            after = read_day(self.until) + datetime.timedelta(days=1)
            people = people.filter(joined_at__lt=_midnight(after, community))
        if self.visit:
            people = _of_visit(people, self.visit)
        if self.field:
            asked = {field.key: field for field in every_field(community)}.get(self.field)
            people = answered(people, asked, self.value) if asked else people.none()
        if self.link:
            came = LinkArrival.objects.filter(link_id=int(self.link)).values("membership_id")
            people = people.filter(pk__in=came)
        return people


def _midnight(day: datetime.date, community: Community) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, community.zone)


def _of_state(people: MembershipQuerySet, state: str) -> MembershipQuerySet:
    """Without one: who is here."""
    now = timezone.now()
    if state == "imported":
        return people.active().filter(unclaimed=True)
    if state in ("waiting", "left", "banned"):
        return people.filter(status=Status.INVITED if state == "waiting" else state)
    here: MembershipQuerySet = people.shown()
    if state == "read_only":
        return here.filter(read_only_until__gt=now)
    if state == "suspended":
        return here.filter(suspended_until__gt=now)
    return here


def _of_visit(people: MembershipQuerySet, visit: str) -> MembershipQuerySet:
    if visit == "never":
        return people.filter(seen_at__isnull=True)
    days = int(visit)
    edge = timezone.now() - datetime.timedelta(days=abs(days))
    if days > 0:
        return people.filter(seen_at__gte=edge)
    return people.filter(Q(seen_at__lt=edge) | Q(seen_at__isnull=True))


def _searched(people: MembershipQuerySet, words: str, *, by_email: bool) -> MembershipQuerySet:
    if "@" in words.lstrip("@"):
        found = Member.objects.filter(email=words.lower()) if by_email else Member.objects.none()
        return people.filter(member__in=found)
    words = words.lstrip("@")
    return people.named_like(words, people_named(words))


@dataclass(frozen=True)
class PeoplePage:
    """One page of the list, newest first; `after` is the cursor of the next one, empty on the last."""

    people: list[Membership]
    after: str


def page_of_people(people: MembershipQuerySet, *, after: str = "") -> PeoplePage:
    rows = people.newest()
    place = BY_JOINING.place(after)
    page = BY_JOINING.page(rows.joined_before(*place) if place else rows)
    return PeoplePage(page.rows, page.older)


def counts_of_people() -> dict[str, int]:
    """How many came lately, and how many the tab of those who only read shows."""
    week = timezone.now() - datetime.timedelta(days=7)
    here = Membership.objects.shown()
    reading = _of_state(Membership.objects.all(), "read_only")
    return {"week": here.filter(seen_at__gte=week).count(), "read_only": reading.count()}
