"""How often somebody may do what costs others something, by how far they are trusted; refused in words.

One table, asked by the services of the acts and by the views that only ask (search, what is offered while one types).
The team is exempt, and whoever is known gets more: the numbers are such that nobody who reads what they answer meets
them. Counted in Redis, in each process by itself while Redis is away (`config/turns.py`). What needs no membership
(reports, codes, contacts) is limited by `members/limits.py`.
"""

from __future__ import annotations

import datetime
import enum
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError
from communities.models import Membership
from members.limits import network_address

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

MINUTE, MINUTES, HOUR, DAY = 60, 600, 3600, 86_400  # seconds
PERIODS = {MINUTE: _("a minute"), MINUTES: _("10 minutes"), DAY: _("24 hours")}


class Limited(enum.StrEnum):
    """What is counted. An article is a thread, a comment a reply."""

    START = "start"
    REPLY = "reply"
    EDIT = "edit"
    DRAFT = "draft"
    UPLOAD = "upload"
    REACT = "react"
    VOTE = "vote"
    FOLLOW = "follow"
    REGISTER = "register"
    ENROL = "enrol"
    CLAIM = "claim"
    ASSESS = "assess"
    ASK_MEMBERS = "ask_members"
    SEARCH = "search"
    SUGGEST = "suggest"
    PREVIEW = "preview"


class Trust(enum.IntEnum):
    """How far: somebody without a membership, counted by network address; a level of trust, those above 2 as 2."""

    VISITOR = -1
    NEW = 0
    KNOWN = 1
    REGULAR = 2


@dataclass(frozen=True)
class Window:
    most: int
    seconds: int


def _alike(most: int, seconds: int) -> dict[Trust, tuple[Window, ...]]:
    """The same for everybody: it costs little, and a page asks for it by itself."""
    return dict.fromkeys(Trust, (Window(most, seconds),))


def _by_trust(*rows: tuple[int, int]) -> dict[Trust, tuple[Window, ...]]:
    """For members that are new, known and regular: how many in ten minutes, how many in 24 hours."""
    members = (Trust.NEW, Trust.KNOWN, Trust.REGULAR)
    return {
        trust: (Window(soon, MINUTES), Window(day, DAY))
        for trust, (soon, day) in zip(members, rows, strict=True)
    }


TABLE: dict[Limited, dict[Trust, tuple[Window, ...]]] = {
    Limited.START: _by_trust((5, 30), (10, 100), (20, 200)),
    Limited.REPLY: _by_trust((10, 100), (30, 300), (60, 600)),
    Limited.EDIT: _by_trust((30, 200), (60, 400), (100, 800)),
    Limited.UPLOAD: _by_trust((20, 80), (40, 200), (80, 400)),
    # Of whom somebody reads at length; taking back and following no longer are nobody’s limit.
    Limited.REACT: _by_trust((40, 300), (80, 800), (120, 1500)),
    Limited.VOTE: _by_trust((40, 300), (80, 800), (120, 1500)),
    Limited.FOLLOW: _by_trust((30, 150), (60, 300), (100, 600)),
    Limited.REGISTER: _by_trust((40, 300), (80, 800), (120, 1500)),
    # Each is told of it, and did not ask.
    Limited.ENROL: _by_trust((20, 60), (40, 200), (100, 600)),
    Limited.CLAIM: _by_trust((40, 300), (80, 800), (120, 1500)),
    Limited.ASSESS: _by_trust((40, 300), (80, 800), (120, 1500)),
    # Three people each time, who did not ask for it.
    Limited.ASK_MEMBERS: _by_trust((2, 4), (3, 8), (5, 20)),
    # A page that is written in is saved every five seconds, and two may be open.
    Limited.DRAFT: _alike(300, MINUTES),
    Limited.PREVIEW: _alike(60, MINUTE),
    # A shared office has one network address.
    Limited.SEARCH: _alike(30, MINUTE) | {Trust.VISITOR: (Window(60, MINUTE),)},
    Limited.SUGGEST: _alike(120, MINUTE) | {Trust.VISITOR: (Window(240, MINUTE),)},
}

DONE = {
    Limited.START: _("You have started %(count)s texts in %(period)s."),
    Limited.REPLY: _("You have posted %(count)s replies in %(period)s."),
    Limited.EDIT: _("You have made %(count)s changes in %(period)s."),
    Limited.REACT: _("You have reacted %(count)s times in %(period)s."),
    Limited.VOTE: _("You have voted %(count)s times in %(period)s."),
    Limited.FOLLOW: _("You have followed %(count)s threads and spaces in %(period)s."),
    Limited.REGISTER: _("You have registered %(count)s times in %(period)s."),
    Limited.ENROL: _("You have put %(count)s people on lists in %(period)s."),
    Limited.CLAIM: _("You have asked for %(count)s codes in %(period)s."),
    Limited.ASSESS: _("You have said %(count)s times in %(period)s whether an answer helped."),
    Limited.ASK_MEMBERS: _("You have had members asked %(count)s times in %(period)s."),
    Limited.DRAFT: _("Drafts were saved %(count)s times in %(period)s."),
    Limited.UPLOAD: _("You have sent %(count)s files in %(period)s."),
    Limited.SEARCH: _("You have searched %(count)s times in %(period)s."),
    Limited.PREVIEW: _("You have asked for %(count)s previews in %(period)s."),
    Limited.SUGGEST: _("You have asked %(count)s times in %(period)s."),
}


