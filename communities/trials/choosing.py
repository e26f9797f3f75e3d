"""The team’s side of applications: whom to choose, whom to have wait, whom to decline; taking somebody out of a test.

The row of the test is the lock, and each place has a number of its own: the last one goes to one of two who are chosen
for it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.launch.features import refuse_closed
from communities.models import Membership
from communities.notifications.services import tell
from communities.trials.exceptions import NothingChosen, TrialClosed
from communities.trials.models import Participant, Trial
from communities.trials.notices import TrialNews, about_tester
from communities.trials.permissions import FEATURE, can_run_trial
from communities.trials.taking_part import held

CHOOSE = "choose_testers"
State = Participant.State
# What the team can say to an application.
ANSWERS = (State.ACCEPTED, State.WAITING, State.DECLINED)
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Chosen:
    """How many were answered so, and how many were not, for want of a place."""

    done: int
    without_place: int = 0


def free_places(trial: Trial) -> int:
    """Never below 0."""
    return max(0, trial.places - Participant.objects.accepted().filter(trial=trial.pk).count())


@transaction.atomic
def choose(trial: Trial, people: Sequence[int], state: str, *, by: Membership) -> Chosen:
    """Answer applications, of which `people` are the numbers, in the order in which they came; each is told once.

    Where places run out, those who came last stay as they were. What was answered so already, and what was withdrawn
    meanwhile, is left alone. Raises NotAllowed, TrialClosed, NothingChosen; ValueError for a state that is no answer.
    """
    refuse_closed(by, FEATURE)
    if state not in ANSWERS:
        raise ValueError(state)
    if not can_run_trial(by):
        raise NotAllowed
    now = _open(trial)
    if not people:
        raise NothingChosen
    rows = Participant.objects.filter(
        trial=now.pk, pk__in=list(people)[:MOST_AT_ONCE], state__in=Participant.CHOOSABLE
    )
    waiting = list(rows.exclude(state=state).select_related("membership").order_by("applied_at", "pk"))
    taken = set(Participant.objects.accepted().filter(trial=now.pk).values_list("place", flat=True))
    done: list[Participant] = []
    for one in waiting:
        place = None
        if state == State.ACCEPTED:
            if len(taken) >= now.places:
                break
            place = next(n for n in range(1, len(taken) + 2) if n not in taken)
            taken.add(place)
        _decide(one, state, place, by)
        done.append(one)
    for one in done:
        tell(TrialNews, [one.membership_id], about_tester(one, now.space, by=by))
    if done:
        names = [one.membership.display_name for one in done]
        record(by, CHOOSE, what=now.space.name, about=now.pk, before={state: []}, after={state: names})
    return Chosen(len(done), len(waiting) - len(done))


@transaction.atomic
def remove(trial: Trial, tester: int, *, by: Membership) -> bool:
    """Take somebody out of a test: its space is closed to them at once, and they are told. False where they have no
    place. Raises NotAllowed, TrialClosed."""
    refuse_closed(by, FEATURE)
    if not can_run_trial(by):
        raise NotAllowed
    now = _open(trial)
    row = Participant.objects.accepted().filter(trial=now.pk, pk=tester).select_related("membership").first()
    if row is None:
        return False
    _decide(row, State.REMOVED, None, by)
    tell(TrialNews, [row.membership_id], about_tester(row, now.space, by=by))
    names = [row.membership.display_name]
    record(by, CHOOSE, what=now.space.name, about=now.pk, before={"removed": []}, after={"removed": names})
    return True


def _open(trial: Trial) -> Trial:
    now = held(trial)
    if not now.goes_on:
        raise TrialClosed
    return now


def _decide(row: Participant, state: str, place: int | None, by: Membership) -> None:
    row.state, row.place = state, place
    row.decided_at, row.decided_by = timezone.now(), by
    row.version += 1
    row.save(update_fields=["state", "place", "decided_at", "decided_by", "version"])
