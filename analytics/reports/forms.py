from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from analytics.reports.periods import MOST_DAYS, Period
from communities.calendar import DAY, FIRST_YEAR, Clocked, today
from communities.dates import DayField
from members.addresses import AddressField


class RecipientForm(forms.Form):
    email = AddressField(
        label=_("E-mail address"),
        help_text=_("Also of somebody who is not a member: the figures are in the mail."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class PeriodForm(forms.Form):
    """From which day to which, as addresses write it: `?from=2026-11-02&to=2026-11-29`."""

    is_filter = True

    def __init__(self, data: Any = None, *, place: Clocked, shown: Period | None = None) -> None:
        """With what an address says, or with the period that is shown."""
        told = {"from": shown.first, "to": min(shown.last, today(place))} if shown else None
        super().__init__(data, initial=told)
        self.place = place
        # “from” is no name that a class could have.
        self.fields["from"] = _day(_("From"))
        self.fields["to"] = _day(_("Until"))

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = asked.get("from"), asked.get("to")
        if first and first > today(self.place):
            self.add_error("from", _("These days have not come yet."))
        if first and last and last < first:
            self.add_error("to", _("The last day comes before the first."))
        elif first and last and Period(first, last).length > MOST_DAYS:
            words = _("At most %(n)s days are shown at once: from that day, up to %(day)s.")
            until = date_format(first + DAY * (MOST_DAYS - 1), "DATE_FORMAT")
            self.add_error("to", words % {"n": MOST_DAYS, "day": until})
        return asked

    @property
    def period(self) -> Period:
        """Up to today. Only of a form that is valid."""
        return Period(self.cleaned_data["from"], self.cleaned_data["to"]).until(today(self.place))


def _day(label: Any) -> DayField:
    return DayField(label=label, validators=[_check_recent])


def _check_recent(day: datetime.date) -> None:
    if day.year < FIRST_YEAR:
        raise ValidationError(
            _("Choose a day of the year %(year)s or later."), params={"year": FIRST_YEAR}, code="far"
        )
