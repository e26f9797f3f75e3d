"""Days and hours as people type them, in the order of their language and never in the browser’s.

A browser’s own box for dates follows the order of its system: on an American one a British page would say 12/31/2026.
So these are boxes of text with an example beside them, and a calendar to choose from where scripts run. The written
forms of computers (2026-12-31, 2026-12-31T14:30) are understood in every language: addresses and scripts use them.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from communities.calendar import Month, check_near

_BETWEEN = r"[\s/.\-]+"
_PARTS = re.compile(rf"(\d+){_BETWEEN}(\d+){_BETWEEN}(\d+)", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
# Phones offer figures only, some of them not even a blank: 31122026, 1430, 311220261430.
_TOGETHER = re.compile(r"(\d\d)(\d\d)(\d{4})", re.ASCII)
_ALL_TOGETHER = re.compile(r"(\d{8})(\d{3,4})", re.ASCII)
_HOUR = re.compile(
    r"(\d{1,2})(?:\s*[:.h]\s*(\d\d)?(?::\d\d(?:\.\d+)?)?|(\d\d))?\s*(am|pm)?", re.ASCII | re.IGNORECASE
)
_WHOLE = re.compile(r"(\S.*?\d{4}|\d{4}-\d{1,2}-\d{1,2})(?:T|,?\s+(?:at\s+|à\s+)?)(\S.*)", re.DOTALL)
# More than anybody types of a moment.
_LONGEST = 40


def _refuse(words: str) -> ValidationError:
    return ValidationError(words, code="invalid")


def order_of_days() -> list[str]:
    """What comes first in this language: a list of "d", "m" and "Y"."""
    return re.findall(r"[dmY]", get_format("DATE_INPUT_FORMATS")[0])


def written_day(day: datetime.date) -> str:
    """As people of this language type it, such as 31/12/2026."""
    parts = {"d": f"{day.day:02d}", "m": f"{day.month:02d}", "Y": f"{day.year:04d}"}
    return "/".join(parts[part] for part in order_of_days())


def example_day() -> str:
    """The last day of this year, which nobody takes for another in any order."""
    return written_day(datetime.date(timezone.localdate().year, 12, 31))


def read_day(text: str) -> datetime.date:
    """A day in the order of this language, or as computers write it.

    Raises ValidationError, which says what is wrong with it.
    """
    said = text.strip()
    order = order_of_days()
    if len(said) > _LONGEST:
        raise _not_a_day()
    if found := _ISO.fullmatch(said):
        order = ["Y", "m", "d"]
    elif not (found := _PARTS.fullmatch(said)) and (
        order[-1] != "Y" or not (found := _TOGETHER.fullmatch(said))
    ):
        raise _not_a_day()
    parts = dict(zip(order, found.groups(), strict=True))
    if len(parts["Y"]) != 4:
        raise _refuse(_("Write the year with four digits, as in %(day)s.") % {"day": example_day()})
    return _day_of(int(parts["Y"]), int(parts["m"]), int(parts["d"]))


def wrong_day(text: str) -> str:
    """What is wrong with what was typed as a day; empty where it is one."""
    try:
        check_near(read_day(text))
    except ValidationError as refusal:
        return str(refusal.messages[0])
    return ""


def _not_a_day() -> ValidationError:
    return _refuse(_("Enter a date like this: %(day)s.") % {"day": example_day()})


def _day_of(year: int, month: int, day: int) -> datetime.date:
    if not 1 <= month <= 12:
        raise _refuse(
            _("There is no month %(n)s. Enter a date like this: %(day)s.")
            % {"n": month, "day": example_day()}
        )
    if year < 1 or day < 1:
        raise _not_a_day()
    last = Month(year, month).last.day if year < 9999 else 31
    if day > last:
        name = MONTHS[month]
        words = ngettext("%(month)s %(year)s has %(n)s day.", "%(month)s %(year)s has %(n)s days.", last)
        raise _refuse(words % {"month": str(name).capitalize(), "year": year, "n": last})
    return datetime.date(year, month, day)


def read_hour(text: str) -> datetime.time:
    """An hour of the day: 14:30, 14.30, 14 h 30, 1430, 2:30 pm.

    Raises ValidationError.
    """
    said = text.strip().replace("\u202f", " ").replace("\u00a0", " ")
    found = _HOUR.fullmatch(said) if len(said) <= _LONGEST else None
    hour, minute = (int(found[1]), int(found[2] or found[3] or 0)) if found else (24, 0)
    if found and found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "pm" else 0) if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise _refuse(_("Enter a time between 00:00 and 23:59, like this: 14:30."))
    return datetime.time(hour, minute)


def read_moment(text: str) -> datetime.datetime:
    """A day and an hour by the clocks of the present time zone, read as `moment_at` reads them everywhere else: of an
    hour that comes twice the first is meant, and a skipped one keeps the offset from before.

    Raises ValidationError.
    """
    said = text.strip()
    found = (_ALL_TOGETHER.fullmatch(said) or _WHOLE.fullmatch(said)) if len(said) <= _LONGEST else None
    if found is None:
        read_day(said)  # What is wrong with the day is said first.
        raise _refuse(
            _("Add the time after the date, like this: %(moment)s.") % {"moment": _example_moment()}
        )
    naive = datetime.datetime.combine(read_day(found[1]), read_hour(found[2]))
    check_near(naive)
    return naive.replace(tzinfo=timezone.get_current_timezone())


def _example_moment() -> str:
    return f"{example_day()} 14:30"


def zone_in_words() -> str:
    return _("Time zone: %(zone)s") % {"zone": timezone.get_current_timezone_name().replace("_", " ")}


class _Typed(forms.TextInput):
    """A box for a day or an hour: what was typed stays as it was typed."""

    template_name = "components/typed_date.html"
    # What the browser’s calendar is of, beside the box.
    picks = ""

    def __init__(self, attrs: dict[str, Any] | None = None, *, plain: bool = False) -> None:
        """`plain`: neither an example nor a calendar, for a box with words of its own beside it."""
        super().__init__({"autocomplete": "off", "inputmode": "numeric", "class": "input", **(attrs or {})})
        self.plain = plain

    def hint(self) -> str:
        raise NotImplementedError

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        used = context["widget"]["attrs"]
        if self.plain or "id" not in used:
            return context
        hint = f"{used['id']}_format"
        used["aria-describedby"] = " ".join([*str(used.get("aria-describedby", "")).split(), hint])
        context["widget"] |= {"hint": self.hint(), "hint_id": hint, "picks": self.picks}
        context["widget"] |= {"order": "".join(order_of_days())}
        return context


class DayInput(_Typed):
    picks = "date"

    def hint(self) -> str:
        return pgettext("how a date is typed", "For example %(day)s") % {"day": example_day()}

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, str) and _ISO.fullmatch(value):
            try:
                return written_day(read_day(value))
            except ValidationError:
                return value
        return written_day(value) if isinstance(value, datetime.date) else value or None


class BirthdayInput(DayInput):
    """Nobody turns the pages of a calendar back to it."""

    picks = ""


class HourInput(_Typed):
    def hint(self) -> str:
        example = pgettext("how a time is typed", "For example 14:30.")
        return f"{example} {zone_in_words()}"

    def format_value(self, value: Any) -> str | None:
        return f"{value:%H:%M}" if isinstance(value, datetime.time) else value or None


class MomentInput(_Typed):
    supports_microseconds = False
    picks = "datetime-local"

    def hint(self) -> str:
        example = pgettext("how a date is typed", "For example %(day)s") % {"day": _example_moment()}
        return f"{example}. {zone_in_words()}"

    def format_value(self, value: Any) -> str | None:
        shown: Any = value
        if isinstance(value, str) and "T" in value:
            try:
                shown = timezone.localtime(read_moment(value))
            except ValidationError:
                return value
        if isinstance(shown, datetime.datetime):
            return f"{written_day(shown)} {shown:%H:%M}"
        return str(value) if value else None


class DayField(forms.DateField):
    """A day that somebody types; up to the year 2100."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        options["validators"] = [check_near, *options.get("validators", ())]
        super().__init__(**options)

    def to_python(self, value: Any) -> datetime.date | None:
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        return read_day(value) if value.strip() else None


class HourField(forms.TimeField):
    """An hour of the day, by the community’s clocks."""

    widget = HourInput

    def to_python(self, value: Any) -> datetime.time | None:
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        return read_hour(value) if value.strip() else None


class MomentField(forms.DateTimeField):
    """A day and an hour in one box, by the community’s clocks."""

    widget = MomentInput

    def __init__(self, **options: Any) -> None:
        options["validators"] = [check_near, *options.get("validators", ())]
        super().__init__(**options)

    def to_python(self, value: Any) -> datetime.datetime | None:
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        return read_moment(value) if value.strip() else None
