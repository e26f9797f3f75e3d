"""How an import goes: its parts, each a transaction, with how far it is and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from communities.models import Community, Membership
from communities.scoping import community_scope
from communities.transfer.models import Import
from communities.transfer.report import ImportReport
from communities.transfer.running import NoProgress, Progress, StartProgress, silent


class Course:
    """One run of an import, as the commands need it: straight through, with a bar.

    `by` is who imports, None for the server's operator. `run` is the row that the pages keep of it, and what is
    brought in remembers it. `done` steps are behind it already; `folder` is for whatever must lie on disk meanwhile,
    and is gone afterwards.
    """

    done = 0
    run: Import | None = None

    def __init__(
        self,
        community: Community,
        report: ImportReport,
        *,
        by: Membership | None = None,
        folder: Path | None = None,
        progress: StartProgress = silent,
    ) -> None:
        self.community = community
        self.report = report
        self.by = by
        self.folder = folder
        self._start = progress
        self._bar: Progress = NoProgress()

    @property
    def rehearsal(self) -> bool:
        return self.report.dry_run

    def expect(self, label: str, total: int) -> None:
        """What is counted from now on, and how many there are, those that are done already among them."""
        self._bar = self._start(label, total)

    def resume(self) -> None:
        """Called between what is prepared anew each time and the first counted part: after an interruption the
        report goes on from where the last part left it.
        """

    @contextmanager
    def part(self, steps: int = 0) -> Iterator[None]:
        """One transaction in the community's scope, `steps` of what is counted; all of it stands afterwards, or none.

        Raises Stopped or Paused before it begins, where the import is to end here.
        """
        with community_scope(self.community):
            yield
        if steps:
            self._bar.advance(steps)

    def finish(self) -> None:
        self._bar.finish()
