"""What a team changes about its place."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from communities.console.exceptions import IdentityIncomplete
from communities.exceptions import NotAllowed
from communities.launch.services import missing_identity
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.permissions import can_edit_legal_identity


@transaction.atomic
def edit_legal_identity(community: Community, *, by: Membership, identity: Mapping[str, str]) -> Community:
    """Set who publishes the community; legal pages, footer and mails show it within a second.

    Raises NotAllowed, IdentityIncomplete without what the law asks for at least.
    """
    if not can_edit_legal_identity(by):
        raise NotAllowed
    fresh = Community.objects.select_for_update().get(pk=community.pk)
    legal = {**fresh.legal, **identity}
    if missing_identity(legal):
        raise IdentityIncomplete
    fresh.legal = {name: value for name, value in legal.items() if value}
    fresh.save(update_fields=["legal", "updated_at"])
    transaction.on_commit(forget_all)
    return fresh
