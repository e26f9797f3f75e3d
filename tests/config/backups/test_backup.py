"""Back up, wipe, restore: counts and check sums are equal, of tables and of pictures."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, connections
from PIL import Image

from communities.console.operator.backups import Backup, TableSum, kept_backups
from communities.content.models import Thread
from communities.content.services.uploading import upload_file
from communities.files import names_below
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.backups import making, one_community, programs, restoring, sums
from config.backups.pictures import swap_pictures
from members.models import Member
from tests.config.backups.conftest import move_to
from tests.conftest import Cast, make_cast
from tests.factories import make_person, make_thread
from tests.sweeps.world import World, make_world

pytestmark = pytest.mark.slow
Installations = Callable[[], str]


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_ROOT = tmp_path / "backups"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()


@pytest.fixture
def world(installations: Installations) -> World:
    """An installation with something in as many tables as there are, and with pictures."""
    installations()
    world = make_world()
    add_picture(world.here)
    add_picture(world.elsewhere)
    return world


def add_picture(cast: Cast) -> None:
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    with cast.scope():
        upload_file(SimpleUploadedFile("sail.png", out.getvalue()), by=cast.owner)


def tables() -> dict[str, TableSum]:
    with programs.as_owner() as cursor:
        return sums.sums_of_all(cursor)


def pictures(root: Path) -> dict[str, str]:
    return {name: sums.sum_of_file(root / name) for name in names_below()}


def wipe(root: Path) -> None:
    """What a lost disk leaves: no table, no picture."""
    connections.close_all()
    with programs.as_owner() as cursor:
        cursor.execute(restoring.WIPE)
    shutil.rmtree(root)
    root.mkdir()


def run(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue()


def test_back_up_wipe_restore(world: World, settings: Any) -> None:
    before, files = tables(), pictures(settings.MEDIA_ROOT)
    assert sum(one.rows for one in before.values()) > 400
    assert len(files) >= 2
    told = run("backup")
    assert "restored and counted" in told
    (backup,) = kept_backups()
    assert backup.manifest.tables == before
    assert (backup.manifest.rows, backup.manifest.files) == (sum(t.rows for t in before.values()), len(files))

    wipe(settings.MEDIA_ROOT)
    assert "all counted and summed" in run("restore", backup.name)
    assert tables() == before
    assert pictures(settings.MEDIA_ROOT) == files

    # The web role is bound as before: nothing without a scope, everything of one’s own within.
    here = world.here.community
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from content_thread")
        assert cursor.fetchone() == (0,)
    with community_scope(here):
        assert Thread.objects.filter(pk=world.thread.pk).exists()
        make_thread(world.here.forum, by=world.here.owner)


def test_what_stands_is_not_lost_unasked(world: World, settings: Any) -> None:
    backup = making.back_up_all(verify=False)
    before = tables()
    with pytest.raises(CommandError, match="2 communities stand here"):
        call_command("restore", backup.name)
    assert tables() == before
    make_cast()
    run("restore", backup.name, "--replace")
    assert tables() == before


def test_a_damaged_backup_is_refused_before_anything_changes(world: World, settings: Any) -> None:
    backup = making.back_up_all(verify=False)
    before = tables()
    with (backup.folder / "media.tar").open("r+b") as file:
        file.seek(600)
        file.write(b"damage")
    with pytest.raises(CommandError, match="has changed since the backup was made"):
        call_command("restore", backup.name, "--replace")
    assert tables() == before


def test_a_dump_that_breaks_off_changes_nothing(world: World, settings: Any) -> None:
    backup = making.back_up_all(verify=False)
    before, files = tables(), pictures(settings.MEDIA_ROOT)
    dump = backup.folder / "database.dump"
    whole = dump.read_bytes()
    dump.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(programs.ProgramFailed):
        restoring.load_dump(dump, wiping=True)
    assert tables() == before
    assert pictures(settings.MEDIA_ROOT) == files


def test_a_backup_that_cannot_be_verified_is_not_kept(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "load_dump", lambda *_a, **_o: None)
    with pytest.raises(CommandError, match="missing"):
        call_command("backup", verbosity=0)
    assert list(Path(settings.BACKUP_ROOT).iterdir()) == []


def test_only_the_latest_are_kept(installations: Installations, settings: Any) -> None:
    installations()
    first = making.back_up_all(verify=False)
    # They are named by the second; this one was made a day before.
    aside = first.folder.with_name("parvis-20260101-000000")
    first.folder.rename(aside)
    manifest = aside / "manifest.json"
    manifest.write_text(manifest.read_text().replace(first.manifest.made_at, "2026-01-01T00:00:00+00:00"))
    assert "Deleted parvis-20260101-000000" in run("backup", "--no-verify", "--keep", "1")
    assert [one.name for one in kept_backups()] != [aside.name]
    assert len(kept_backups()) == 1


# One community


def test_one_community_comes_back_into_an_empty_installation(
    world: World, installations: Installations, settings: Any
) -> None:
    here = world.here.community
    files = {
        name
        for name in pictures(settings.MEDIA_ROOT)
        if not name.startswith(f"uploads/{world.elsewhere.community.pk}/")
    }
    run("backup", "--community", here.slug)
    (backup,) = kept_backups()
    assert backup.manifest.community == here.name
    assert sum(1 for table in backup.manifest.tables.values() if table.rows) > 30
    installations()
    shutil.rmtree(settings.MEDIA_ROOT)
    settings.MEDIA_ROOT.mkdir()
    told = run("restore", backup.name, "--community")
    assert f"Restored {here.name}" in told
    assert [one.slug for one in Community.objects.all()] == [here.slug]
    with programs.as_owner() as cursor:
        found = {
            part.table: sums.sum_of(cursor, part.rows, part.columns)
            for part in one_community.parts_of(cursor, here.pk)
        }
    accounts = {one_community.ADDRESSES}  # they get numbers of their own
    assert {t: s for t, s in found.items() if t not in accounts} == {
        t: s for t, s in backup.manifest.tables.items() if t not in accounts
    }
    assert set(pictures(settings.MEDIA_ROOT)) <= files
    assert any(name.startswith(f"uploads/{here.pk}/") for name in pictures(settings.MEDIA_ROOT))
    # And it goes on: the next rows get free numbers, people sign in, pages are drawn.
    with world.here.scope():
        make_thread(world.here.forum, by=world.here.owner, title="After the restore")
    page = world.here.sign_in(world.here.member).get(world.here.url("/forums/"))
    assert page.status_code == 200


def test_where_it_stands_it_is_refused(world: World) -> None:
    backup = one_community.back_up_community(world.here.community)
    before = tables()
    with pytest.raises(CommandError, match="stands here"):
        call_command("restore", backup.name, "--community")
    assert tables() == before


def test_numbers_that_belong_to_others_are_never_mixed(world: World, installations: Installations) -> None:
    backup = one_community.back_up_community(world.here.community)
    installations()
    other = make_cast()
    with other.scope():
        make_thread(other.forum, by=other.owner)
    Community.objects.filter(pk=other.community.pk).update(slug="somebody-else")
    before = tables()
    with pytest.raises(CommandError, match=r"stands here|belong to another community"):
        call_command("restore", backup.name, "--community")
    assert tables() == before


def test_accounts_that_are_here_stay_as_they_are_and_nobody_becomes_an_operator(
    world: World, installations: Installations
) -> None:
    owner = world.here.owner.member
    Member.objects.filter(pk=world.here.manager.member_id).update(is_operator=True)
    backup = one_community.back_up_community(world.here.community)
    installations()
    make_person()
    known = make_person(email=owner.email, password="another password")
    run("restore", backup.name, "--community")
    with world.here.scope():
        back = Membership.objects.get(pk=world.here.owner.pk)
        assert back.member_id == known.pk
        assert Membership.objects.get(pk=world.here.member.pk).member.email == world.here.member.member.email
    assert Member.objects.get(pk=known.pk).check_password("another password")
    assert not Member.objects.filter(is_operator=True).exists()


def test_every_table_is_somebodys(installations: Installations) -> None:
    """A table is a community’s, by its column, or one of these: a new one must be decided upon."""
    installations()
    platform = {
        "account_emailaddress", "account_emailconfirmation", "auth_group", "auth_group_permissions",
        "auth_permission", "capture_position", "communities_community", "django_content_type",
        "django_migrations", "django_session", "engagement_position", "members_failingaddress",
        "recipe_savedblueprint", "members_member", "members_member_groups", "members_jobround", "members_owedjob",
        "members_leftfile", "notifications_pushkey",
        "members_setaside", "members_member_user_permissions", "taggit_tag", "taggit_taggeditem",
    }  # fmt: skip
    with programs.as_owner() as cursor:
        cursor.execute(one_community.OWNED)
        owned = {name for (name,) in cursor.fetchall()}
        cursor.execute(sums.TABLES)
        every = {name for (name,) in cursor.fetchall()}
    partitions = {name for name in every if name.startswith("capture_event_")}
    left = {name for name in every - owned - partitions if not name.startswith("operator_")}
    assert left - platform == set(), "has it a community? Then it needs the column, or a backup leaves it out"


def test_a_backup_can_be_named_by_its_folder(
    installations: Installations, tmp_path: Path, settings: Any
) -> None:
    name = installations()
    backup: Backup = making.back_up_all(verify=False)
    moved = tmp_path / "elsewhere"
    shutil.move(backup.folder, moved)
    move_to(name)
    assert "everything" in run("restore", str(moved))


def test_pictures_are_swapped_after_an_attempt_that_was_killed(tmp_path: Path) -> None:
    files = (
        "uploads/half.webp",
        ".coming/uploads/back.webp",
        ".before-restoring/uploads/old.webp",
        "lost+found/1",
    )
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"RIFF")
    # The file system’s own, which nobody may move.
    (tmp_path / "lost+found").chmod(0o500)
    swap_pictures(tmp_path)
    found = {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*") if one.is_file()}
    assert found == {"uploads/back.webp", "lost+found/1"}
