"""What the software keeps about people, said by the package that keeps it: cookies, and how long what stays.

The proposed texts about privacy and cookies are made of these declarations (`communities.texts`). They name the
constants that the code itself obeys, so a page cannot promise another length than the one that is kept.
`tests/sweeps/test_addresses.py` fails for a cookie that nobody declared.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import ngettext

from communities.models import Community, Membership
from communities.registries import Registry

MONTH_DAYS = 30


def always(_community: Community) -> bool:
    return True


@dataclass(frozen=True)
class Cookie:
    """Something that stays in the browser: a cookie, or (`in_page`) what a script of ours keeps there.

    `life` is None for what goes with the window, and words where it follows from an act. `needs_consent` is true of
    what nobody gets without agreeing.
    """

    name: str
    purpose: Promise
    life: datetime.timedelta | Promise | None
    order: int = 50
    in_page: bool = False
    needs_consent: bool = False
    applies: Callable[[Community], bool] = always


@dataclass(frozen=True)
class Kept:
    """One kind of data and how long it stays: a length, or words where it follows from an act."""

    name: str
    what: Promise
    until: Promise | datetime.timedelta
    order: int = 50
    applies: Callable[[Community], bool] = always


@dataclass(frozen=True)
class Taken:
    """What a member may take away besides the tables that name them (`members/personal.py`), in words of its own, where
    rows alone would say nothing to them. It leads to them by what goes when they leave, and goes with it.

    `rows` answers in the community’s scope with one mapping for each row.
    """

    name: str
    what: Promise
    rows: Callable[[Membership], Iterator[dict[str, Any]]]
    order: int = 50


cookies: Registry[Cookie] = Registry("cookie")
kept: Registry[Kept] = Registry("disclosure")
taken: Registry[Taken] = Registry("table to take away")


def cookies_of(community: Community) -> list[Cookie]:
    """What this community’s pages may leave in a browser."""
    return [cookie for cookie in cookies if cookie.applies(community)]


def kept_of(community: Community) -> list[Kept]:
    return [one for one in kept if one.applies(community)]


def said_of(life: datetime.timedelta | Promise) -> str:
    """A length, or the words that stand for it."""
    return length_of(life) if isinstance(life, datetime.timedelta) else str(life)


def length_of(life: datetime.timedelta) -> str:
    """A length in words, in the largest unit that says it well: 10 minutes, 7 days, 13 months."""
    days = life.days
    if days >= 2 * MONTH_DAYS:
        months = round(days / (365 / 12))
        if months % 12 == 0:
            return ngettext("%(n)s year", "%(n)s years", months // 12) % {"n": number_format(months // 12)}
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": number_format(months)}
    if days >= 1:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": number_format(days)}
    minutes = round(life.total_seconds() / 60)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": number_format(minutes)}
