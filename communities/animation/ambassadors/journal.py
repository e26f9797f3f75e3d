"""What the journal knows of programmes and terms."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.ambassadors.models import Programme, Term
from communities.content.models import Space
from communities.journal.acts import Act, register_act
from communities.journal.models import Change

OF_PROGRAMMES = {
    "programme_written": gettext_lazy("Programme written"),
    "programme_edited": gettext_lazy("Programme changed"),
    "kit_added": gettext_lazy("Added to the kit"),
    "kit_removed": gettext_lazy("Taken out of the kit"),
    "kit_task_set": gettext_lazy("Task of a month set"),
    "kit_task_removed": gettext_lazy("Task of a month taken back"),
}
OF_TERMS = {
    "ambassador_offered": gettext_lazy("Term offered"),
    "ambassador_declined": gettext_lazy("Application declined"),
    "ambassador_begun": gettext_lazy("Charter accepted, term begun"),
    "ambassador_changed": gettext_lazy("Term changed"),
    "ambassador_renewed": gettext_lazy("Term renewed"),
    "ambassador_ended": gettext_lazy("Term ended"),
    "ambassador_left": gettext_lazy("Term laid down"),
}
WORDS = {
    "name": gettext_lazy("Name"),
    "call": gettext_lazy("Call"),
    "is_open": gettext_lazy("Open for applications"),
    "rewarded": gettext_lazy("Rewarded"),
    "months": gettext_lazy("Months of a term"),
    "charter": gettext_lazy("Version of the charter"),
    "rights": gettext_lazy("Rights"),
    "spaces": gettext_lazy("Perimeter"),
    "until": gettext_lazy("Until"),
}


def _number(change: Change) -> int:
    return int(change.about) if change.about.isdecimal() else 0


def _programme_page(change: Change) -> str:
    number = _number(change)
    found = Programme.objects.filter(pk=number).exists()
    return reverse("animation:show-programme", args=[number]) if found else ""


def _term_page(change: Change) -> str:
    number = _number(change)
    found = Term.objects.filter(pk=number).exists()
    return reverse("animation:show-term", args=[number]) if found else ""


def _shown(name: str, value: Any) -> str | None:
    if name in ("is_open", "rewarded"):
        return _("Yes") if value else _("No")
    if name == "rights" and value in Term.Rights.values:
        return str(Term.Rights(value).label)
    if name == "spaces" and isinstance(value, list):
        names = Space.objects.filter(pk__in=[pk for pk in value if isinstance(pk, int)])
        none = _("Spaces that are gone") if value else _("The whole community")
        return ", ".join(names.values_list("name", flat=True)) or none
    if name == "until":
        moment = parse_datetime(str(value)) if value else None
        return date_format(localtime(moment), "DATETIME_FORMAT") if moment is not None else ""
    return None


def register() -> None:
    for name, label in OF_PROGRAMMES.items():
        register_act(Act(name, label, WORDS, _programme_page, shown=_shown))
    for name, label in OF_TERMS.items():
        register_act(Act(name, label, WORDS, _term_page, shown=_shown))
