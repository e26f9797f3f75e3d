"""A place that has all that opening asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.translation import gettext_lazy as _

from communities.content.models import Thread
from communities.launch.services import missing_identity
from communities.memory import forget_all
from communities.models import Community
from communities.setup import Check, Step, steps
from communities.wording import rules_in_force
from tests.communities.launch.conftest import LEGAL, refresh
from tests.conftest import Cast
from tests.factories import make_rules, make_thread


def set_state(cast: Cast, state: str, **fields: object) -> None:
    Community.objects.filter(pk=cast.community.pk).update(state=state, **fields)
    forget_all()
    refresh(cast)


def make_ready(cast: Cast) -> None:
    """Everything that opening asks for."""
    Community.objects.filter(pk=cast.community.pk).update(legal=LEGAL)
    with cast.scope():
        make_rules("Say what you tried.", by=cast.owner)
        make_thread(cast.forum, by=cast.manager)
        make_thread(cast.blog, by=cast.manager)
    refresh(cast)


@pytest.fixture
def draft(here: Cast) -> Cast:
    set_state(here, "draft")
    return here


def _identity(community: Community) -> Check:
    missing = missing_identity(community.legal)
    return Check(not missing, f"Missing: {', '.join(missing)}.")


def _rules(community: Community) -> Check:
    return Check(bool(rules_in_force(community)), "Rules")


def _texts(community: Community) -> Check:
    return Check(Thread.objects.filter(state="published").exists(), "Texts")


def _look(community: Community) -> Check:
    return Check(bool(community.logo), "A look of its own")


# What packages ask for before a place opens is theirs to test; these are as simple as can be.
STEPS = (
    Step("look", _("Look"), _("Choose colours"), "console:edit-brand", 10, False, _look),
    Step(
        "identity", _("Legal identity"), _("Complete it"), "console:edit-legal-identity", 20, True, _identity
    ),
    Step("rules", _("House rules"), _("Write them"), "console:edit-place", 30, True, _rules),
    Step("texts", _("First texts"), _("Write them"), "content:list-drafts", 40, True, _texts),
)


@pytest.fixture(autouse=True)
def known_steps() -> Iterator[None]:
    others = list(steps)
    for step in others:
        steps.unregister(step.name)
    for step in STEPS:
        steps.register(step)
    yield
    for step in STEPS:
        steps.unregister(step.name)
    for step in others:
        steps.register(step)
