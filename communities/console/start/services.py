"""Beginning a draft: everything of one page, or nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files import File
from django.db import transaction

from communities.console.brand.services import Uploads, edit_look
from communities.console.services import edit_legal_identity
from communities.launch.services import invite_into_team
from communities.models import Community, Membership


@transaction.atomic
def begin_place(
    community: Community,
    *,
    by: Membership,
    identity: Mapping[str, str],
    seen: str = "",
    moderator: str = "",
    logo: File[Any] | None = None,
) -> None:
    """Set who publishes the place, invite a moderator by address and give it a logo, where they are named.

    `seen` is the digest of the identity that was on the page. Raises NotAllowed, IdentityIncomplete, ChangedMeanwhile,
    UploadRefused.
    """
    edit_legal_identity(community, by=by, identity=identity, seen=seen)
    if moderator:
        invite_into_team(moderator.lower(), by=by, role=Membership.Role.MODERATOR)
    if logo is not None:
        # Last, since a file that was stored is not taken back with the rows.
        edit_look(community, by=by, look={}, uploads=Uploads(logo=logo))
