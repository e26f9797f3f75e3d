"""The notice over a held text, with how long people wait here. Moderation, which measures it, is a layer above and
registers its answer. A file of its own because pages, messages and mails use the same sentence."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

UsualWait = Callable[[int], datetime.timedelta | None]
_known: list[UsualWait] = []


def register_usual_wait(measure: UsualWait) -> None:
    """`measure` answers the usual wait in a community, or None where too few texts were read to say."""
    if measure not in _known:
        _known.append(measure)


def held_notice(community_id: int) -> str:
    """What the author of a held text reads; in the scope of the community."""
    wait = next((found for measure in _known if (found := measure(community_id)) is not None), None)
    if wait is None:
        return _(
            "Only you can see this for now. A person reads it; too few texts were read lately to say how long that "
            "takes. You will get a message either way."
        )
    return _(
        "Only you can see this for now. A person reads it, usually within %(median)s (measured over 28 days). You "
        "will get a message either way."
    ) % {"median": _rounded(wait)}


def _rounded(wait: datetime.timedelta) -> str:
    """Rounded up, to what somebody who waits can use: minutes by five, then hours, then days."""
    minutes = max(math.ceil(wait.total_seconds() / 300) * 5, 5)
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = math.ceil(minutes / 60)
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = math.ceil(hours / 24)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
