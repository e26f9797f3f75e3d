"""Media in a bucket: what MEDIA_STORE says, what the doctor finds wrong with it, and backups of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from communities.content.exceptions import UploadRefused
from communities.content.images import delete_picture, store_picture
from communities.files import StoreAway, names_below, opened
from config.doctor import data  # noqa: F401 — its functions are the examinations
from config.doctor.examining import Level, examine
from config.health import NotReady, check_media
from config.media_store import media_storage
from tests.communities.content.test_uploads import picture
from tests.object_store import BUCKET, ObjectStore, object_store, store_media
from tests.ports import free_port

GOOD = "s3://pictures/parvis?endpoint=https://objects.example.org&region=eu-west-3"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_STORE_KEY", "key")
    monkeypatch.setenv("MEDIA_STORE_SECRET", "secret")


def test_an_address_says_bucket_folder_endpoint_and_region(
    key: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MEDIA_STORE", raising=False)
    assert media_storage() == {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    monkeypatch.setenv("MEDIA_STORE", GOOD)
    said = media_storage()["OPTIONS"]
    assert (said["bucket_name"], said["location"], said["region_name"]) == ("pictures", "parvis", "eu-west-3")
    assert (said["endpoint_url"], said["by_proxy"]) == ("https://objects.example.org", False)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://objects.example.org/pictures", "must be s3://"),
        ("s3://key:secret@pictures?endpoint=https://objects.example.org", "must be s3://"),
        ("s3://pictures", "must name its endpoint"),
        ("s3://pictures?endpoint=objects.example.org", "must name its endpoint"),
        ("s3://pictures?endpoint=https://key:secret@objects.example.org", "must name its endpoint"),
        (f"{GOOD}&regoin=eu", "not regoin"),
    ],
)
def test_a_wrong_address_names_itself(
    key: None, monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    monkeypatch.setenv("MEDIA_STORE", address)
    with pytest.raises(ImproperlyConfigured, match=f"MEDIA_STORE.*{why}"):
        media_storage()


def test_a_key_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_STORE", GOOD)
    monkeypatch.delenv("MEDIA_STORE_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORE_KEY must be set"):
        media_storage()


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    with object_store() as running:
        yield running


def doctor() -> tuple[Level, str, str]:
    (found,) = [one for one in examine(["storage"]) if one.part == "storage"]
    return found.level, found.fact, found.remedy


def test_what_is_wrong_with_a_bucket_is_found(
    store: ObjectStore, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_media(settings, monkeypatch, store.variables())
    level, fact, _remedy = doctor()
    assert (level, "is closed to others" in fact) == (Level.OK, True), fact
    check_media()
    assert store.names() == set(), "the doctor leaves nothing"

    store.client().put_bucket_acl(Bucket=BUCKET, ACL="public-read")
    level, fact, remedy = doctor()
    assert (level, "Anybody can read" in fact, "public" in remedy) == (Level.FAULT, True, True), fact
    store_media(settings, monkeypatch, store.variables(bucket="nowhere"))
    level, fact, remedy = doctor()
    assert (level, "has no bucket nowhere" in fact, "MEDIA_STORE" in remedy) == (Level.FAULT, True, True), (
        fact
    )
    with pytest.raises((NotReady, OSError)):
        check_media()

    store.look_at_keys()
    store_media(settings, monkeypatch, store.variables())
    assert doctor()[0] is Level.OK
    store_media(settings, monkeypatch, store.variables() | {"MEDIA_STORE_SECRET": "another"})
    level, fact, remedy = doctor()
    assert (level, "does not let us" in fact, "MEDIA_STORE_KEY" in remedy) == (Level.FAULT, True, True), fact
    with pytest.raises(StoreAway):
        check_media()


def test_files_are_what_they_are_on_a_disk(
    store: ObjectStore, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = store.variables()
    variables["MEDIA_STORE"] = variables["MEDIA_STORE"].replace(BUCKET, f"{BUCKET}/ours")
    store_media(settings, monkeypatch, variables)
    store.client().put_object(Bucket=BUCKET, Key="theirs/file", Body=b"of another installation")
    for name in ("uploads/1/b", "uploads/1/a/full.webp", "uploads/12/c", ".exports/1.zip"):
        assert default_storage.save(name, ContentFile(name.encode())) == name
    assert store.names() >= {"ours/uploads/1/b", "ours/.exports/1.zip"}
    assert list(names_below()) == ["uploads/1/a/full.webp", "uploads/1/b", "uploads/12/c"]
    assert list(names_below("uploads/1")) == ["uploads/1/a/full.webp", "uploads/1/b"]
    with opened("uploads/1/b") as (file, size):
        assert (file.read(3), size, file.read()) == (b"upl", 11, b"oads/1/b")
    assert default_storage.url("public/a b.webp") == "/media/public/a%20b.webp"
    default_storage.delete("uploads/1/b")
    default_storage.delete("uploads/1/b")
    assert not default_storage.exists("uploads/1/b")
    with pytest.raises(FileNotFoundError):
        default_storage.open("uploads/1/b")
    with pytest.raises(FileNotFoundError), opened("uploads/1/b"):
        pass


def test_a_store_that_does_not_answer_is_told_in_words(
    db: None,
    client: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store_media(settings, monkeypatch, ObjectStore(free_port()).variables())
    assert doctor()[:2] == (Level.FAULT, f"The store at {default_storage.endpoint_url} does not answer"
                            " (EndpointConnectionError)")  # fmt: skip
    with pytest.raises(UploadRefused, match="cannot be stored at the moment"):
        store_picture(picture(), folder="uploads")
    # Of somebody who has just deleted it, whose act is done: the file stays, and the log says so.
    delete_picture(["uploads/1/a/full.webp", "uploads/1/a/480.webp"])
    assert "stored files stay" in caplog.text
    answer = client.get("/media/public/portraits/Ab/Abcd/96.webp")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
