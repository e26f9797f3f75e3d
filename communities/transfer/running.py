"""What every import needs: the scope, the language, the dry run, the counters."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Protocol, TypeVar

from django.db import DatabaseError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from communities.content.queries import recount_community
from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from communities.permissions import can_import_content
from communities.scoping import community_scope
from communities.transfer.exceptions import TransferError
from communities.transfer.report import ImportReport

# A few hundred rows a transaction: short locks, and little is done again after an interruption.
THREADS_AT_ONCE = 50

# Of a community, by the session that imports into it.
TRY_LOCK = "select pg_try_advisory_lock(hashtext('import'), %s::int)"
UNLOCK = "select pg_advisory_unlock(hashtext('import'), %s::int)"
PATIENCE = 5.0  # seconds

Item = TypeVar("Item")


class Progress(Protocol):
    """What an import tells while it runs."""

    def advance(self, steps: int = 1) -> None: ...
    def finish(self) -> None: ...


StartProgress = Callable[[str, int], Progress]


class NoProgress:
    """Progress that is not shown."""

    def advance(self, steps: int = 1) -> None:
        """Nothing to draw."""

    def finish(self) -> None:
        """Nothing to draw."""


def silent(label: str, total: int) -> Progress:
    return NoProgress()


@contextmanager
def import_run(community: Community, report: ImportReport, *, by: Membership | None) -> Iterator[None]:
    """Times the run, and uses the community’s language; a rehearsal is the real run, rolled back at the end.

    Raises NotAllowed before anything is read; a TransferError says whether something stands already.
    """
    if by is not None and not can_import_content(by):
        raise NotAllowed
    started = time.monotonic()
    with translation.override(community.language), _one_at_a_time(community):
        try:
            with transaction.atomic() if report.dry_run else nullcontext():
                yield
                if report.dry_run:
                    transaction.set_rollback(True)
        except TransferError as refused:
            refused.stands = report.has_left
            raise
    report.seconds = time.monotonic() - started


@contextmanager
def _one_at_a_time(community: Community) -> Iterator[None]:
    """Held for as long as the run is, by the connection: with a killed process it ends. Raises TransferError."""
    if not _taken(community):
        raise TransferError(
            _("Something else is being brought in here at the moment. Start again when it is done.")
        )
    try:
        yield
    finally:
        _let_go(community)


def _taken(community: Community) -> bool:
    """PostgreSQL may notice a little later that a killed process is gone: who goes on with its work waits for that."""
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute(TRY_LOCK, [community.pk])
            if cursor.fetchone()[0]:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.2)


def _let_go(community: Community) -> None:
    """What ended the run is told, not that its connection went away with it and let the lock go by itself."""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute(UNLOCK, [community.pk])


def recount(community: Community) -> None:
    """Members’ and tags’ totals after an import."""
    with community_scope(community):
        recount_community(community.pk)


def batches(items: Iterable[Item], size: int = THREADS_AT_ONCE) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
