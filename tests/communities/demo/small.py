"""The demo with a few of its texts, made quickly: what its results are made of is all there."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable

import pytest

from analytics.demo import visits
from communities.demo import drawing
from communities.demo.loading import Seeded, seed_community
from communities.demo.reading import Brand, read_brand

TEXTS = ("round-the-fastnet", "read-this", "la-clause", "culotter")
reading = functools.cache(read_brand)


def make_small_and_quick(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(visits, "VISITS", 200)
    patch.setattr(drawing, "WIDTH", 640)


def small(slug: str) -> Brand:
    brand = reading(slug)
    return dataclasses.replace(
        brand,
        articles=[one for one in brand.articles if one["slug"].startswith(TEXTS)],
        threads=[one for one in brand.threads if one["slug"].startswith(TEXTS)],
    )


def seed(slug: str, say: Callable[[str], None] = lambda _line: None) -> Seeded:
    return seed_community(small(slug), say, background=6)
