"""How long something took or takes, in words."""

from __future__ import annotations

import datetime

from django.utils.translation import ngettext


def span(length: datetime.timedelta) -> str:
    """“40 min”, “1 h 52 min”, “2 days”."""
    minutes = max(int(length.total_seconds() // 60), 1)
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}
    said = ngettext("%(n)d h", "%(n)d h", hours) % {"n": hours}
    left = ngettext("%(n)d min", "%(n)d min", rest) % {"n": rest}
    return f"{said}\u00a0{left}" if rest else said
