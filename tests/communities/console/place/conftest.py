"""A place that has all that opening asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from communities.memory import forget_all
from communities.models import Community
from communities.setup import steps
from tests.communities.launch.conftest import LEGAL, refresh
from tests.conftest import Cast
from tests.factories import make_thread

RULES = [{"rule": "Say what you tried.", "reason": "Answers then start further on."}]


def set_state(cast: Cast, state: str, **fields: object) -> None:
    Community.objects.filter(pk=cast.community.pk).update(state=state, **fields)
    forget_all()
    refresh(cast)


def make_ready(cast: Cast) -> None:
    """Everything that opening asks for."""
    settings = {**Community.objects.get(pk=cast.community.pk).settings, "rules": RULES}
    Community.objects.filter(pk=cast.community.pk).update(legal=LEGAL, settings=settings)
    with cast.scope():
        make_thread(cast.forum, by=cast.manager)
        make_thread(cast.blog, by=cast.manager)
    refresh(cast)


@pytest.fixture
def draft(here: Cast) -> Cast:
    set_state(here, "draft")
    return here


@pytest.fixture(autouse=True)
def own_steps() -> Iterator[None]:
    """Steps that other packages ask for before a place opens are theirs to test."""
    known = {"look", "identity", "rules", "spaces", "texts", "team", "first-stage", "first-wave"}
    others = [step for step in steps if step.name not in known]
    for step in others:
        steps.unregister(step.name)
    yield
    for step in others:
        steps.register(step)
