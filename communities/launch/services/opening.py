"""Moving through the plan: open, announce, pause, resume, roll back. Nothing written is ever touched."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.exceptions import NotAllowed
from communities.launch.exceptions import GaugesShort, LimitsPassed, PlanError
from communities.launch.gauges import Reading, read_gauges
from communities.launch.models import LaunchLogEntry, Stage, StageOpening
from communities.launch.permissions import can_edit_plan
from communities.launch.services.announcing import announce, people_inside, people_who_gain
from communities.launch.services.limiting import begin_watch, go_on_watching, still_passed
from communities.launch.services.planning import lock_plan, log, put_in_force
from communities.launch.services.waiting import admit_share
from communities.models import Community, Membership
from communities.signals import stage_noted, stage_opened, stage_paused
from communities.tasks import each_apart

Act = LaunchLogEntry.Act

# Without these a place must not open to everybody: who publishes it, and who answers for it.
LEGAL_NEEDED = {
    "publisher": gettext_lazy("Publisher"),
    "address": gettext_lazy("Address"),
    "contact": gettext_lazy("E-mail address"),
    "publication_director": gettext_lazy("Publication director"),
    "host": gettext_lazy("Host"),
}


@transaction.atomic
def open_stage(
    stage: Stage,
    *,
    by: Membership | None,
    how: str = StageOpening.How.HAND,
    reason: str = "",
    tell: bool = False,
    at: datetime.datetime | None = None,
) -> bool:
    """Let a stage take effect; False when it already has. `by` is None when it opens by itself.

    `at` dates it back, for what was open before; what is written of it is in force from now on.

    Raises NotAllowed, PlanError (an earlier stage is closed, the legal identity is incomplete), GaugesShort when
    a gauge is short and no reason is given. With `tell`, those who gain something hear of it by mail.
    """
    _check_may(by)
    community = lock_plan()
    stage = Stage.objects.get(pk=stage.pk)
    if stage.is_open:
        return False
    refuse_opening(stage, community)
    readings = read_gauges(stage)
    _refuse_short(readings, reason, by)
    before = Community.objects.get(pk=community.pk)
    moment = at or timezone.now()
    stage.state, stage.opened_at, stage.news_on = Stage.State.OPEN, moment, None
    stage.save(update_fields=["state", "opened_at", "news_on"])
    opening = StageOpening.objects.create(
        stage=stage, opened_by=by, opened_at=moment, how=how, reason=reason.strip(), gauges=_kept(readings)
    )
    log(Act.OPENED, stage, by=by, reason=reason, detail={"how": how, "gauges": _kept(readings)}, at=moment)
    begin_watch(opening, moment)
    put_in_force(community)
    admit_share(stage, community, by=by)
    stage_opened.send(sender=Stage, stage=stage, opening=opening, by=by)
    if tell:
        announce(opening, people_who_gain(before, community), by=by)
    return True


@transaction.atomic
def pause_stage(
    stage: Stage,
    *,
    by: Membership | None,
    reason: str = "",
    news_on: datetime.date | None = None,
    detail: dict[str, Any] | None = None,
    at: datetime.datetime | None = None,
) -> bool:
    """Suspend a stage for everybody but the team; False when it is paused already. `by` is None when it stops by
    itself, and `detail` says which limit was passed. Raises NotAllowed, PlanError."""
    _check_may(by)
    community = lock_plan()
    stage = Stage.objects.get(pk=stage.pk)
    if stage.is_paused:
        return False
    if not stage.is_open:
        raise PlanError(_("Only an open stage can be paused."))
    stage.state, stage.news_on = Stage.State.PAUSED, news_on
    stage.save(update_fields=["state", "news_on"])
    StageOpening.objects.standing().filter(stage=stage).update(watch_at=None)
    log(Act.PAUSED, stage, by=by, reason=reason, detail=detail, at=at)
    put_in_force(community)
    stage_paused.send(sender=Stage, stage=stage, by=by, at=at or timezone.now())
    return True


@transaction.atomic
def resume_stage(
    stage: Stage,
    *,
    by: Membership,
    reason: str = "",
    at: datetime.datetime | None = None,
    as_it_was: bool = False,
) -> bool:
    """Let a paused stage work again; False when it does already. It is watched anew from then on, unless the pause is
    only undone (`as_it_was`) and no reason is given for passing over a limit.

    Raises NotAllowed, PlanError, and LimitsPassed when one of its limits is still passed and no reason is given.
    """
    _check_may(by)
    community = lock_plan()
    stage = Stage.objects.get(pk=stage.pk)
    if stage.is_open:
        return False
    if not stage.is_paused:
        raise PlanError(_("Only a paused stage can be resumed."))
    moment = at or timezone.now()
    opening = StageOpening.objects.standing().select_related("stage").filter(stage=stage).first()
    if opening and at is None and not reason.strip() and still_passed(opening, moment):
        raise LimitsPassed
    stage.state, stage.news_on = Stage.State.OPEN, None
    stage.save(update_fields=["state", "news_on"])
    if opening is not None and as_it_was and not reason.strip():
        go_on_watching(opening, moment)
    elif opening is not None:
        begin_watch(opening, moment)
    log(Act.RESUMED, stage, by=by, reason=reason, at=at)
    put_in_force(community)
    return True


@transaction.atomic
def roll_back_stage(stage: Stage, *, by: Membership, reason: str = "") -> bool:
    """Undo an opening: what it opened exists for nobody any more, and stays written. False when done already.

    Raises NotAllowed, PlanError when a later stage is still open.
    """
    _check_may(by)
    community = lock_plan()
    stage = Stage.objects.get(pk=stage.pk)
    if stage.state == Stage.State.ROLLED_BACK:
        return False
    if not stage.has_effect:
        raise PlanError(_("This stage has not been opened."))
    later = Stage.objects.opened().filter(place__gt=stage.place).order_by("-place").first()
    if later is not None:
        raise PlanError(_("Roll back “%(name)s” first: it builds on this stage.") % {"name": later.name})
    stage.state, stage.news_on = Stage.State.ROLLED_BACK, None
    stage.save(update_fields=["state", "news_on"])
    StageOpening.objects.filter(stage=stage, ended_at__isnull=True).update(
        ended_at=timezone.now(), watch_at=None
    )
    log(Act.ROLLED_BACK, stage, by=by, reason=reason)
    put_in_force(community)
    return True


@transaction.atomic
def announce_stage(stage: Stage, *, by: Membership, words: str = "") -> int:
    """Tell those who are inside an open stage of it, each once for one opening; how many.

    Raises NotAllowed, PlanError.
    """
    _check_may(by)
    community = lock_plan()
    stage = Stage.objects.get(pk=stage.pk)
    if not stage.is_open:
        raise PlanError(_("Open the stage before you announce it."))
    if words.strip():
        stage.announcement = words.strip()
        stage.save(update_fields=["announcement"])
        put_in_force(community)
    opening = StageOpening.objects.get(stage=stage, ended_at__isnull=True)
    return announce(opening, people_inside(stage, community), by=by)


def open_due_stages(*, now: datetime.datetime | None = None, plan: Sequence[Stage] | None = None) -> int:
    """Open what is due in the community in scope, by date or because all gauges are green; how many. `plan`: all
    stages in order, where they were read already.

    Safe to run twice at once. What cannot open (an earlier stage is closed) waits for the next run.
    """
    moment = now or timezone.now()
    known = Stage.objects.in_order() if plan is None else plan
    stages = {stage.pk: stage for stage in known if stage.opens_by_itself}
    return each_apart("stage", stages, lambda pk: _open_if_due(stages[pk], moment))


def _open_if_due(stage: Stage, moment: datetime.datetime) -> bool:
    if not is_due(stage, moment):
        return False
    try:
        with transaction.atomic():
            lock_plan()
            # It was judged by a row that may be seconds old: whoever has put it off meanwhile, or keeps it for
            # themselves to open, is heeded.
            fresh = Stage.objects.filter(pk=stage.pk).first()
            if fresh is None or not fresh.opens_by_itself or not is_due(fresh, moment):
                return False
            done = open_stage(
                fresh, by=None, how=StageOpening.How(fresh.opening), tell=bool(fresh.announcement)
            )
    except PlanError:
        return False
    if done:
        opening = StageOpening.objects.get(stage=stage, ended_at__isnull=True)
        stage_noted.send(sender=Stage, stage=stage, note="opened", occasion=str(opening.pk))
    return done


def is_due(stage: Stage, moment: datetime.datetime) -> bool:
    """Whether the stage's date has come, or all its gauges are green; never for one that opens by hand."""
    if stage.opening == Stage.Opening.DATE:
        return stage.planned_for is not None and stage.planned_for <= moment
    if stage.opening == Stage.Opening.CRITERIA:
        return all_green(stage)
    return False


