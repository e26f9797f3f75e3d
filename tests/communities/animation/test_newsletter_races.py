"""Each exactly once: a worker that is killed in the middle, and two at once, on real connections."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from django.db.models import Count
from django.utils import timezone

from communities.animation.newsletters import sending, subscribing
from communities.animation.newsletters.models import (
    Newsletter,
    NewsletterCopy,
    NewsletterCopyQuerySet,
    NewsletterQuerySet,
)
from communities.scoping import community_scope
from members.mails.models import OutgoingMail
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast
from tests.factories import make_membership
from tests.sweeps.letters import make_letter

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 12
MINUTE = datetime.timedelta(minutes=1)


def a_planned_letter(cast: Cast) -> Newsletter:
    with cast.scope():
        for _n in range(PEOPLE):
            subscribing.subscribe_member(make_membership())
        letter = make_letter(cast)
        return sending.plan_newsletter(letter, by=cast.manager, community=cast.community, send_at=None)


def mails(cast: Cast) -> tuple[int, int]:
    """How many there are, and to how many people."""
    with cast.scope():
        found = OutgoingMail.objects.of(cast.community.pk).filter(kind="newsletter")
        said: dict[str, int] = found.aggregate(n=Count("pk"), people=Count("recipient", distinct=True))
        return said["n"], said["people"]


class Killed(BaseException):
    """What a worker raises that is told to stop in the middle: nothing catches it."""


def dies(*_given: Any, **_how: Any) -> None:
    raise Killed


def test_a_killed_batch_leaves_nothing_and_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    letter, posted = a_planned_letter(cast), []
    whole = sending.post

    def dies_after_seven(*given: Any, **how: Any) -> Any:
        if len(posted) == 7:
            raise Killed
        posted.append(given)
        return whole(*given, **how)

    with monkeypatch.context() as patch:
        patch.setattr(sending, "post", dies_after_seven)
        with pytest.raises(Killed):
            sending.advance_due(cast.community)
    assert mails(cast) == (0, 0)
    assert sending.advance_due(cast.community) == PEOPLE
    assert sending.advance_due(cast.community, now=timezone.now() + MINUTE) == 0
    assert mails(cast) == (PEOPLE, PEOPLE)
    with cast.scope():
        letter.refresh_from_db()
        assert letter.is_sent


def test_killed_between_laying_out_and_later_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LAID_AT_ONCE", 5)
    monkeypatch.setattr(sending, "A_MINUTE", 4)
    cast = make_cast()
    a_planned_letter(cast)
    now, kills = timezone.now(), 0
    for turn in range(12):
        with monkeypatch.context() as patch:
            if turn % 2:
                patch.setattr(sending, "_look_again", dies)
            try:
                sending.advance_due(cast.community, now=now + turn * MINUTE)
            except Killed:
                kills += 1
        with cast.scope():
            OutgoingMail.objects.of(cast.community.pk).update(state="sent")
    assert kills >= 2
    assert mails(cast) == (PEOPLE, PEOPLE)


def two_workers(cast: Cast) -> list[Any]:
    now = timezone.now()
    return at_once(2, lambda _number: sending.advance_due(cast.community, now=now))


def test_of_two_workers_at_once_each_person_gets_one() -> None:
    cast = make_cast()
    a_planned_letter(cast)
    answers = two_workers(cast)
    assert sum(answers) == PEOPLE, answers
    assert mails(cast) == (PEOPLE, PEOPLE)


def without_the_lock_of(patch: pytest.MonkeyPatch, *kinds: Any) -> None:
    for kind in kinds:
        plain = kind.all
        patch.setattr(kind, "select_for_update", lambda self, _all=plain, **_how: _all(self))


def laid_out(cast: Cast) -> None:
    """Both workers are to meet while they write."""
    a_planned_letter(cast)
    with cast.scope():
        row = Newsletter.objects.get()
        sending._lay_out(row, cast.community, timezone.now())
        row.save()


def in_step(patch: pytest.MonkeyPatch) -> None:
    """Each has read what is to be written before the other writes."""
    step, bulk = threading.Barrier(2), NewsletterCopyQuerySet.in_bulk

    def read_together(self: Any, *given: Any, **how: Any) -> Any:
        found = bulk(self, *given, **how)
        step.wait(timeout=60)
        return found

    patch.setattr(NewsletterCopyQuerySet, "in_bulk", read_together)


def test_without_the_lock_of_the_newsletter_those_of_its_copies_do(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    laid_out(cast)
    without_the_lock_of(monkeypatch, NewsletterQuerySet)
    two_workers(cast)
    assert mails(cast) == (PEOPLE, PEOPLE)


def test_control_without_both_locks_somebody_gets_two(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    laid_out(cast)
    without_the_lock_of(monkeypatch, NewsletterQuerySet, NewsletterCopyQuerySet)
    in_step(monkeypatch)
    two_workers(cast)
    written, people = mails(cast)
    assert people == PEOPLE
    assert written > people


def test_one_delivery_of_two_is_refused_by_the_database() -> None:
    cast = make_cast()
    a_planned_letter(cast)
    sending.advance_due(cast.community)
    with community_scope(cast.community):
        copy = NewsletterCopy.objects.first()
        assert copy is not None
        twin = NewsletterCopy(
            newsletter_id=copy.newsletter_id, subscription_id=copy.subscription_id, due_at=copy.due_at
        )
        NewsletterCopy.objects.bulk_create([twin], ignore_conflicts=True)
        assert NewsletterCopy.objects.count() == PEOPLE
