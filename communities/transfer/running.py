"""What every import needs: the scope, the language, the dry run, the counters."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from django.db import IntegrityError, transaction
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

    Raises NotAllowed before anything is read.
    """
    if by is not None and not can_import_content(by):
        raise NotAllowed
    started = time.monotonic()
    with translation.override(community.language), _one_at_a_time():
        if report.dry_run:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        else:
            yield
    report.seconds = time.monotonic() - started


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two that bring the same at once meet at a constraint: the second ends with a sentence. Raises TransferError."""
    try:
        yield
    except IntegrityError as error:
        raise TransferError(
            _(
                "Something else was brought in here at the same time. What came until then stays: start again when"
                " it is done."
            )
        ) from error


def recount(community: Community) -> None:
    """Members’ and tags’ totals after an import."""
    with community_scope(community):
        recount_community(community.pk)


def batches(items: Iterable[Item], size: int = THREADS_AT_ONCE) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
