"""Leaving as it really goes: the act, then what it sends to the worker, until nothing is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from communities.models import Membership
from communities.people.departing import depart, leaver_of
from communities.people.services import leave_community
from communities.people.tasks import carry_out_leaving
from members.personal import Departure

Jobs = list[dict[str, Any]]


@contextmanager
def kept_jobs() -> Iterator[Jobs]:
    """What is sent to the worker meanwhile, in its order."""
    sent: Jobs = []
    with mock.patch.object(carry_out_leaving, "delay_on_commit", lambda **options: sent.append(options)):
        yield sent


def work(jobs: Jobs) -> int:
    """Let the worker do what it was sent, and what that sends; how many parts that was."""
    parts = 0
    while jobs:
        carry_out_leaving(**jobs.pop(0))
        parts += 1
    return parts


def leave_wholly(person: Membership, *, delete: bool = False) -> int:
    """Leave, and let the worker finish; how many parts it took."""
    with kept_jobs() as jobs:
        leave_community(person, by=person, delete=delete)
        return work(jobs)


def erase_wholly(person: Membership, *, handles: list[str]) -> None:
    """What a page of erasure will do, after leaving."""
    leave_wholly(person, delete=True)
    gone = leaver_of(Membership.objects.get(pk=person.pk), Departure.ERASURE, handles=handles)
    while depart(gone):
        pass
