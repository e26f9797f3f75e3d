"""Who writes the texts of a place, and who puts them into force."""

from __future__ import annotations

from communities.models import Membership
from communities.permissions import can_edit_legal_identity
from communities.texts.kinds import kinds


def can_edit_texts(membership: Membership) -> bool:
    """Managers and the owner write, and propose."""
    return membership.can_manage


def can_publish_text(membership: Membership, kind: str) -> bool:
    """What the law asks for is put into force by the owner, who answers for it; the rest by the managers too."""
    return can_edit_legal_identity(membership) if kinds[kind].is_law else can_edit_texts(membership)
