"""How an import of the pages goes: what each part leaves in its row, and when it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import models
from django.db.models import F
from django.utils import timezone

from communities.models import Community
from communities.scoping import community_scope
from communities.transfer.course import Course
from communities.transfer.exceptions import Paused, Stopped
from communities.transfer.importing.pulse import Steps, say
from communities.transfer.models import Import
from communities.transfer.report import ImportReport


class Rehearsal(Course):
    """All in one transaction that is taken back: how far it is can only be told outside the database."""

    def __init__(self, job: Import, community: Community, report: ImportReport, folder: Path) -> None:
        super().__init__(community, report, by=job.by, folder=folder)
        self.run = job
        self.job = job
        self._steps = Steps()
        self._behind = 0

    def expect(self, label: str, total: int) -> None:
        self._steps = Steps(label, 0, total)
        say(self.job, self._steps)

    @contextmanager
    def part(self, steps: int = 0) -> Iterator[None]:
        with community_scope(self.community):
            # What others commit meanwhile is seen from within this transaction.
            if not _mine(self.job).filter(stop_asked=False).exists():
                raise Stopped
            yield
        self._behind += steps
        say(self.job, Steps(self._steps.label, self._behind, self._steps.total))


class Kept(Course):
    """The real one: each part is a transaction of its own, and says in the row how far it is and what came of it.

    Paused once `until` (of the monotonic clock) is over, but not before something was done: others want the worker too.
    """

    # The column that keeps the report.
    said_in = "report"

    def __init__(
        self, job: Import, community: Community, report: ImportReport, folder: Path, *, until: float
    ) -> None:
        super().__init__(community, report, by=job.by, folder=folder)
        self.run = job
        self.job = job
        self.done = job.done
        self.until = until
        self._before = dict(getattr(job, self.said_in))
        self._may_say = not self._before
        self._label, self._total = job.label, job.total
        self._has_worked = False

    def expect(self, label: str, total: int) -> None:
        self._label, self._total = label[:80], total

    def resume(self) -> None:
        if self._before:
            self.report.load(self._before)
            self._before = {}
        self._may_say = True

    @contextmanager
    def part(self, steps: int = 0) -> Iterator[None]:
        if self._has_worked and time.monotonic() >= self.until:
            raise Paused
        with community_scope(self.community):
            mine = _mine(self.job)
            # Whoever else works on it waits here, and then finds that it is not theirs.
            row = (
                mine.select_for_update(of=("self",), no_key=True).values_list("stop_asked", flat=True).first()
            )
            if row is not False:
                raise Stopped
            yield
            said = {self.said_in: self.report.as_dict()} if self._may_say else {}
            mine.update(
                done=F("done") + steps,
                label=self._label,
                total=self._total,
                worked_at=timezone.now(),
                losses=0,
                **said,
            )
        self.done += steps
        self._has_worked = self._has_worked or steps > 0


class TakingBack(Kept):
    """The way back: counted and kept apart from what the import itself said."""

    said_in = "undone"


def _mine(job: Import) -> models.QuerySet[Import]:
    return Import.objects.filter(pk=job.pk, worker=job.worker)
