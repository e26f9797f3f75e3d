"""A community in which every table that travels has a row, and its export."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.archive.going.numbering import portable_tables
from communities.archive.going.working import work_on
from communities.archive.models import Export
from communities.archive.services import ask_export
from communities.content.models import Space
from communities.content.queries import recount_community
from communities.content.services.uploading import upload_any, upload_file
from communities.models import Community, Membership
from communities.promotions.models import Banner
from communities.scoping import CommunityOwned, community_scope
from tests.conftest import Cast
from tests.factories import make_space, make_thread
from tests.sweeps.belongings import make_row
from tests.sweeps.world import World, a_picture, make_world

# What checks of a table ask for beyond its columns, where none of these rows is there yet.
WANTED: dict[str, dict[str, Any]] = {
    "roi.Delivery": {"sealed_rows": ""},
    "roi.ImportRun": {"state": "loaded"},
    "transfer.ImportedItem": {"kind": "space", "object_id": lambda: str(Space.objects.latest("pk").pk)},
}


def fill(world: World) -> None:
    """A row in every table that travels and is still empty, in the scope of the community."""
    for table in portable_tables():
        model: Any = table.model
        if issubclass(model, CommunityOwned) and not model.objects.filter(**table.among).exists():
            make_row(model, **WANTED.get(model._meta.label, {}))
    recount_community(world.here.community.pk)


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    with made.here.scope():
        # Two spaces that stand in another one; one of them is older than that.
        inner, upper = make_space(name="Older inner"), make_space(name="Upper")
        make_space(name="Inner", parent=upper)
        inner.parent = upper
        inner.save()
        fill(made)
    return made


def exported(community: Community, by: Membership) -> Path:
    """The whole way of an export, as the worker goes it; the file."""
    with community_scope(community):
        export = ask_export(by=by)
    while not work_on(community, export.pk):
        pass
    with community_scope(community):
        ready = Export.objects.get(pk=export.pk)
    assert ready.state == Export.State.READY
    return Path(settings.MEDIA_ROOT) / ready.path


def tables_of(archive: Path) -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(archive) as opened:
        return {
            name.removeprefix("data/").removesuffix(".jsonl"): [
                json.loads(line) for line in opened.read(name).splitlines()
            ]
            for name in opened.namelist()
            if name.startswith("data/")
        }


@pytest.fixture
def archive(world: World, tmp_path: Path) -> Path:
    path = exported(world.here.community, world.here.owner)
    kept = tmp_path / "kept.zip"
    kept.write_bytes(path.read_bytes())
    return kept


Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def kept() -> dict[str, bytes]:
    """The small export, made by the first test of a module that asks for it."""
    return {}


@pytest.fixture
def small(here: Cast, kept: dict[str, bytes], tmp_path: Path) -> Path:
    """The export of a small community: a thread with a picture and a file, and a banner."""
    if "small" not in kept:
        with here.scope():
            picture = upload_file(a_picture(), by=here.member, alt="A jib")
            plan = upload_any(SimpleUploadedFile("plan.pdf", b"%PDF-1.7 of a jib"), by=here.member)
            shown = f'<p>A jib: <img src="/~/media/{picture.pk}/full"></p>'
            led_to = f'<p><a href="/~/media/{plan.pk}/file">plan.pdf</a></p>'
            make_thread(here.forum, by=here.member, body=shown + led_to)
            Banner.objects.create(text="Ropes", button="Go", target="/forums/", placement="home")
        kept["small"] = exported(here.community, here.owner).read_bytes()
        shutil.rmtree(Path(settings.MEDIA_ROOT))
    path = tmp_path / "small.zip"
    path.write_bytes(kept["small"])
    return path


@pytest.fixture
def altered(small: Path, tmp_path: Path) -> Callable[[Change], Path]:
    """The small export with something changed in it."""

    def alter(change: Change) -> Path:
        with zipfile.ZipFile(small) as opened:
            files = {name: opened.read(name) for name in opened.namelist()}
        change(files)
        path = tmp_path / "altered.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for name, said in files.items():
                out.writestr(name, said)
        return path

    return alter
