"""What the journal of the team says of tests."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.content.models import Space
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.trials.arranging import ANNOUNCE, CLOSE, EDIT, RELEASE
from communities.trials.choosing import CHOOSE
from communities.trials.models import Trial

FIELDS = {
    "product": _("What is tested"),
    "about": pgettext_lazy("of a test", "What it is about"),
    "pledge": _("Confidentiality"),
    "questions": _("Questions to applicants"),
    "places": pgettext_lazy("of a test", "Places"),
    "applies_until": _("Applications until"),
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
}
ANSWERED = {
    "accepted": _("Chosen"),
    "waiting": _("Waiting list"),
    "declined": _("Declined"),
    "removed": _("Taken out of the test"),
}
DAYS = ("applies_until", "starts_on", "ends_on")


def register() -> None:
    register_act(Act(EDIT, _("Beta test changed"), FIELDS, url=_space, shown=_shown))
    register_act(Act(ANNOUNCE, _("Beta test announced"), FIELDS, url=_space, shown=_shown))
    register_act(Act(CHOOSE, _("Testers chosen"), ANSWERED, url=_space))
    register_act(Act(RELEASE, _("Release given to testers"), {"name": _("Version")}, url=_space))
    who = {"report_for": _("Who reads the report")}
    register_act(Act(CLOSE, _("Beta test closed"), who, url=_space, shown=_shown))


def _space(change: Change) -> str:
    space = Space.objects.filter(pk=int(change.about)).first()
    return space.get_absolute_url() if space is not None else ""


def _shown(name: str, value: Any) -> str | None:
    if name in DAYS and value:
        return str(date_format(datetime.date.fromisoformat(value), "DATE_FORMAT"))
    if name == "report_for" and value in Trial.ReportFor.values:
        return str(Trial.ReportFor(value).label)
    return None
