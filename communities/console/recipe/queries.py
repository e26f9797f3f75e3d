"""What the pages of recipes read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext

from communities.console.recipe.exceptions import AlreadyFounded
from communities.console.recipe.models import AppliedPart, Recipe, SavedBlueprint
from communities.console.recipe.steps import STEPS, Step
from communities.templatetags.parvis import number
from members.models import Member

# What a page lists; services keep no more unfinished recipes and own blueprints than that.
SHOWN = 50


def unfinished(person: Member) -> list[Recipe]:
    """The latest first."""
    rows = Recipe.objects.filter(account=person, founded_at=None).select_related("saved_blueprint")
    return list(rows.order_by("-id")[:SHOWN])


def recipe_of(person: Member, pk: int, *, finished: bool = False) -> Recipe:
    """One’s own recipe that is still to be founded, or one that was.

    Raises AlreadyFounded where it was meanwhile, Http404 for any other.
    """
    rows = Recipe.objects.select_related("saved_blueprint", "community", "account")
    found = rows.filter(account=person, pk=pk, founded_at__isnull=not finished).first()
    if found is None and not finished and is_founded(person, pk):
        raise AlreadyFounded
    if found is None:
        raise Http404
    return found


def is_founded(person: Member, pk: int) -> bool:
    """Whether one’s own recipe has made its community already."""
    return Recipe.objects.filter(account=person, pk=pk, founded_at__isnull=False).exists()


def own_blueprints(person: Member) -> list[SavedBlueprint]:
    return list(SavedBlueprint.objects.filter(account=person).order_by("-id")[:SHOWN])


def answers_shown(recipe: Recipe) -> list[tuple[Step, str]]:
    """Each step with its answer in words, for the margin of the proposal."""
    return [(step, _in_words(step, recipe)) for step in STEPS if step.name in recipe.done]


def applied_parts() -> list[AppliedPart]:
    return list(AppliedPart.objects.newest()[:SHOWN])


def _in_words(step: Step, recipe: Recipe) -> str:
    """An answer as one would say it."""
    if step.name == "means":
        return _means_in_words(recipe)
    if step.name == "place":
        languages = dict(settings.LANGUAGES)
        return f"{recipe.name}, /{recipe.place.get('slug', '')}/, {languages[recipe.language]}"
    said: list[str] = []
    for name in step.form.base_fields:
        value: Any = recipe.answers.get(name)
        if value in (None, "", []):
            continue
        among = step.form.chosen.get(name)
        labels = dict(among.choices) if among else {}
        listed = value if isinstance(value, list) else [value]
        said.extend(number(one) if isinstance(one, int) else str(labels.get(one, one)) for one in listed)
    # Answers in free words end with a stop of their own.
    return " · ".join(said)


def _means_in_words(recipe: Recipe) -> str:
    """Amounts that nobody said are not said to be nothing."""
    answers = recipe.answered()
    said = [
        (answers.launch_budget, gettext("%(amount)s %(currency)s once")),
        (answers.budget, gettext("%(amount)s %(currency)s a month")),
    ]
    amounts = [
        words % {"amount": number(amount), "currency": answers.currency} for amount, words in said if amount
    ]
    hours = gettext("%(hours)s hours a week") % {"hours": number(answers.hours)}
    return ", ".join([*(amounts or [answers.currency]), hours])
