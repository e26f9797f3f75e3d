"""Ratings in words and stars, for templates."""

from __future__ import annotations

import datetime
from typing import Any

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from communities.reviews.models import BEST

register = template.Library()


@register.filter
def star_signs(rating: float) -> list[str]:
    """`{{ 3.6|star_signs }}`: for each of five stars whether it is "on", "half" or "off"; to the nearest half."""
    halves = round(rating * 2)
    return ["on" if halves >= 2 * n else "half" if halves == 2 * n - 1 else "off" for n in range(1, BEST + 1)]


@register.filter
def rating_said(rating: float) -> str:
    """`{{ 4.3|rating_said }}`: 4.3, and 4 for a whole number of stars."""
    whole = float(rating).is_integer() and isinstance(rating, int)
    return str(number_format(rating, 0 if whole else 1, use_l10n=True))


@register.simple_tag
def out_of_five(rating: float) -> str:
    """`{% out_of_five rating as said %}`: what is read aloud in place of the stars."""
    return _("%(rating)s out of 5") % {"rating": rating_said(rating)}


@register.filter
def month_of(day: datetime.date) -> Any:
    """`{{ day|month_of }}`: the month and its year."""
    return date_format(day, "YEAR_MONTH_FORMAT")
