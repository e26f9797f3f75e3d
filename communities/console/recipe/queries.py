"""What the pages of recipes read."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from communities.console.recipe.models import AppliedPart, Recipe, SavedBlueprint
from communities.console.recipe.steps import STEPS, Step
from members.models import Member

# Unfinished recipes and own blueprints that a page lists; who has more throws some away.
SHOWN = 50


def unfinished(person: Member) -> list[Recipe]:
    """The latest first."""
    rows = Recipe.objects.filter(account=person, founded_at=None).select_related("saved_blueprint")
    return list(rows.order_by("-id")[:SHOWN])


def recipe_of(person: Member, pk: int, *, finished: bool = False) -> Recipe:
    """One’s own recipe that is still to be founded, or one that was. Raises Http404 for any other."""
    rows = Recipe.objects.select_related("saved_blueprint", "community", "account")
    found = rows.filter(account=person, pk=pk, founded_at__isnull=not finished).first()
    if found is None:
        raise Http404
    return found


def own_blueprints(person: Member) -> list[SavedBlueprint]:
    return list(SavedBlueprint.objects.filter(account=person).order_by("-id")[:SHOWN])


def answers_shown(recipe: Recipe) -> list[tuple[Step, str]]:
    """Each step with its answer in words, for the margin of the proposal."""
    return [(step, _in_words(step, recipe)) for step in STEPS if step.name in recipe.done]


def applied_parts() -> list[AppliedPart]:
    return list(AppliedPart.objects.newest()[:SHOWN])


def _in_words(step: Step, recipe: Recipe) -> str:
    values = recipe.place if step.name == "place" else recipe.answers
    said: list[str] = []
    for name in step.form.base_fields:
        value: Any = values.get(name)
        if value in (None, "", []):
            continue
        among = step.form.chosen.get(name)
        labels = dict(among.choices) if among else {}
        listed = value if isinstance(value, list) else [value]
        said.extend(str(labels.get(one, one)) for one in listed)
    return ", ".join(said)
