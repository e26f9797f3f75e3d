"""What came of last week, each figure with where it is read, and one thing to try, with what it rests on.

register_result(Result("visits", 40, may=can_read_results, of=visits_of_week))
"""

from __future__ import annotations

import datetime
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.animation.models import Handling, Welcome
from communities.animation.permissions import can_greet_newcomers, sees_own_part_only
from communities.animation.today.matters import sources
from communities.calendar import DAY, day_of, moment_at
from communities.content.kinds import KINDS
from communities.content.models import Post, Thread
from communities.models import Community, Membership
from communities.registries import Registry
from communities.templatetags.parvis import colon

logger = logging.getLogger(__name__)
MIDNIGHT = datetime.time()
# A proposal rests on so many texts at least, and looks at so many at most.
FEWEST, MOST = 60, 3_000
# Of what a figure is made, in a line.
MOST_PARTS = 4


@dataclass(frozen=True)
class Week:
    """Monday to Sunday, where the community is; `ends` is the moment after it."""

    begins: datetime.datetime
    ends: datetime.datetime


@dataclass(frozen=True)
class Came:
    """One thing that came of a week: what, how much, and where the figure is read."""

    what: str
    came: str
    url: str = ""
    source: str = ""
    # Of what the figure is made, where no page shows it.
    made_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What a room has to say of a week; `of` answers None where there is nothing to say."""

    name: str
    order: int
    may: Callable[[Membership], bool]
    of: Callable[[Community, Week], Came | None]


@dataclass(frozen=True)
class Try:
    title: str
    why: str
    # Where it is planned, for whoever plans.
    url: str = ""


@dataclass(frozen=True)
class WeekView:
    results: list[Came] = field(default_factory=list)
    proposal: Try | None = None


results: Registry[Result] = Registry("result of a week")


def register_result(result: Result) -> None:
    results.register(result)


def last_week(community: Community, now: datetime.datetime | None = None) -> Week:
    today = day_of(now or timezone.now(), community)
    monday = today - today.weekday() * DAY
    return Week(moment_at(monday - 7 * DAY, MIDNIGHT, community), moment_at(monday, MIDNIGHT, community))


def week_of(community: Community, reader: Membership) -> WeekView:
    """For the team; ambassadors see their own part of Today and nothing else. A result that fails is left out."""
    if sees_own_part_only(reader):
        return WeekView()
    week = last_week(community)
    asked = (_asked(one, community, week) for one in results if one.may(reader))
    return WeekView([one for one in asked if one is not None], _proposal(community, reader))


def _asked(result: Result, community: Community, week: Week) -> Came | None:
    try:
        with transaction.atomic():
            return result.of(community, week)
    except Exception:
        logger.exception("a result of the week failed: %s", result.name)
        return None


def _acts(community: Community, week: Week) -> Came | None:
    done = Handling.objects.standing().filter(act=Handling.Act.DONE, at__gte=week.begins, at__lt=week.ends)
    sums = done.values("source").annotate(minutes=Sum("minutes"), n=Count("id")).order_by("-n", "source")
    rows = [(row["source"], row["n"], row["minutes"] or 0) for row in sums]
    found, n = sum(row[2] for row in rows), sum(row[1] for row in rows)
    if not n:
        return None
    what = ngettext("%(n)s thing done on this page", "%(n)s things done on this page", n) % {"n": n}
    came = _("about %(n)s minutes of the team’s time, by the estimates") % {"n": number_format(found)}
    known = [(sources.get(name), number) for name, number, _minutes in rows]
    parts = tuple(f"{source.label}{colon()} {number_format(number)}" for source, number in known if source)
    return Came(what, came, made_of=parts[:MOST_PARTS])


def _greetings(community: Community, week: Week) -> Came | None:
    greeted = Welcome.objects.filter(greeted_at__gte=week.begins, greeted_at__lt=week.ends)
    counts = Counter(posts > 0 for posts in greeted.values_list("membership__post_count", flat=True))
    n = sum(counts.values())
    if not n:
        return None
    what = ngettext("%(n)s newcomer greeted", "%(n)s newcomers greeted", n) % {"n": n}
    came = ngettext("%(n)s of them has written", "%(n)s of them have written", counts[True])
    url = f"{reverse('animation:list-newcomers')}?view=greeted"
    return Came(what, came % {"n": counts[True]}, url, _("Newcomers"))


def _questions(community: Community, week: Week) -> Came | None:
    asked = Thread.objects.filter(
        asks=True, state="published", published_at__gte=week.begins, published_at__lt=week.ends
    )
    states = [answered or solved for answered, solved in asked.values_list("answered", "solved")[:MOST]]
    if not states:
        return None
    n, answered = len(states), sum(states)
    what = ngettext("%(n)s question asked", "%(n)s questions asked", n) % {"n": n}
    came = ngettext("%(n)s has an answer", "%(n)s have an answer", answered) % {"n": answered}
    asked_in = next((kind for kind in KINDS if kind.takes_questions), None)
    url, source = (asked_in.list_url(), str(asked_in.label_many)) if asked_in is not None else ("", "")
    return Came(what, came, url, source)


def _proposal(community: Community, reader: Membership) -> Try | None:
    """The day on which most is written, of the last eight weeks: nothing where too little was written to say so."""
    recent = Post.objects.filter(state="published", published_at__gte=timezone.now() - 56 * DAY)
    moments = list(recent.order_by("-published_at").values_list("published_at", flat=True)[:MOST])
    days = Counter(day_of(moment, community).weekday() for moment in moments)
    if len(moments) < FEWEST:
        return None
    (best, most), (worst, least) = (
        days.most_common(1)[0],
        min(((day, days[day]) for day in range(7)), key=lambda pair: pair[1]),
    )
    if most < 2 * max(least, 1):
        return None
    names = {"best": WEEKDAYS[best], "worst": WEEKDAYS[worst], "most": most, "least": least}
    why = _("Of the last %(n)s texts %(most)s were written on this day of the week, %(least)s on %(worst)s.")
    return Try(
        _("Ask everybody a question on %(best)s") % names,
        why % {**names, "n": number_format(len(moments))},
        _plan_on(best, community) if reader.can_manage else "",
    )


def _plan_on(weekday: int, community: Community) -> str:
    """The form of the calendar, for the next such day after today."""
    today = day_of(timezone.now(), community)
    day = today + DAY * ((weekday - today.weekday() - 1) % 7 + 1)
    return f"{reverse('animation:plan-text')}?day={day.isoformat()}"


def register() -> None:
    everybody: Callable[[Membership], bool] = lambda _reader: True  # noqa: E731
    register_result(Result("acts", 10, everybody, _acts))
    register_result(Result("greetings", 20, can_greet_newcomers, _greetings))
    register_result(Result("unanswered", 30, everybody, _questions))