class TooFast(DomainError):
    """More of it than the table has room for; `seconds` until there is room again. Becomes a 429."""

    def __init__(self, message: object, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


_unlimited: ContextVar[bool] = ContextVar("unlimited", default=False)


@contextmanager
def without_limits() -> Iterator[None]:
    """For what nobody does just now: texts of long ago, the demo."""
    token = _unlimited.set(True)
    try:
        yield
    finally:
        _unlimited.reset(token)


def count_act(by: Membership, act: Limited) -> None:
    """Count an act of a member, once nothing else refuses it, and before its text or picture is worked on. Raises
    TooFast."""
    if not by.is_staff:
        trust = Trust(min(by.trust_level, Trust.REGULAR))
        _count(act, trust, f"{by.community_id}:{act}:m{by.pk}")


def count_asking(request: HttpRequest, act: Limited) -> None:
    """Count what a page asks: for a member by themselves, for others by network address. Raises TooFast."""
    visit = cast("Any", request)
    if visit.membership is not None:
        count_act(visit.membership, act)
        return
    # Kept for a minute, and leads to nobody.
    address = salted_hmac("limits", network_address(request)).hexdigest()[:32]
    _count(act, Trust.VISITOR, f"{visit.community.pk}:{act}:{address}")


def _count(act: Limited, trust: Trust, whose: str) -> None:
    if _unlimited.get() or not settings.LIMITS_BY_TRUST:
        return
    now = timezone.now()
    full = take_turn(f"limit:{whose}", TABLE[act][trust], now=now)
    if full is None:
        return
    window, seconds = full
    said = DONE[act] % {"count": window.most, "period": PERIODS[window.seconds]}
    raise TooFast(f"{said} {_again(now, seconds)}", seconds=seconds)


def count_slowly(by: Membership, where: str, *, minutes: int) -> None:
    """Count a text of a member where each writes once in so many minutes; `where` names the place. To be asked last,
    when nothing else can refuse the text: there is one turn. Raises TooFast."""
    if _unlimited.get():
        return
    now = timezone.now()
    key = f"slow:{by.community_id}:{where}:m{by.pk}"
    full = take_turn(key, [Window(1, minutes * MINUTE)], now=now)
    if full is not None:
        said = ngettext(
            "Here everybody replies once in %(n)s minute.",
            "Here everybody replies once in %(n)s minutes.",
            minutes,
        )
        raise TooFast(f"{said % {'n': minutes}} {_again(now, full[1])}", seconds=full[1])


def take_turn(key: str, windows: Sequence[Window], *, now: datetime.datetime) -> tuple[Window, int] | None:
    """Count one of what `key` names; where a window is full it is not counted: which one, and for how many seconds."""
    full = cast("Any", cache).take_turn(
        key,
        [(window.most, window.seconds * 1000) for window in windows],
        now=int(now.timestamp() * 1000),
    )
    return None if full is None else (windows[full.window], math.ceil(full.wait / 1000))


def _again(now: datetime.datetime, seconds: int) -> str:
    """When one may go on, in the place’s own time; never sooner than it is true."""
    if seconds < MINUTE:
        return ngettext(
            "You can continue in %(n)s second.", "You can continue in %(n)s seconds.", seconds
        ) % {"n": seconds}
    free = timezone.localtime(now + datetime.timedelta(seconds=seconds + MINUTE - 1))
    hour = date_format(free, "TIME_FORMAT")
    if free.date() == timezone.localtime(now).date():
        return gettext("You can continue at %(time)s.") % {"time": hour}
    return gettext("You can continue on %(date)s at %(time)s.") % {
        "date": date_format(free, "DATE_FORMAT"),
        "time": hour,
    }


def told_in_place(request: HttpRequest, refusal: TooFast, *, back: str) -> HttpResponse:
    """The answer to an act that is one press: the page that it was on says so, without anything else changing."""
    if cast("Any", request).htmx:
        page = HttpResponse(status=429)
        page.headers["HX-Trigger"] = json.dumps({"toast": str(refusal)})
        return refused(page, refusal)
    messages.error(request, str(refusal))
    return redirect(back)


def refused(page: HttpResponse, refusal: DomainError | None) -> HttpResponse:
    """A page with its form, as the answer to a refusal; to one of haste 429, with how long to wait."""
    if isinstance(refusal, TooFast):
        page.status_code = 429
        page.headers["Retry-After"] = str(refusal.seconds)
    return page


def asks_quietly(act: Limited) -> Callable[[View], View]:
    """For what a script asks while somebody types: too fast, it gets a 429 that no page shows."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                count_asking(request, act)
            except TooFast as refusal:
                return refused(JsonResponse({"error": str(refusal)}), refusal)
            return view(request, *args, **kwargs)

        return cast("View", checked)

    return decorate
