"""A further recipe for a community that exists: only what it does not have yet is offered."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from communities.console.recipe.answers import Answers
from communities.console.recipe.catalogue import blueprints
from communities.console.recipe.exceptions import BlueprintError
from communities.console.recipe.models import AppliedPart
from communities.console.recipe.parts import Wish, parts
from communities.console.recipe.proposing import Proposed, own_blueprint, propose
from communities.console.recipe.queries import applied_parts, own_blueprints
from communities.console.recipe.schema import Blueprint, in_language
from communities.languages import plain_language
from communities.models import Community, Membership


@dataclass(frozen=True)
class Shape:
    """One entry of the list: its address, and what it is called in the language of the page."""

    key: str
    label: str
    words: str
    blueprint: Blueprint


def shapes_for(reader: Membership) -> list[Shape]:
    """Those of the software, then the reader’s own."""
    language = plain_language()
    known = [(one.name, one) for one in blueprints()]
    if reader.member is not None:
        for saved in own_blueprints(reader.member):
            # One that names what the software has no more is not offered.
            with suppress(BlueprintError):
                known.append((f"own-{saved.pk}", own_blueprint(saved)))
    return [
        Shape(key, in_language(one.label, language), in_language(one.words, language), one)
        for key, one in known
    ]


def applied_here(community: Community) -> list[tuple[AppliedPart, Proposed | None]]:
    """What was applied, the latest first, each with what shows it; None for a part that no code knows any more."""
    wish = Wish(Blueprint("", {}, {}, {}), Answers(currency=community.currency), community.language)
    return [
        (row, Proposed(part, row.values, wish) if (part := parts.get(row.part)) is not None else None)
        for row in applied_parts()
    ]


def further_parts(community: Community, reader: Membership, shape: Shape) -> list[Proposed]:
    """The parts that would add something here and that the reader may apply, each with what is missing."""
    answers = Answers(currency=community.currency)
    found = []
    spoken = community.all_languages
    for one in propose(shape.blueprint, answers, language=community.language, languages=spoken):
        if not one.part.may(reader):
            continue
        missing = one.part.missing(community, one.values)
        if missing:
            found.append(Proposed(one.part, missing, one.wish))
    return found
