"""A condition of the clock: on which days."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.automatic import Condition, Found
from communities.calendar import day_of
from communities.models import Community

FRIDAY = 4


class WorkingDay(Condition):
    """By the community’s clocks, when it happened. Holidays are unknown here."""

    name = "weekday"
    label = gettext_lazy("the day is")
    order = 50

    def choices(self, community: Community) -> Sequence[tuple[str, str]]:
        return [("work", str(_("from Monday to Friday"))), ("rest", str(_("a Saturday or Sunday")))]

    def holds(self, found: Found, key: str) -> bool:
        works = day_of(found.at, found.community).weekday() <= FRIDAY
        return works == (key == "work")
