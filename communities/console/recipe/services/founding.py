"""From a recipe to a draft: the community, its owner, what was proposed, and the one mail to the owner."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from communities.console.founding import create_community, owner_for
from communities.console.recipe.answers import Answers
from communities.console.recipe.exceptions import NotAnswered
from communities.console.recipe.models import Recipe
from communities.console.recipe.proposing import Proposed, blueprint_of, proposal_of, propose
from communities.console.recipe.schema import Blueprint
from communities.console.recipe.services.applying import apply_parts
from communities.console.recipe.services.owner_links import send_owner_link
from communities.console.recipe.services.recipes import PLACE, locked
from communities.journal.services import done_by_platform
from communities.mails import speaking
from communities.models import Community, Membership
from communities.scoping import community_scope
from members.models import Member

# What only the mail to the owner needs: afterwards it is the account’s and the membership’s to know.
OF_THE_OWNER = ("owner_email", "owner_name")


@transaction.atomic
def found_by_recipe(recipe: Recipe, *, by: Member, parts: Collection[str] | None = None) -> Community:
    """Make the draft that a recipe describes, with these parts of it (all, where none are named).

    The owner is the person named in it, who gets a mail, or whoever founds. Raises NotAllowed, AlreadyFounded,
    NotAnswered, AddressTaken, OperatorStaysOut, and what a part refuses; nothing is made then.
    """
    fresh = locked(recipe, by)
    if PLACE not in fresh.done:
        raise NotAnswered
    with translation.override(fresh.language):
        proposal = [one for one in proposal_of(fresh) if parts is None or one.name in parts]
    email = str(fresh.place.get("owner_email") or "")
    community = _found(
        fresh.place,
        owner=owner_for(email) if email else by,
        currency=fresh.answered().currency,
        proposal=proposal,
        blueprint=blueprint_of(fresh),
        by=by,
        # With a host of its own the community knows nothing of the session here.
        signed_in=not email and not settings.COMMUNITY_SUBDOMAINS,
    )
    fresh.community, fresh.founded_at = community, timezone.now()
    fresh.place = {name: value for name, value in fresh.place.items() if name not in OF_THE_OWNER}
    fresh.save()
    return community


@transaction.atomic
def found_community(*, owner: Member, blueprint: Blueprint, currency: str, **place: Any) -> Community:
    """Make a draft of a blueprint as it stands, for scripts; `place` is what `create_community` takes.

    Raises AddressTaken, OperatorStaysOut.
    """
    language = str(place.get("language") or "en")
    with translation.override(language):
        proposal = propose(blueprint, Answers(currency=currency), language=language)
    return _found(place, owner=owner, currency=currency, proposal=proposal, blueprint=blueprint)


def _found(
    place: Mapping[str, Any],
    *,
    owner: Member,
    currency: str,
    proposal: list[Proposed],
    blueprint: Blueprint,
    by: Member | None = None,
    signed_in: bool = False,
) -> Community:
    """`by` founds it, or a script of the platform does. The journal names the owner only where the owner did it."""
    fields = {name: value for name, value in place.items() if name != "owner_email"}
    community = create_community(owner=owner, currency=currency, **fields)
    # Founding happens on the platform’s pages; its first texts get addresses of the community’s.
    with community_scope(community), speaking(community, community.language):
        membership = Membership.objects.select_related("member").get(role=Membership.Role.OWNER)
        membership.community = community
        values = {one.name: one.values for one in proposal}
        with nullcontext() if by == owner else done_by_platform():
            apply_parts(community, by=membership, values=values, blueprint=blueprint.name)
        # Whoever founds for themselves is signed in already.
        if not signed_in:
            send_owner_link(community, membership, prepared_by=by if by != owner else None)
    return community