def all_green(stage: Stage) -> bool:
    readings = read_gauges(stage)
    return bool(readings) and all(reading.holds for reading in readings)


def missing_identity(legal: Mapping[str, Any]) -> list[str]:
    """What the law's minimum about the publisher still lacks, by its names on the pages."""
    return [str(label) for name, label in LEGAL_NEEDED.items() if not str(legal.get(name) or "").strip()]


def refuse_everyone(community: Community) -> None:
    """Raises PlanError while the law's minimum about the publisher is not filled in."""
    if missing := missing_identity(community.legal):
        raise PlanError(
            _(
                "The legal identity is incomplete. A place that is open to everyone needs it; missing: %(names)s."
            )
            % {"names": ", ".join(missing)}
        )


def _check_may(by: Membership | None) -> None:
    if by is not None and not can_edit_plan(by):
        raise NotAllowed


def refuse_opening(stage: Stage, community: Community, plan: Sequence[Stage] | None = None) -> None:
    """Raises PlanError when something else has to be done before this stage can open. `plan`: all stages in order,
    where they were read already."""
    if stage.is_paused:
        raise PlanError(_("This stage is paused: resume it."))
    if community.is_draft and stage.audience != Stage.Audience.TEAM:
        raise PlanError(_("This place is a draft, seen by its team only. Open the place first."))
    before = Stage.objects.before(stage).in_order() if plan is None else stage.those_before(plan)
    first = next((one for one in before if not one.has_effect), None)
    if first is not None:
        raise PlanError(_("Open “%(name)s” first: stages open in their order.") % {"name": first.name})
    if stage.audience == Stage.Audience.EVERYONE:
        refuse_everyone(community)


def _refuse_short(readings: list[Reading], reason: str, by: Membership | None) -> None:
    if all(reading.holds for reading in readings):
        return
    if by is not None and not reason.strip():
        raise GaugesShort


def _kept(readings: list[Reading]) -> list[dict[str, Any]]:
    return [{"gauge": one.gauge.name, "value": one.value, "goal": one.goal} for one in readings]
