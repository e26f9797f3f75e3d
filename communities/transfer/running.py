"""What every import does around its work: the scope, the language, the rehearsal, the counters."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from django.db import transaction
from django.utils import translation

from communities.content.queries import recount_community
from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from communities.permissions import can_import_content
from communities.scoping import community_scope
from communities.transfer.report import ImportReport

# A few hundred rows a transaction: short locks, and little is done again after an interruption.
THREADS_AT_ONCE = 50

Item = TypeVar("Item")


class Progress(Protocol):
    """What an import tells while it runs."""

    def advance(self, steps: int = 1) -> None: ...
    def finish(self) -> None: ...


StartProgress = Callable[[str, int], Progress]


class Silence:
    """Progress that nobody watches."""

    def advance(self, steps: int = 1) -> None:
        """Nothing to draw."""

    def finish(self) -> None:
        """Nothing to draw."""


def silent(label: str, total: int) -> Progress:
    return Silence()


@contextmanager
def import_run(community: Community, report: ImportReport, *, by: Membership | None) -> Iterator[None]:
    """Times the run, speaks the community’s language; a rehearsal is the real run, taken back at the end.

    Raises NotAllowed before anything is read.
    """
    if by is not None and not can_import_content(by):
        raise NotAllowed
    started = time.monotonic()
    with translation.override(community.language):
        if report.dry_run:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        else:
            yield
    report.seconds = time.monotonic() - started


def recount(community: Community) -> None:
    """Members’ and tags’ totals after an import."""
    with community_scope(community):
        recount_community(community.pk)


def batches(items: Iterable[Item], size: int = THREADS_AT_ONCE) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
