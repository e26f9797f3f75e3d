"""A recipe as it is answered, and somebody who may found."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from communities.console.recipe.models import Recipe
from members.models import Member
from tests.factories import make_person

ANSWERS: dict[str, Any] = {
    "brand": "serves",
    "audience": "users",
    "lack": "Nobody answers in the evening",
    "reach": 18400,
    "aim": "loyalty",
    "second": "visibility",
    "motives": ["help", "expertise"],
    "currency": "GBP",
    "launch_budget": 0,
    "budget": 900,
    "hours": 12,
}
PLACE: dict[str, Any] = {
    "name": "Sail and Sew",
    "slug": "sail-and-sew",
    "language": "en",
    "languages": ["en", "fr"],
    "colour": "#8a3b12",
    "time_zone": "Europe/London",
    "owner_email": "ada@example.org",
    "owner_name": "Ada Loom",
}
# What each step of the wizard sends.
STEPS: dict[str, dict[str, Any]] = {
    "brand": {"brand": "serves"},
    "audience": {name: ANSWERS[name] for name in ("audience", "lack", "reach")},
    "aim": {name: ANSWERS[name] for name in ("aim", "second")},
    "motives": {"motives": ANSWERS["motives"]},
    "means": {name: ANSWERS[name] for name in ("currency", "launch_budget", "budget", "hours")},
    "place": PLACE,
}
STEPS_DONE = list(STEPS)


@pytest.fixture
def operator(db: None) -> Member:
    return make_person(is_operator=True, email="ops@example.org")


@pytest.fixture
def client(operator: Member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(operator)
    return client


@pytest.fixture
def recipe(operator: Member) -> Recipe:
    """One that is answered and waits to be founded."""
    return Recipe.objects.create(account=operator, answers=ANSWERS, place=PLACE, done=STEPS_DONE)
