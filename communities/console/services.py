"""What a team changes about its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from communities.console.exceptions import IdentityIncomplete
from communities.exceptions import ChangedMeanwhile, NotAllowed
from communities.journal.services import record
from communities.launch.services import missing_identity
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.permissions import can_edit_legal_identity
from communities.queries import locked_community

IDENTITY_CHANGED = "legal_identity_changed"


def digest_of(legal: Mapping[str, Any]) -> str:
    """A short name for what a legal identity says, to know it again."""
    said = json.dumps(dict(legal), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


@transaction.atomic
def edit_legal_identity(
    community: Community, *, by: Membership, identity: Mapping[str, str], seen: str = ""
) -> Community:
    """Set who publishes the community; legal pages, footer and mails show it within a second.

    `seen` is the digest of what was on the page. Raises NotAllowed, IdentityIncomplete without what the law asks for
    at least, ChangedMeanwhile where somebody else saved meanwhile.
    """
    if not can_edit_legal_identity(by):
        raise NotAllowed
    fresh = locked_community(community)
    if seen and seen != digest_of(fresh.legal):
        raise ChangedMeanwhile
    before, legal = fresh.legal, {**fresh.legal, **identity}
    if missing_identity(legal):
        raise IdentityIncomplete
    fresh.legal = {name: value for name, value in legal.items() if value}
    record(by, IDENTITY_CHANGED, before=before, after=fresh.legal)
    fresh.save(update_fields=["legal", "updated_at"])
    transaction.on_commit(forget_all)
    return fresh
