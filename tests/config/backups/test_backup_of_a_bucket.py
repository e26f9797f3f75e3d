"""Pictures in a bucket are kept and come back like those in a folder, from one to the other too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from communities.console.operator.backups import Backup
from communities.files import names_below, opened
from config.backups import making, one_community, restoring
from tests.config.backups.conftest import move_to
from tests.config.backups.test_backup import add_picture, run
from tests.conftest import Cast, make_cast
from tests.object_store import ObjectStore, object_store, store_media

pytestmark = pytest.mark.slow
# Whole ones, and one that is being written.
WHOLE = (".arrivals/a.zip", ".exports/3/b.zip")
HIDDEN = (*WHOLE, ".exports/3/c.part")


@pytest.fixture
def store(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ObjectStore]:
    settings.BACKUP_ROOT = tmp_path / "backups"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    with object_store() as running:
        store_media(settings, monkeypatch, running.variables())
        yield running


def sums() -> dict[str, bytes]:
    found = {}
    for name in names_below():
        with opened(name) as (file, _size):
            found[name] = file.read()
    return found


def test_pictures_in_a_bucket_come_back(
    store: ObjectStore, installations: Callable[[], str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = installations()
    here, elsewhere = make_cast(), make_cast()
    for cast in (here, elsewhere):
        add_picture(cast)
    logo = default_storage.save("public/brands/Ab/Ab-logo/full.webp", ContentFile(b"RIFF"))
    here.community.theme = {"logo": logo}
    here.community.save()
    default_storage.save("public/brands/Ab/Ab-logo/32.png", ContentFile(b"PNG"))
    default_storage.save(".exports/1.zip", ContentFile(b"PK"))
    before = sums()
    whole: Backup = making.back_up_all(verify=False)
    one = one_community.back_up_community(here.community)
    assert (whole.manifest.files, len(before)) == (4, 4)
    assert one.manifest.files == 3

    _check_whole(store, whole, before)
    _check_one(here, one, before, installations)
    # What was kept of a bucket comes back into a folder, beside the same database.
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    }
    move_to(name)
    monkeypatch.setattr(restoring, "load_dump", lambda *_dump, **_how: None)
    run("restore", whole.name, "--replace")
    assert sums() == before
    with pytest.raises(CommandError, match="MEDIA_STORE is not set"):
        run("fill_media_store")
    # And what lies in a folder goes into a bucket, as often as one likes.
    store_media(settings, monkeypatch, store.variables())
    for stored in list(names_below()):
        default_storage.delete(stored)
    # Exports to be fetched and arrivals to be brought in among it, and nothing of what is half done.
    root = Path(settings.MEDIA_ROOT)
    for name in HIDDEN:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"PK")
    assert "Copied 6 files" in run("fill_media_store")
    assert "Copied 0 files" in run("fill_media_store")
    assert sums() == before
    assert {name for name in store.names() if name.startswith(".")} == {*WHOLE, ".exports/1.zip"}
    # One that was still coming in is copied once more.
    (root / ".arrivals/a.zip").write_bytes(b"PK and the rest")
    assert "Copied 1 files" in run("fill_media_store")
    with default_storage.open(".arrivals/a.zip") as arrival:
        assert arrival.read() == b"PK and the rest"


def _check_whole(store: ObjectStore, whole: Backup, before: dict[str, bytes]) -> None:
    """What went comes back, what came since goes; and one that cannot be brought back changes nothing."""
    lost = next(iter(before))
    default_storage.delete(lost)
    default_storage.save("uploads/9/since/full.webp", ContentFile(b"RIFF"))
    stands = store.names()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restoring, "load_dump", _breaks_off)
        with pytest.raises(CommandError, match="breaks off"):
            call_command("restore", whole.name, "--replace")
    assert store.names() == stands
    run("restore", whole.name, "--replace")
    assert sums() == before


def _breaks_off(*_dump: Path, **_how: bool) -> None:
    raise restoring.RestoreRefused("The dump breaks off")


def _check_one(here: Cast, one: Backup, before: dict[str, bytes], installations: Callable[[], str]) -> None:
    installations()
    own = {
        name: body
        for name, body in before.items()
        if name.startswith(f"uploads/{here.community.pk}/") or "logo" in name
    }
    for name in own:
        default_storage.delete(name)
    run("restore", one.name, "--community")
    assert sums() == before
    assert len(own) == one.manifest.files
