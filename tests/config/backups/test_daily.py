"""The backup of the day: when it is due, what becomes of a failure, and who makes it."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from communities.console.operator.backups import Backup, Manifest, kept_backups
from communities.console.operator.models import Alarm
from config.backups import daily, programs
from config.backups.daily import back_up_if_due, is_due, is_to_be_verified, sweep_drafts
from members.models import Member
from tests.factories import make_person
from tests.mailing import delivered

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 11, 28, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_ROOT = tmp_path / "backups"
    settings.BACKUP_HOUR, settings.BACKUP_KEEP, settings.BACKUP_VERIFY_DAYS = 3, 2, 1


@pytest.fixture
def operator() -> Member:
    return make_person(email="ama.osei@platform.example", is_operator=True)


def keep(
    settings: Any, at: datetime.datetime, *, verified: bool = True, community: int | None = None
) -> Backup:
    """A backup as the folder holds it."""
    manifest = Manifest(
        name=f"parvis-{at:%Y%m%d-%H%M%S}", made_at=at.isoformat(), release="x", postgres="18.1", tables={},
        migrations=(), files=0, bytes=0, sums={}, community_id=community,
        verified_at=at.isoformat() if verified else "",
    )  # fmt: skip
    folder = Path(settings.BACKUP_ROOT) / manifest.name
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(manifest.written())
    return Backup(folder, manifest, 0)


def test_one_is_due_from_its_hour_on_each_day(settings: Any) -> None:
    assert is_due(NOON)
    keep(settings, NOON, community=7)
    assert is_due(NOON), "one community is not everything"
    keep(settings, NOON.replace(hour=2))
    assert is_due(NOON), "before its hour"
    keep(settings, NOON.replace(hour=3, minute=20))
    assert not is_due(NOON)
    assert not is_due(NOON + datetime.timedelta(hours=14))
    assert is_due(NOON + datetime.timedelta(hours=15))


def test_one_is_tried_each_day_or_each_week(settings: Any) -> None:
    assert is_to_be_verified(NOON)
    keep(settings, NOON.replace(hour=3, minute=20) - datetime.timedelta(days=2))
    keep(settings, NOON.replace(hour=3, minute=20) - datetime.timedelta(days=1), verified=False)
    assert is_to_be_verified(NOON)
    settings.BACKUP_VERIFY_DAYS = 7
    assert not is_to_be_verified(NOON)
    assert is_to_be_verified(NOON + datetime.timedelta(days=5))


def test_a_failure_is_told_and_the_next_success_ends_it(
    settings: Any, operator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: Any) -> Backup:
        raise programs.ProgramFailed("pg_dump: no space\nleft on device")

    monkeypatch.setattr(daily, "back_up_all", fails)
    for _hour in range(2):
        with pytest.raises(programs.ProgramFailed):
            back_up_if_due()
    (told,) = delivered()
    assert (told.to, told.subject) == ([operator.email], "Backup failed on localhost")
    assert "pg_dump: no space left on device" in told.body

    now = timezone.now()
    for days in (1, 2, 3):
        keep(settings, now - datetime.timedelta(days=days))
    monkeypatch.setattr(daily, "back_up_all", lambda verify: keep(settings, now, verified=verify))
    name = back_up_if_due()
    assert name == kept_backups()[0].name
    assert len(kept_backups()) == 2, "as many stay as the settings say"
    assert not Alarm.objects.exists()
    assert [one.subject for one in delivered()][1:] == ["Backups work again on localhost"]
    assert back_up_if_due() == "", "one a day"


def test_a_worker_without_the_owners_address_says_so(
    operator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_web = programs.owner_parameters()

    class Both:
        def __getitem__(self, _alias: str) -> Any:
            return self

        def get_connection_params(self) -> dict[str, Any]:
            return as_web

    monkeypatch.setattr(daily, "connections", Both())
    with pytest.raises(programs.ProgramFailed, match="DATABASE_OWNER_URL"):
        back_up_if_due()
    assert "DATABASE_OWNER_URL" in delivered()[0].body


def test_two_at_once_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "back_up_all", lambda **_: pytest.fail("a second one began"))
    with programs.alone() as alone:
        assert alone
        assert back_up_if_due() == ""


def test_what_a_killed_one_left_is_deleted_and_told(
    settings: Any, operator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(settings.BACKUP_ROOT)
    old, new = root / ".parvis-20261127-030000.12", root / ".parvis-20261128-030000.13"
    for draft in (old, new):
        draft.mkdir(parents=True)
        (draft / "database.dump").write_text("half")
    for path in (old, old / "database.dump"):
        os.utime(path, (1, 1))

    def make(**_: Any) -> Backup:
        assert "was killed" in Alarm.objects.get().facts["problem"], "should this one be killed too"
        return keep(settings, timezone.now())

    monkeypatch.setattr(daily, "back_up_all", make)
    back_up_if_due()
    assert new.exists()
    assert not old.exists()
    assert sweep_drafts() == []
    assert not Alarm.objects.exists()
