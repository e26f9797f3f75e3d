"""A community as a blueprint: its structure, in its own words, and nobody in it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from communities.console.recipe.exceptions import BlueprintError, CannotKeep, TooMany
from communities.console.recipe.models import Recipe, SavedBlueprint, kept
from communities.console.recipe.parts import parts
from communities.console.recipe.permissions import can_save_blueprint
from communities.console.recipe.proposing import own_blueprint
from communities.console.recipe.services.recipes import MOST
from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from communities.scoping import community_scope
from members.models import Member


@transaction.atomic
def save_as_blueprint(community: Community, *, by: Membership, name: str) -> SavedBlueprint:
    """Keep what this community is made of, for the account; one of the same name is replaced.

    Raises NotAllowed, TooMany, CannotKeep.
    """
    if not can_save_blueprint(by) or by.member is None:
        raise NotAllowed
    return _save(community, account=by.member, name=name)


@transaction.atomic
def clone_community(community: Community, *, by: Member) -> Recipe:
    """Begin a recipe for a community of the same structure: only name, address and owner are still to be said.

    For the operator, and for an owner of the community. Raises NotAllowed, TooMany, CannotKeep.
    """
    with community_scope(community):
        own = Membership.objects.active().filter(member=by).first()
        if not by.is_operator and (own is None or not can_save_blueprint(own)):
            raise NotAllowed
    saved = _save(community, account=by, name=community.name)
    place = {
        "language": community.language,
        "languages": community.all_languages,
        "time_zone": community.time_zone,
    }
    return Recipe.objects.create(
        account=by, saved_blueprint=saved, answers={"currency": community.currency}, place=place, done=[]
    )


def _save(community: Community, *, account: Member, name: str) -> SavedBlueprint:
    said = describe(community, name=name)
    kept_before = SavedBlueprint.objects.filter(account=account)
    if not kept_before.filter(name=name[:60]).exists() and kept_before.count() >= MOST:
        raise TooMany
    saved, _is_new = SavedBlueprint.objects.update_or_create(
        account=account,
        name=name[:60],
        defaults={"said": said, "language": community.language, "made_of": community},
    )
    try:
        own_blueprint(saved)  # what is kept can be read again, or is not kept
    except BlueprintError as error:
        raise CannotKeep from error
    return saved


def describe(community: Community, *, name: str) -> dict[str, Any]:
    """The community in the words of a blueprint; parts that it does not have are left out."""
    language = community.language
    with community_scope(community):
        found = {part.name: part.describe(community) for part in parts}
    texts = {"label": {language: name[:60]}, "words": {language: (community.tagline or name)[:200]}}
    said: dict[str, Any] = kept({"name": "own", **texts, **{part: one for part, one in found.items() if one}})
    return said
