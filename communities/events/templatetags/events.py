"""Events in words, for templates."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.events import wording
from communities.events.models import Event
from communities.events.series import Series

register = template.Library()


@register.filter
def moment_of(event: Event) -> str:
    """`{{ event|moment_of }}`: from when to when."""
    return wording.moment_of(event)


@register.filter
def where_it_is(event: Event) -> str:
    """`{{ event|where_it_is }}`: the place, or that it is online."""
    return wording.where_it_is(event)


@register.filter
def repeats_said(series: Series) -> str:
    """`{{ event.series|repeats_said }}`: how often, and until when."""
    return wording.repeats_said(series)


@register.simple_tag
def places_said(event: Event) -> str:
    """`{% places_said event %}`: how full it is, of an event of a list that has counted (`taken`)."""
    taken: int = getattr(event, "taken", 0)
    if event.is_over:
        return ""
    if event.team_size and event.capacity is None:
        return ngettext("%(n)s team", "%(n)s teams", taken) % {"n": taken} if taken else ""
    if event.capacity is None:
        return ngettext("%(n)s is coming", "%(n)s are coming", taken) % {"n": taken} if taken else ""
    left = max(0, event.capacity - taken)
    if not left:
        return _("full, with a waiting list")
    return ngettext("%(n)s place left", "%(n)s places left", left) % {"n": left}
