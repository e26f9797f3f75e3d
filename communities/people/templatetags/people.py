"""What templates say of people beside their name."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from communities.models import Membership
from communities.people import levels
from communities.people.sections import told_of
from communities.templatetags.shell import kept_piece

register = template.Library()


@register.simple_tag
def level_name(level: int) -> str:
    return levels.level_name(level)


@register.simple_tag
def day_of(moment: datetime) -> str:
    """A day without an hour: no more is known of a visit."""
    return date_format(localtime(moment), "DATE_FORMAT")


@register.simple_tag(takes_context=True)
def met_line(context: template.Context, person: Membership) -> SafeString:
    """`{% met_line person %}`: somebody whom a visitor will meet."""
    with context.push(person=person):
        return kept_piece(context, "people/met_line.html", *told_of(person))
