"""What templates say of people beside their name."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime

from communities.people import levels

register = template.Library()


@register.simple_tag
def level_name(level: int) -> str:
    return levels.level_name(level)


@register.simple_tag
def day_of(moment: datetime) -> str:
    """A day without an hour: no more is known of a visit."""
    return date_format(localtime(moment), "DATE_FORMAT")
