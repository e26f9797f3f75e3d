"""A real S3 server (moto) as a process of its own, with a bucket in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import boto3
import pytest

from config.media_store import media_storage
from tests.ports import free_port

BUCKET = "media"


@dataclass
class ObjectStore:
    """Where it listens; a key with which everything is allowed."""

    port: int
    key: str = "trial"
    secret: str = "trial-secret"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def variables(self, *, bucket: str = BUCKET, **more: str) -> dict[str, str]:
        """What an operator sets."""
        options = "&".join(f"{name}={value}" for name, value in {"endpoint": self.endpoint, **more}.items())
        return {
            "MEDIA_STORE": f"s3://{bucket}?{options}",
            "MEDIA_STORE_KEY": self.key,
            "MEDIA_STORE_SECRET": self.secret,
        }

    def client(self, service: str = "s3") -> Any:
        return boto3.Session(self.key, self.secret, region_name="us-east-1").client(
            service, endpoint_url=self.endpoint
        )

    def names(self) -> set[str]:
        """What lies in the bucket, as the server says."""
        return {one["Key"] for one in self.client().list_objects_v2(Bucket=BUCKET).get("Contents", ())}

    def look_at_keys(self) -> None:
        """From now on a request needs a key that may do what it asks; until now any would do."""
        people = self.client("iam")
        people.create_user(UserName="parvis")
        rule = (
            '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
        )
        people.put_user_policy(UserName="parvis", PolicyName="all", PolicyDocument=rule)
        made = people.create_access_key(UserName="parvis")["AccessKey"]
        self.key, self.secret = made["AccessKeyId"], made["SecretAccessKey"]
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.request("POST", "/moto-api/reset-auth", b"0")
        assert line.getresponse().status == 200
        line.close()


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        # It keeps what is stored in memory, and tells each request.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"AWS_EC2_METADATA_DISABLED": "true"},
    )
    store = ObjectStore(port)
    try:
        _wait(store, process)
        store.client().create_bucket(Bucket=BUCKET)
        yield store
    finally:
        # What it keeps is in its memory.
        process.kill()
        process.wait(timeout=60)


def _wait(store: ObjectStore, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        line = HTTPConnection("127.0.0.1", store.port, timeout=60)
        try:
            line.request("GET", "/moto-api/data.json")
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            line.close()
    pytest.fail("no S3 server")


def store_media(settings: Any, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    """As a start with these variables would."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = settings.STORAGES | {"default": media_storage()}
