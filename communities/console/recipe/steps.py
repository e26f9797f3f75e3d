"""The steps of the wizard, in their order."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.console.recipe.forms import (
    AimQuestion,
    AudienceQuestion,
    BrandQuestion,
    MeansQuestion,
    MotiveQuestion,
    PlaceForm,
    Question,
)
from communities.console.recipe.models import Recipe


@dataclass(frozen=True)
class Step:
    name: str
    label: Promise
    form: type[Question]
    # What its button says where the next step follows.
    next_words: Promise


STEPS = (
    Step("brand", _("Kind of brand"), BrandQuestion, _("Next: who comes")),
    Step("audience", _("Who comes, and what they lack"), AudienceQuestion, _("Next: what it is for")),
    Step("aim", _("What it is for"), AimQuestion, _("Next: why they take part")),
    Step("motives", _("Why they take part"), MotiveQuestion, _("Next: budget and hours")),
    Step("means", _("Budget and hours"), MeansQuestion, _("Next: name and address")),
    Step("place", _("Name and address"), PlaceForm, _("See the proposal")),
)


def step_named(name: str) -> Step | None:
    return next((one for one in STEPS if one.name == name), None)


def first_open(recipe: Recipe) -> Step | None:
    """The first step that is still to be answered; a blueprint of one’s own answers all but the place."""
    asked = STEPS[-1:] if recipe.saved_blueprint_id else STEPS
    return next((one for one in asked if one.name not in recipe.done), None)


def before(step: Step) -> Step | None:
    place = STEPS.index(step)
    return STEPS[place - 1] if place else None


def number_of(step: Step) -> int:
    return STEPS.index(step) + 1
