"""Writing an export part by part. What is done stands in its row and on disk: a worker that is killed has done each
part wholly or not at all, and the next goes on with the first that is missing."""

from __future__ import annotations

import datetime
import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone

from communities.archive.form import ACCOUNTS, COMMUNITY
from communities.archive.going.files import Files
from communities.archive.going.numbering import Numbers, named_tables, portable_tables
from communities.archive.going.packing import pack
from communities.archive.going.rows import write_accounts, write_community, write_rows
from communities.archive.models import KEPT, Export
from communities.archive.notices import tell_owners
from communities.files import in_store
from communities.models import Community, Membership
from communities.portable import Portable
from communities.scoping import community_scope

# Hidden: backups leave it out, and nothing serves it but the page of the owner.
ROOT = ".exports"
# A part that fails so often is not begun again.
MOST_TRIES = 3
# Seconds after which a worker lets others have their turn.
SLICE = 60.0
FIRST, LAST = "numbers", "file"


def parts() -> list[str]:
    """What is written, in this order: everything after what it refers to, the whole file last."""
    names = [
        one.name for one in portable_tables() if one.name not in (COMMUNITY, Membership._meta.label_lower)
    ]
    return [FIRST, COMMUNITY, Membership._meta.label_lower, ACCOUNTS, *names, LAST]


def work_on(community: Community, export_id: int, *, slice_of: float = SLICE) -> bool:
    """Write the next parts of an export; whether there is nothing left to do here. A second worker does nothing."""
    ends = time.monotonic() + slice_of
    with _alone(community, export_id) as folder:
        if folder is None:
            return True
        while True:
            with community_scope(community):
                export = Export.objects.at_work().filter(pk=export_id).first()
                if export is None:
                    return True
                if export.tries >= MOST_TRIES:
                    _give_up(export, folder)
                    return True
                Export.objects.filter(pk=export_id).update(tries=F("tries") + 1, worked_at=timezone.now())
            if export.done and not any(folder.iterdir()):
                # Begun on another machine, which has what was written: all of it again.
                Export.objects.at_work().filter(pk=export_id).update(done=0, counts={})
                export.done, export.counts = 0, {}
            if _Writer(community, export, folder).write(parts()[export.done]):
                return True
            if time.monotonic() > ends:
                return False


def folder_of(export: Export) -> Path:
    return Path(settings.MEDIA_ROOT) / ROOT / str(export.community_id) / str(export.public_id)


class _Writer:
    def __init__(self, community: Community, export: Export, folder: Path) -> None:
        self.community = community
        self.export = export
        self.folder = folder
        self.numbers = Numbers(folder)

    def write(self, part: str) -> bool:
        """Write one part and note that it is done; whether it was the last."""
        if part == LAST:
            self._finish()
            return True
        with community_scope(self.community):
            counts = self.numbers.give() if part == FIRST else {part: self._rows(part)}
            facts = (
                {"numbers": counts}
                if part == FIRST
                else {"rows": self.export.counts.get("rows", {}) | counts}
            )
            done = self.export.done + 1
            Export.objects.at_work().filter(pk=self.export.pk).update(
                counts=self.export.counts | facts, done=done, tries=0, worked_at=timezone.now()
            )
        return False

    def _rows(self, part: str) -> int:
        target = self.folder / f"{part}.jsonl"
        named = frozenset(named_tables())
        # What was met stands in a file for each part, so that one begun anew leaves nothing twice.
        with target.open("wb") as out, self._met(part).open("w", encoding="utf-8") as met:
            files = Files(self.community.pk, met)
            if part == ACCOUNTS:
                return write_accounts(out, self.numbers.moved)
            table = _table(part)
            if part == COMMUNITY:
                return write_community(table, self.community, out, self.numbers.moved, files.meet)
            return write_rows(table, out, self.numbers.moved, files.meet, named)

    def _met(self, part: str) -> Path:
        return self.folder / f"{part}.files"

    def _finish(self) -> None:
        with (self.folder / "files").open("wb") as whole:
            for part in self.export.counts["rows"]:
                with self._met(part).open("rb") as met:
                    shutil.copyfileobj(met, whole)
        target = self.folder.with_suffix(".zip")
        community = Community.objects.get(pk=self.community.pk)
        in_it = pack(community, self.folder, self.export.counts, target)
        size, path = target.stat().st_size, _placed(target)
        now = timezone.now()
        with community_scope(self.community):
            ready = Export.objects.at_work().filter(pk=self.export.pk).update(
                state=Export.State.READY,
                done=F("total"),
                counts=self.export.counts | in_it,
                path=path,
                size=size,
                finished_at=now,
                expires_at=now + KEPT,
            )  # fmt: skip
            if ready:
                tell_owners("export_ready", self.export)
        if not ready:
            default_storage.delete(path)
        shutil.rmtree(self.folder, ignore_errors=True)


def _placed(target: Path) -> str:
    """The path of the whole file where web processes find it: it lies there already, unless they look in a bucket."""
    path = str(target.relative_to(settings.MEDIA_ROOT))
    if in_store():
        with target.open("rb") as whole:
            default_storage.save(path, File(whole))
        target.unlink()
    return path


def _table(name: str) -> Portable:
    return next(one for one in portable_tables() if one.name == name)


def _give_up(export: Export, folder: Path) -> None:
    Export.objects.at_work().filter(pk=export.pk).update(
        state=Export.State.FAILED, finished_at=timezone.now()
    )
    shutil.rmtree(folder, ignore_errors=True)
    tell_owners("export_failed", export)


@contextmanager
def _alone(community: Community, export_id: int) -> Iterator[Path | None]:
    """The folder of an export, for one worker at a time; None where another is at it, or nothing is left to do."""
    with community_scope(community):
        export = Export.objects.at_work().filter(pk=export_id).first()
    if export is None:
        yield None
        return
    folder = folder_of(export)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield folder
    with community_scope(community):
        if not Export.objects.at_work().filter(pk=export_id).exists():
            folder.with_suffix(".lock").unlink(missing_ok=True)


def exports_to_resume(now: datetime.datetime, stopped_after: datetime.timedelta) -> list[int]:
    """Exports of the community in scope that nobody has worked on for a while."""
    stopped = Export.objects.at_work().filter(worked_at__lte=now - stopped_after)
    return list(stopped.order_by("pk").values_list("pk", flat=True))
