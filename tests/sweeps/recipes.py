"""A recipe being written, one that was founded, a blueprint of a community, a part applied, the link of an owner."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from communities.console.recipe.catalogue import blueprint_named
from communities.console.recipe.emails import token_of
from communities.console.recipe.models import OwnerLink, Recipe, SavedBlueprint
from communities.console.recipe.proposing import propose
from communities.console.recipe.services import apply_parts
from communities.console.recipe.services.saving import describe
from tests.communities.console.recipe.conftest import ANSWERS, PLACE, STEPS_DONE


def make_recipes(world: Any) -> None:
    here, things = world.here, world.things
    fans = blueprint_named("fans")
    assert fans is not None
    things["recipe"] = Recipe.objects.create(
        account=world.operator, answers=ANSWERS, place=PLACE, done=STEPS_DONE, blueprint="fans"
    )
    things["recipe_with_fields"] = Recipe.objects.create(
        account=world.operator, answers=ANSWERS, place=PLACE, done=STEPS_DONE, blueprint="chapters"
    )
    things["founded"] = Recipe.objects.create(
        account=world.operator, done=STEPS_DONE, community=here.community, founded_at=timezone.now()
    )
    things["own_blueprint"] = SavedBlueprint.objects.create(
        account=world.operator,
        name="As here",
        said=describe(here.community, name="As here"),
        language=here.community.language,
        made_of=here.community,
    )
    with here.scope():
        welcome = {
            one.name: one.values
            for one in propose(fans, things["recipe"].answered(), language="en")
            if one.name == "welcome"
        }
        (things["applied"],) = apply_parts(here.community, by=here.owner, values=welcome, blueprint="fans")
        things["owner_link"] = token_of(OwnerLink.objects.create(membership=here.owner))
