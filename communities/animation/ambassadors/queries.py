"""What the pages of programmes show."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.animation.ambassadors.acts import RECENT, Acts, acts_of
from communities.animation.ambassadors.counting import FEWEST, Worth, rate_in, visits_by_mark
from communities.animation.ambassadors.models import KitItem, Programme, Task, TaskDone, Term
from communities.calendar import day_of
from communities.content.audiences import spaces_of
from communities.keysets import NUMBER, Keyset
from communities.models import Community, Membership
from communities.promotions.targets import full_target
from communities.queries import absolute_address

State = Term.State
KEYSET = Keyset(("pk", NUMBER), size=30)
# Of those who wait for an answer, and of what there is to share.
MOST_WAITING, MOST_ITEMS = 50, 60


@dataclass(frozen=True)
class Row:
    """One term in the list of its programme: where it holds, what was done within 30 days, what that is worth."""

    term: Term
    perimeter: str
    acts: Acts
    worth: Worth | None


@dataclass(frozen=True)
class Shared:
    """One thing of the kit with somebody’s own link, and what came of it."""

    item: KitItem
    link: str
    text: str
    visits: int

    @property
    def came(self) -> str:
        return visits_said(self.visits)


def visits_said(n: int) -> str:
    """Small numbers are not told apart."""
    if n == 0:
        return _("no visit yet")
    if n < FEWEST:
        return _("fewer than %(n)s visits") % {"n": FEWEST}
    return _("%(n)s visits") % {"n": n}


def came_of(shared: Sequence[Shared]) -> str:
    """Of all links together. Where one of them keeps a small number to itself, the sum less the others would tell
    it: then only the others are added up."""
    total = sum(one.visits for one in shared)
    small = sum(one.visits for one in shared if one.visits < FEWEST)
    if small and total >= FEWEST:
        return _("more than %(n)s visits") % {"n": max(total - small, FEWEST - 1)}
    return visits_said(total)


def programmes_with_counts() -> list[Programme]:
    """Each with `running`, `waiting` and `offered`: how many terms, applications and offers."""
    now = timezone.now()
    counted = Programme.objects.annotate(
        running=Count("terms", filter=Q(terms__state=State.RUNNING, terms__until__gt=now)),
        waiting=Count("terms", filter=Q(terms__state=State.APPLIED)),
        offered=Count("terms", filter=Q(terms__state=State.OFFERED)),
    )
    return list(counted.in_order())


def perimeter_of(term: Term, community: Community) -> str:
    if not term.spaces:
        return _("The whole community")
    names = {space.pk: space.name for space in spaces_of(community.pk)}
    known = [names[pk] for pk in term.spaces if pk in names]
    return ", ".join(known) or _("Spaces that are gone")


def rows_of(terms: Sequence[Term], community: Community) -> list[Row]:
    now = timezone.now()
    done = acts_of(terms, now - RECENT, now)
    rate = rate_in(community) if terms else None
    rows = []
    for term in terms:
        acts = done[term.pk]
        worth = rate(acts.answers) if rate is not None and acts.answers else None
        rows.append(Row(term, perimeter_of(term, community), acts, worth))
    return rows


def mark_of(term: Term, item: KitItem) -> str:
    """What the visits of a link are counted by; it names nobody."""
    return f"amb-{term.code}-{item.pk}"


def link_of(term: Term, item: KitItem, community: Community) -> str:
    """The tracked address: by whom it was shared, and of which thing."""
    path, _hash, fragment = item.path.partition("#")
    medium = "affiliate" if term.programme.rewarded else "referral"
    query = urlencode({"utm_source": "ambassador", "utm_medium": medium, "utm_campaign": mark_of(term, item)})
    address = absolute_address(community, path)
    joined = f"{address}{'&' if '?' in address else '?'}{query}"
    return f"{joined}#{fragment}" if fragment else joined


def kit_of(term: Term, community: Community) -> list[Shared]:
    """Two queries: the things, and the visits of their links since the term began."""
    items = list(KitItem.objects.of(term.programme_id)[:MOST_ITEMS])
    marks = {item.pk: mark_of(term, item) for item in items}
    began = day_of(term.started_at or term.created_at, community)
    visits = visits_by_mark(list(marks.values()), began, day_of(timezone.now(), community))
    shared = []
    for item in items:
        link = link_of(term, item, community)
        label = _("Rewarded") if term.programme.rewarded else ""
        text = "\n".join(part for part in (label, item.words, link) if part)
        shared.append(Shared(item, link, text, visits[marks[item.pk]]))
    return shared


@dataclass(frozen=True)
class Asked:
    """One task of this month, and whether somebody has done it."""

    task: Task
    done: bool

    @property
    def url(self) -> str:
        return full_target(self.task.path)


def tasks_of(term: Term, month: datetime.date) -> list[Asked]:
    tasks = list(Task.objects.of_month(term.programme_id, month))
    done = set(
        TaskDone.objects.filter(membership=term.membership_id, task__in=tasks).values_list("task", flat=True)
    )
    return [Asked(task, task.pk in done) for task in tasks]


def own_term(membership: Membership) -> Term | None:
    """Their open one, or the newest: what the page about it says."""
    rows = Term.objects.of(membership).select_related("programme", "decided_by")
    found: Term | None = rows.open().first() or rows.newest().first()
    return found


def running_term(membership: Membership) -> Term | None:
    rows = Term.objects.of(membership).running(timezone.now()).select_related("programme")
    found: Term | None = rows.first()
    return found
