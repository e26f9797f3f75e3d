"""Hours and places of events in words."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.events.models import Event
from communities.events.series import Series, local
from communities.templatetags.parvis import exact


def moment_of(event: Event) -> str:
    """From when to when, by the event’s own clocks, which are named."""
    starts, ends = event.starts, event.ends
    said = {"start": f"{date_format(starts, 'l')} {exact(starts)}", "zone": city_of(event.zone)}
    if ends.date() == starts.date():
        return _("%(start)s to %(end)s, %(zone)s time") % (said | {"end": date_format(ends, "TIME_FORMAT")})
    return _("%(start)s until %(end)s, %(zone)s time") % (said | {"end": exact(ends)})


def repeats_said(series: Series) -> str:
    """How often, and until when where it ends."""
    often = str(series.get_every_display())
    if series.until is None:
        return often
    day = date_format(local(series.until, series.clock), "DATE_FORMAT")
    return _("%(often)s, until %(day)s") % {"often": often, "day": day}


def city_of(zone: str) -> str:
    """What people call a time zone by: its city."""
    return zone.rpartition("/")[2].replace("_", " ")


def where_it_is(event: Event) -> str:
    """The place, or that it is online; never the address that is for those who come."""
    if event.place:
        return event.place
    return _("Online") if event.online_url else ""
