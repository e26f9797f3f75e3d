"""What automations may begin with here: somebody comes in, a stage opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.automatic import MATTER, PERSON, Occurrence, Span, Trigger, Values, happened, triggers
from communities.launch.models import Stage, StageOpening
from communities.launch.permissions import can_see_plan
from communities.models import Membership
from communities.signals import member_joined, stage_opened

# Who was there before, or came to run the place, is no newcomer.
_NOT_JOINED = (Membership.Way.IMPORT, Membership.Way.FOUNDING, Membership.Way.TEAM)


class Joined(Trigger):
    """Somebody became a member."""

    name = "joined"
    label = _("somebody joins")
    order = 10
    gives = frozenset({PERSON, MATTER})
    on_today = ("greetings", PERSON)

    def past(self, values: Values, span: Span) -> Sequence[Occurrence]:
        people = Membership.objects.shown().filter(joined_at__gt=span.since, joined_at__lte=span.until)
        rows = people.exclude(came_by__in=_NOT_JOINED).order_by("joined_at", "pk")[: span.most]
        return [_joined(row) for row in rows]


def _joined(person: Membership) -> Occurrence:
    return Occurrence(f"member {person.pk}", person.joined_at, person=person.pk)


class StageOpens(Trigger):
    """A stage of the launch took effect."""

    name = "stage_opens"
    label = _("a stage of the launch opens")
    order = 70

    def known_to(self, reader: Membership) -> bool:
        return can_see_plan(reader)

    def past(self, values: Values, span: Span) -> Sequence[Occurrence]:
        rows = StageOpening.objects.filter(opened_at__gt=span.since, opened_at__lte=span.until)
        found = rows.select_related("stage").order_by("opened_at", "pk")[: span.most]
        return [_opened(row) for row in found]


def _opened(opening: StageOpening) -> Occurrence:
    stage = opening.stage
    path = f"/manage/launch/stages/{stage.place}/"
    return Occurrence(f"opening {opening.pk}", opening.opened_at, path=path, what=stage.name)


def hear_of_joining(sender: type[Membership], membership: Membership, **_extra: Any) -> None:
    if membership.came_by not in _NOT_JOINED:
        happened(Joined.name, membership.community_id, lambda: [_joined(membership)])


def hear_of_stage(sender: type[Stage], stage: Stage, opening: StageOpening, **_extra: Any) -> None:
    happened(StageOpens.name, stage.community_id, lambda: [_opened(opening)])


def register() -> None:
    triggers.register(Joined())
    triggers.register(StageOpens())
    member_joined.connect(hear_of_joining, dispatch_uid="automatic.member_joined")
    stage_opened.connect(hear_of_stage, dispatch_uid="automatic.stage_opened")
