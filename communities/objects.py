"""Stored files as objects of a bucket that speaks S3: Django’s storage where MEDIA_STORE is set (`files.py`).

Imported nowhere but by the name of this class in STORAGES: the library costs a process 36 MB. Whoever runs the
installation has typed the endpoint, as they have the database’s: what strangers typed is fetched by `outbound.py`.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from communities.files import Readable, StoreAway

# Somebody waits for a page: seconds for the connection, and for each answer; then once more.
PATIENCE = {
    "connect_timeout": 3,
    "read_timeout": 10,
    "retries": {"mode": "standard", "total_max_attempts": 2},
}
# Of a file that is opened: what is more lies on the disk meanwhile, not in memory.
IN_MEMORY = 2 * 1024 * 1024
# Seconds for which a signed address holds. The proxy in front asks for it at once, and nobody else sees it.
SIGNED_FOR = 60
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
# One for all threads and storages: each would read the description of the service again, 12 MB of it.
_making = threading.RLock()
_session: boto3.Session | None = None


class ObjectStorage(S3Storage):  # type: ignore[misc]  # untyped
    """Files of the installation, in one bucket that nobody else can read. What fails is an OSError, as on a disk."""

    def get_default_settings(self) -> dict[str, Any]:
        """What django-storages would take from the environment is taken from MEDIA_STORE alone."""
        known: dict[str, Any] = super().get_default_settings()
        config = Config(
            s3={"addressing_style": "path"},
            signature_version="s3v4",
            # Sums that not every store knows; TLS and the signature hold what is sent.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            **PATIENCE,
        )
        ours = {
            "security_token": None,
            "session_profile": None,
            "client_config": config,
            "transfer_config": TransferConfig(use_threads=False),
            "max_memory_size": IN_MEMORY,
            "by_proxy": False,
        }
        return known | ours

    @property
    def connection(self) -> Any:
        with _making:
            return super().connection

    def _create_session(self) -> boto3.Session:
        global _session
        known = _session.get_credentials() if _session is not None else None
        if known is None or (known.access_key, known.secret_key) != (self.access_key, self.secret_key):
            _session = super()._create_session()
        return _session

    @property
    def bucket(self) -> Any:
        """One for each thread: what is shared of these is not made for it."""
        return self.connection.Bucket(self.bucket_name)

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        """Where browsers ask: our own address, behind which who may have it is asked first."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name or "").lstrip("/"))

    def address_for_proxy(self, name: str) -> str:
        """Path and query of a signed address at the endpoint, for the proxy in front and for a minute."""
        where = {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}
        signed = urlsplit(
            self.client.generate_presigned_url("get_object", Params=where, ExpiresIn=SIGNED_FOR)
        )
        return f"{signed.path}?{signed.query}"

    @contextmanager
    def opened(self, name: str) -> Iterator[tuple[Readable, int]]:
        """See `files.opened`."""
        with asking():
            answer = self.client.get_object(Bucket=self.bucket_name, Key=self._normalize_name(name))
        body = answer["Body"]
        try:
            yield _Body(body), int(answer["ContentLength"])
        finally:
            body.close()

    def names_below(self, folder: str = "") -> Iterator[str]:
        """See `files.names_below`."""
        above = self._normalize_name("")
        prefix = f"{above}{folder.strip('/')}/" if folder else above
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name, Prefix=prefix)
        with asking():
            for page in pages:
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(above)
                    if not any(part.startswith(".") or not part for part in name.split("/")):
                        yield name

    def check(self) -> None:
        """Raises StoreAway, or FileNotFoundError, where the bucket is not there for us."""
        with asking():
            self.client.head_bucket(Bucket=self.bucket_name)

    def is_open_to_all(self, name: str) -> bool:
        """Whether somebody without a key is given the file."""
        try:
            self.unsigned_connection.meta.client.head_object(
                Bucket=self.bucket_name, Key=self._normalize_name(name)
            )
        except (ClientError, BotoCoreError):
            return False
        return True

    def _open(self, name: str, mode: str = "rb") -> Any:
        with asking():
            file = super()._open(name, mode)
            # Now, while what fails is still told as ours; it is read from memory or the disk then.
            file.file  # noqa: B018
            return file

    def _save(self, name: str, content: Any) -> str:
        with asking():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with asking():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with asking():
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with asking():
            folders, files = super().listdir(path)
            return folders, files

    def size(self, name: str) -> int:
        with asking():
            return int(super().size(name))

    def get_modified_time(self, name: str) -> Any:
        with asking():
            return super().get_modified_time(name)


class _Body:
    """What comes of an object, in pieces."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, size: int = -1, /) -> bytes:
        with asking():
            return bytes(self._body.read(None if size < 0 else size))


@contextmanager
def asking() -> Iterator[None]:
    """What the library raises is told as a disk would: FileNotFoundError, no room (ENOSPC), or StoreAway."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        code = str(error.response.get("Error", {}).get("Code", status))
        if status == HTTPStatus.INSUFFICIENT_STORAGE or "QuotaExceeded" in code:
            raise OSError(errno.ENOSPC, "the store of media has no room") from error
        if status in GONE and code != "NoSuchBucket":
            raise FileNotFoundError(errno.ENOENT, "the store of media does not have it") from error
        raise StoreAway(code, str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreAway(type(error).__name__, str(error)) from error
