"""A plan as a manager would write it, for the tests of this package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from communities.launch.models import Stage
from communities.launch.services import StageWishes, add_stage, open_stage
from communities.memory import forget_all
from communities.models import Community
from tests.conftest import Cast

LEGAL = {
    "publisher": "Brand Ltd",
    "address": "4 Quay Street",
    "contact": "hello@example.org",
    "publication_director": "G. Pascall",
    "host": "Brand Ltd",
}
Plan = Callable[..., list[Stage]]


def make_plan(cast: Cast, *stages: tuple[str, list[str]], opened: int = 0, **wishes: Any) -> list[Stage]:
    """Stages by (audience, features), the first `opened` of them open, in the cast's community."""
    with cast.scope():
        made = [
            add_stage(StageWishes(f"Stage {number}", features, audience, **wishes), by=cast.manager)
            for number, (audience, features) in enumerate(stages, start=1)
        ]
        for stage in made[:opened]:
            open_stage(stage, by=cast.manager, reason="A test")
    refresh(cast)
    return made


def refresh(cast: Cast) -> None:
    """What has changed is seen by this process, and the cast's people stand in the community as it is."""
    forget_all()
    cast.community = Community.objects.get(pk=cast.community.pk)
    for role in ("owner", "manager", "moderator", "marketing", "ambassador", "member"):
        person = getattr(cast, role)
        with cast.scope():
            person.refresh_from_db()
        person.community = cast.community


@pytest.fixture
def plan(here: Cast) -> Plan:
    def make(*stages: tuple[str, list[str]], opened: int = 0, **wishes: Any) -> list[Stage]:
        return make_plan(here, *stages, opened=opened, **wishes)

    return make


@pytest.fixture
def legal(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(legal=LEGAL)
    refresh(here)


@pytest.fixture
def fresh_limits() -> None:
    """Nobody has tried anything yet."""
    cache.clear()
