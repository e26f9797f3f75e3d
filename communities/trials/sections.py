"""What the home page shows of beta tests: those that one can apply for today."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.calendar import moments, today
from communities.drawing import lasts_until
from communities.homepage import Block, Reader, Section, Visit
from communities.reads import CompiledRead
from communities.trials.models import Trial
from communities.trials.permissions import FEATURE
from communities.trials.queries import MOST_TRIALS, announced_in

MOST_OPEN = 3


def _announced_ones() -> QuerySet[Trial]:
    rows: QuerySet[Trial] = Trial.objects.going_on().announced()
    return rows.select_related("space")[:MOST_TRIALS]


_announced: CompiledRead[Trial] = CompiledRead(_announced_ones)


def open_tests(visit: Visit) -> list[Trial]:
    """Everybody may know of them; the newest first. Days are those of the community’s clocks. No statement where there
    is none, which is remembered."""
    if not announced_in(visit.community):
        return []
    day = today(visit.community)
    found = [trial for trial in _announced() if trial.takes_applications(day)][:MOST_OPEN]
    if found:
        _first, tomorrow = moments(day, day, visit.community)
        lasts_until(tomorrow)
    return found


class OpenTests(Section):
    """Visitors and members: tests that look for testers."""

    name, area, order = "trials.open", "aside", 18
    feature, whom = FEATURE, Reader.VISITOR | Reader.MEMBER
    block = "trials"
    template = "trials/sections/open.html"
    fills = False

    def context(self, visit: Visit) -> dict[str, Any] | None:
        trials = open_tests(visit)
        return {"trials": trials} if trials else None


def register() -> None:
    homepage.blocks.register(
        Block(
            "trials",
            _("Beta tests"),
            _("Those looking for testers."),
            67,
            _("Announce a beta test."),
            "trials:list-trials",
        )
    )
    homepage.sections.register(OpenTests())
