"""What the journal knows of surveys."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.surveys.models import Survey
from communities.journal.acts import Act, register_act
from communities.journal.models import Change

WORDS = {
    "title": gettext_lazy("Title"),
    "purpose": gettext_lazy("Purpose"),
    "whom": gettext_lazy("To whom"),
    "size": gettext_lazy("How many"),
    "days": gettext_lazy("Days open"),
    "opens_at": gettext_lazy("From"),
    "asks": gettext_lazy("Questions"),
}


def _page(change: Change) -> str:
    number = int(change.about) if change.about.isdecimal() else 0
    found = Survey.objects.filter(pk=number).exists()
    return reverse("animation:show-survey-results", args=[number]) if found else ""


def _shown(name: str, value: Any) -> str | None:
    if name == "purpose" and value in Survey.Purpose.values:
        return str(Survey.Purpose(value).label)
    if name == "whom" and value in Survey.Whom.values:
        return str(Survey.Whom(value).label)
    if name == "asks" and isinstance(value, list):
        return "; ".join(map(str, value))
    if name == "opens_at":
        moment = parse_datetime(str(value)) if value else None
        return date_format(localtime(moment), "DATETIME_FORMAT") if moment is not None else _("Not set yet")
    return None


def register() -> None:
    register_act(Act("survey_written", gettext_lazy("Survey written"), url=_page))
    register_act(Act("survey_edited", gettext_lazy("Survey changed"), WORDS, _page, shown=_shown))
    register_act(Act("survey_scheduled", gettext_lazy("Survey given its day"), WORDS, _page, shown=_shown))
    register_act(Act("survey_called_off", gettext_lazy("Survey cancelled"), url=_page))
    register_act(Act("survey_deleted", gettext_lazy("Draft of a survey deleted")))
    register_act(Act("survey_words_removed", gettext_lazy("Words taken out of a survey"), url=_page))
    register_act(Act("survey_closed", gettext_lazy("Survey closed"), url=_page))
    register_act(Act("survey_reopened", gettext_lazy("Survey opened again"), url=_page))
