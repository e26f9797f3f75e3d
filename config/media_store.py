"""Where uploaded files lie, read from the environment: a folder, or a bucket that speaks S3."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.environment import env_text

OPTIONS = ("endpoint", "proxy", "region")
FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def media_storage() -> dict[str, Any]:
    """Django’s default storage: MEDIA_ROOT, or what `s3://bucket/folder?endpoint=https://…&region=…&proxy=1` says.

    Raises ImproperlyConfigured for an address that says something else, and for one without a key.
    """
    address = env_text("MEDIA_STORE")
    if not address:
        return FOLDER
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.hostname or parts.netloc != parts.hostname:
        raise ImproperlyConfigured(
            "MEDIA_STORE must be s3://bucket?endpoint=https://…, with the key beside it"
        )
    if wrong := sorted(set(options) - set(OPTIONS)):
        raise ImproperlyConfigured(f"MEDIA_STORE knows {', '.join(OPTIONS)}, not {wrong[0]}")
    endpoint = urlsplit(options.get("endpoint", ""))
    # A key in front of its name would be told with it, by the doctor and in the log.
    is_bare = endpoint.hostname and "@" not in endpoint.netloc and not endpoint.path.strip("/")
    if endpoint.scheme not in ("http", "https") or not is_bare:
        raise ImproperlyConfigured(
            "MEDIA_STORE must name its endpoint: &endpoint=https://objects.example.org"
        )
    return {
        "BACKEND": "communities.objects.ObjectStorage",
        "OPTIONS": {
            "bucket_name": parts.hostname,
            "location": parts.path.strip("/"),
            "endpoint_url": f"{endpoint.scheme}://{endpoint.netloc}",
            "region_name": options.get("region", "us-east-1"),
            "access_key": _needed("MEDIA_STORE_KEY", env_text("MEDIA_STORE_KEY")),
            "secret_key": _needed("MEDIA_STORE_SECRET", env_text("MEDIA_STORE_SECRET")),
            "by_proxy": options.get("proxy", "0") == "1",
        },
    }


def _needed(name: str, value: str) -> str:
    if not value:
        raise ImproperlyConfigured(f"{name} must be set when MEDIA_STORE is")
    return value
