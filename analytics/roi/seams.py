"""Where packages above add to offers and orders: kinds of offers with a page of their own, and codes that this package
does not keep."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from analytics.roi.models import Offer
from communities.models import Community
from communities.registries import Registry


@dataclass(frozen=True)
class OfferPage:
    """The page of a kind of offer, by the name of the kind, and who may follow its link to the shop."""

    name: str
    show: Callable[[Any, Offer], HttpResponse]
    may_follow: Callable[[Any, Offer], bool]


@dataclass(frozen=True)
class CodeFinder:
    """Whose codes these are, of codes in small letters, asked once for each batch of orders; and whether one of them is
    kept at all."""

    name: str
    find: Callable[[Collection[str]], Mapping[str, Offer]]
    has: Callable[[str], bool]


@dataclass(frozen=True)
class CodeWatcher:
    """Told which codes, in small letters, stand on orders that were stored, changed or removed just now, in that
    transaction. It may be told of the same ones again."""

    name: str
    level: Callable[[Collection[str], Community], None]


offer_pages: Registry[OfferPage] = Registry("page of a kind of offer")
code_finders: Registry[CodeFinder] = Registry("finder of codes")
code_watchers: Registry[CodeWatcher] = Registry("watcher of codes")
