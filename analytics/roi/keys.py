"""One-way keys: how a person is recognised without being stored."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from members.addresses import fold_address


def email_key(community_id: int, email: str) -> str:
    """The same address gives the same key in one community only, and cannot be read back."""
    return keyed(community_id, "email", fold_address(email))


def keyed(community_id: int, what: str, text: str) -> str:
    secret = f"roi-{what}-{community_id}-{settings.SECRET_KEY}".encode()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
