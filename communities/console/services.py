"""What a team changes about its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.files.base import File
from django.db import transaction

from communities.console.exceptions import IdentityChanged, IdentityIncomplete, ThemeRefused
from communities.content.images import delete_stored_picture, store_picture
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.launch.services import missing_identity
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.permissions import can_edit_brand, can_edit_legal_identity
from communities.theming import check_theme, read_theme

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
    at least, IdentityChanged where somebody else saved meanwhile.
    """
    if not can_edit_legal_identity(by):
        raise NotAllowed
    fresh = Community.objects.select_for_update().get(pk=community.pk)
    if seen and seen != digest_of(fresh.legal):
        raise IdentityChanged
    before, legal = fresh.legal, {**fresh.legal, **identity}
    if missing_identity(legal):
        raise IdentityIncomplete
    fresh.legal = {name: value for name, value in legal.items() if value}
    record(by, IDENTITY_CHANGED, before=before, after=fresh.legal)
    fresh.save(update_fields=["legal", "updated_at"])
    transaction.on_commit(forget_all)
    return fresh


@transaction.atomic
def edit_brand(
    community: Community,
    *,
    by: Membership,
    theme: Mapping[str, Any],
    name: str,
    tagline: str = "",
    sender_name: str = "",
    logo: File[Any] | None = None,
    remove_logo: bool = False,
) -> Community:
    """Change how the community looks and what it is called; everybody sees it within a second.

    Raises NotAllowed, ThemeRefused for a theme that cannot be read, UploadRefused for a
    logo that is no picture.
    """
    if not can_edit_brand(by):
        raise NotAllowed
    if problems := check_theme(theme):
        raise ThemeRefused(problems[0])
    # The row at hand may be shared by other requests of this process: it changes only once all is well.
    fresh = Community.objects.select_for_update().get(pk=community.pk)
    former = fresh.logo
    fresh.theme = read_theme(theme).as_json()
    fresh.name, fresh.tagline, fresh.sender_name = name, tagline, sender_name
    if logo is not None:
        fresh.logo = store_picture(logo, folder="public/brands").path
    elif remove_logo:
        fresh.logo = ""
    fresh.save(update_fields=["theme", "name", "tagline", "sender_name", "logo", "updated_at"])
    transaction.on_commit(forget_all)
    if former and former != fresh.logo:
        # Only once no page can name it any more; an undone change keeps its logo.
        transaction.on_commit(partial(delete_stored_picture, former))
    return fresh
