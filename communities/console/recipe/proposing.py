"""From answers and blueprint to a proposal: what each part would be, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from communities.console.recipe.answers import Answers
from communities.console.recipe.catalogue import best_for, blueprint_named
from communities.console.recipe.exceptions import BlueprintError
from communities.console.recipe.models import Recipe, SavedBlueprint
from communities.console.recipe.parts import Part, Wish, parts
from communities.console.recipe.schema import At, Blueprint, read_blueprint
from communities.templatetags.parvis import number

# People whom an hour of the team’s a week looks after; measured in none of the places we know, so it only warns.
CARRIED_BY_AN_HOUR = 25
MODULES = "modules"


@dataclass(frozen=True)
class Proposed:
    """One part with its values, ready to be shown, edited or applied."""

    part: Part
    values: Any
    wish: Wish
    edited: bool = False

    @property
    def name(self) -> str:
        return self.part.name

    @property
    def template(self) -> str:
        return self.part.template

    @property
    def short(self) -> str:
        return self.part.short(self.values, self.wish)

    @property
    def shown(self) -> dict[str, Any]:
        return self.part.shown(self.values, self.wish)


def propose(
    blueprint: Blueprint,
    answers: Answers,
    *,
    language: str,
    languages: Sequence[str] = (),
    edited: Mapping[str, Any] | None = None,
) -> list[Proposed]:
    """All parts in their order; what was edited stays as it was edited. Parts without values are left out."""
    edited = edited or {}
    wish = Wish(blueprint, answers, language)
    chosen = edited.get(MODULES) or parts[MODULES].propose(wish)
    wish = Wish(blueprint, answers, language, frozenset(chosen["features"]), tuple(languages))
    found = [
        Proposed(
            part, edited[part.name] if part.name in edited else part.propose(wish), wish, part.name in edited
        )
        for part in parts
    ]
    return [one for one in found if one.values or one.edited]


def blueprint_of(recipe: Recipe) -> Blueprint:
    """The one that was chosen, else the one that the answers speak for."""
    if recipe.saved_blueprint is not None:
        # One that names what the software has no more gives way to those of the software.
        with suppress(BlueprintError):
            return own_blueprint(recipe.saved_blueprint)
    return blueprint_named(recipe.blueprint) or best_for(recipe.answered())


def own_blueprint(saved: SavedBlueprint) -> Blueprint:
    """A community’s own, read as strictly as those of the software. Raises BlueprintError."""
    return read_blueprint(saved.said, At(f"blueprint {saved.pk}", (saved.language,)), whole=False)


def proposal_of(recipe: Recipe) -> list[Proposed]:
    return propose(
        blueprint_of(recipe),
        recipe.answered(),
        language=recipe.language,
        languages=recipe.place.get("languages") or (),
        edited=recipe.edited,
    )


def doubts(proposal: list[Proposed], answers: Answers) -> list[str]:
    """What does not fit together, in sentences."""
    found = []
    carried = answers.hours * CARRIED_BY_AN_HOUR
    goals = [
        stage["criteria"].get("members_active", 0)
        for one in proposal
        if one.name == "plan"
        for stage in one.values
    ]
    if goals and max(goals) > carried:
        found.append(
            gettext(
                "%(hours)s hours a week carry about %(carried)s active people; the plan waits for %(goal)s. "
                "Plan more hours, find ambassadors early, or lower the threshold."
            )
            % {"hours": number(answers.hours), "carried": number(carried), "goal": number(int(max(goals)))}
        )
    return found
