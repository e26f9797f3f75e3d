"""Looking at the bucket in which media lie."""

from __future__ import annotations

import secrets
from typing import Any, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from communities.files import StoreAway, opened
from config.doctor.examining import Found, fault, ok

# What stores say of each thing that an operator can mend, by the name that they have for it.
NO_BUCKET = ("NoSuchBucket",)
NO_KEY = (
    "AccessDenied",
    "AllAccessDisabled",
    "AuthorizationHeaderMalformed",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "403",
)


def store_keeps() -> Found:
    """A file is written, read, refused to somebody without a key, and deleted."""
    store = cast("Any", default_storage)
    bucket, endpoint = store.bucket_name, store.endpoint_url
    name, content = f".doctor-{secrets.token_hex(4)}", secrets.token_bytes(4096)
    try:
        store.save(name, ContentFile(content))
        try:
            with opened(name) as (file, _size):
                kept = file.read()
            is_open = store.is_open_to_all(name)
        finally:
            store.delete(name)
    except StoreAway as away:
        return _away(away, bucket, endpoint)
    except OSError as error:
        return fault(
            f"The bucket {bucket} takes nothing: {error.strerror}", "Make room there, or raise its quota."
        )
    if kept != content:
        return fault(
            f"The bucket {bucket} gives back something else than was written",
            "Check that store before anything else.",
        )
    if is_open:
        return fault(
            f"Anybody can read the bucket {bucket}: drafts, exports and papers of members among its files",
            "Take its public access away. Parvis gives the files out itself, to those who may have them.",
        )
    return ok(f"The bucket {bucket} at {endpoint} was written and read, and is closed to others")


def _away(away: StoreAway, bucket: str, endpoint: str) -> Found:
    if away.code in NO_BUCKET:
        return fault(
            f"{endpoint} has no bucket {bucket}", "Make it there, or name another one in MEDIA_STORE."
        )
    if away.code in NO_KEY:
        return fault(
            f"{endpoint} does not let us use the bucket {bucket} ({away.code})",
            "Set MEDIA_STORE_KEY and MEDIA_STORE_SECRET to a key that may list, read, write and delete there.",
        )
    return fault(
        f"The store at {endpoint} does not answer ({away.code})",
        "Start it, and see that this machine reaches the endpoint that MEDIA_STORE names.",
    )
