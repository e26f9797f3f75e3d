"""What the clock does with a survey: chance chooses whom it asks, they are told, it closes on its last day."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, F, Value, When
from django.db.models.functions import Random
from django.utils import timezone

from communities.animation.surveys.models import Asked, Sheet, Survey
from communities.animation.surveys.notices import SurveyAsks, SurveyOver
from communities.animation.surveys.permissions import FEATURE
from communities.animation.surveys.queries import can_be_asked, is_writing
from communities.calendar import DAY
from communities.launch.audiences import features_named
from communities.launch.features import chosen_features, people_let_in
from communities.models import Community
from communities.notices import About
from communities.notifications.services import tell
from communities.queries import locked_community
from communities.tasks import each_apart

# Surveys of one community, and people told of one survey, in one run; the next goes on.
MOST, TOLD_AT_ONCE = 20, 500
# Where only some may be asked, so many are looked at, so many at once.
MOST_LOOKED_AT, LOOKED_AT_ONCE = 500_000, 20_000


def work_off(community: Community) -> int:
    """All that is due in the community in scope; how many surveys had something to do."""
    if FEATURE not in chosen_features(community):
        _put_off(timezone.now())
        return 0
    due = list(Survey.objects.due(timezone.now()).values_list("pk", flat=True)[:MOST])
    return each_apart("survey", due, lambda number: _step(number, community))


def _step(number: int, community: Community) -> int:
    # Two surveys of one place choose their people one after the other, or both could ask the same person.
    locked_community(community)
    now = timezone.now()
    survey = Survey.objects.due(now).select_for_update(of=("self",)).filter(pk=number).first()
    if survey is None:
        return 0
    if survey.drawn_at is None:
        draw(survey, now, community)
    assert survey.closes_at is not None  # what is due has both its moments
    if survey.closes_at <= now or not survey.drawn:
        _end(survey, now)
    else:
        survey.due_at = now if _tell_some(survey, now) else survey.closes_at
    survey.save(update_fields=["drawn_at", "drawn", "drawn_writing", "closed_at", "due_at"])
    return 1


@transaction.atomic
def draw(survey: Survey, at: datetime.datetime, community: Community) -> None:
    """Choose as many as it asks, each of those who may be asked with the same chance; who calls saves the row."""
    writing = Case(When(is_writing(at), then=Value(True)), default=Value(False), output_field=BooleanField())
    people = can_be_asked(survey, at).annotate(writing=writing).order_by(Random())
    chosen = _let_in(people.values_list("pk", "writing"), survey.size, community)
    Asked.objects.bulk_create(
        [Asked(survey=survey, membership_id=pk, writing=writes, asked_at=at) for pk, writes in chosen],
        batch_size=1000,
    )
    survey.drawn_at, survey.drawn = at, len(chosen)
    survey.drawn_writing = sum(writes for _pk, writes in chosen)


def _let_in(people: Any, most: int, community: Community) -> list[tuple[int, bool]]:
    """The first of them for whom there are surveys: a launch plan may keep that part for some of the members."""
    if FEATURE not in features_named(community.launch):
        return list(people[:most])
    found: list[tuple[int, bool]] = []
    for first in range(0, MOST_LOOKED_AT, LOOKED_AT_ONCE):
        some = list(people[first : first + LOOKED_AT_ONCE])
        inside = set(people_let_in([pk for pk, _w in some], community_id=community.pk, feature=FEATURE))
        found += [one for one in some if one[0] in inside]
        if len(some) < LOOKED_AT_ONCE:
            break
    return found[:most]


def _put_off(at: datetime.datetime) -> None:
    """There are no surveys here for now: nobody is chosen or told, and the job asks again tomorrow."""
    tomorrow = at + DAY
    due = Survey.objects.due(at)
    due.filter(drawn_at__isnull=True).update(opens_at=tomorrow, closes_at=F("closes_at") + DAY)
    due.filter(drawn_at__isnull=False).update(due_at=tomorrow)


def _tell_some(survey: Survey, at: datetime.datetime) -> bool:
    """The next ones of those chosen, in their bell and by mail where they want it; whether some are left."""
    rows = list(
        Asked.objects.filter(survey=survey).untold().values_list("pk", "membership_id")[:TOLD_AT_ONCE]
    )
    if rows:
        people = [person for _pk, person in rows]
        tell(SurveyAsks, people, About(path=f"surveys/{survey.pk}/", occasion=str(survey.pk)))
        Asked.objects.filter(pk__in=[pk for pk, _person in rows]).update(told_at=at)
    return len(rows) == TOLD_AT_ONCE


def _end(survey: Survey, at: datetime.datetime) -> None:
    """Whoever wrote it is told that there is something to read."""
    survey.closed_at, survey.due_at = at, None
    if survey.created_by_id is not None:
        answered = Sheet.objects.filter(survey=survey).count()
        occasion = f"{survey.pk} {answered}"
        tell(
            SurveyOver, [survey.created_by_id], About(path=f"manage/surveys/{survey.pk}/", occasion=occasion)
        )
