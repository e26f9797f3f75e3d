"""The blueprints that come with the software, and which of them fits best."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from communities.console.recipe.answers import Answers
from communities.console.recipe.exceptions import BlueprintError
from communities.console.recipe.schema import DATA, At, Blueprint, read_blueprint

FOLDER = DATA / "blueprints"
# How much an answer says about the shape: what people come for decides more than what the brand is.
WEIGHTS = {"brands": 2, "audiences": 3, "aims": 2, "motives": 2}


@lru_cache(maxsize=1)
def blueprints() -> tuple[Blueprint, ...]:
    """All of them, in the order of their files. Raises BlueprintError for one that is not as it should be."""
    found = tuple(read_file(path, order) for order, path in enumerate(sorted(FOLDER.glob("*.yaml"))))
    if len({one.name for one in found}) < len(found):
        raise BlueprintError("two blueprints have one name")
    return found


def read_file(path: Path, order: int = 0) -> Blueprint:
    """Raises BlueprintError with the file’s name, the place in it and what is wrong there."""
    at = At(path.name, tuple(code for code, _name in settings.LANGUAGES))
    try:
        said: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise at.refuse(f"is no YAML: {error}") from error
    return read_blueprint(said, at, order=order)


def blueprint_named(name: str) -> Blueprint | None:
    return next((one for one in blueprints() if one.name == name), None)


def best_for(answers: Answers) -> Blueprint:
    """The shape that most of the answers speak for; among equals the earlier one."""
    return max(blueprints(), key=lambda one: (_score(one, answers), -one.order))


def _score(blueprint: Blueprint, answers: Answers) -> float:
    given = {
        "brands": (answers.brand,),
        "audiences": (answers.audience,),
        "aims": answers.aims,
        "motives": answers.motives,
    }
    score = 0.0
    for question, weight in WEIGHTS.items():
        fitting = blueprint.fits.get(question, ())
        hits = sum(value in fitting for value in given[question])
        # A shape that fits everything says little: what it names is shared among the names.
        score += weight * hits / (len(fitting) or 1) ** 0.5
    return score
