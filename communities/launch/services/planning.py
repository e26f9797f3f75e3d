"""Making the plan: stages are added, edited and removed; each change is written into the log and into force."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, Func, Max, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.launch.audiences import TEAM
from communities.launch.exceptions import PlanError
from communities.launch.features import FEATURES, features_for, names_in_stages
from communities.launch.gauges import OF_SPACE, gauges_here
from communities.launch.models import Invitation, LaunchLogEntry, Stage
from communities.launch.permissions import can_edit_plan
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.queries import locked_community
from communities.scoping import active_community_id
from communities.signals import stage_removed

# After something has moved a gauge: what else moves it meanwhile is seen by the same look.
LOOKED_AT_WITHIN = datetime.timedelta(minutes=2)


@dataclass(frozen=True)
class StageWishes:
    """What a stage should be. `people`: the memberships of an audience by name."""

    name: str
    features: list[str]
    audience: str
    opening: str = Stage.Opening.HAND
    planned_for: datetime.datetime | None = None
    share: int = 100
    criteria: dict[str, float] = field(default_factory=dict)
    announcement: str = ""
    teaser: bool = False
    people: list[Membership] = field(default_factory=list)


@transaction.atomic
def add_stage(wishes: StageWishes, *, by: Membership, at: datetime.datetime | None = None) -> Stage:
    """Add a stage at the end of the plan; nothing opens or closes before the plan has begun.

    `at` dates it back, for a plan that was made before. Raises NotAllowed, PlanError.
    """
    _check(wishes, by)
    _refuse_past(wishes.planned_for)
    community = lock_plan()
    refuse_impossible(wishes.criteria, community, before=list(Stage.objects.in_order()))
    last = Stage.objects.aggregate(last=Max("place"))["last"] or 0
    stage = Stage.objects.create(place=last + 1, **_fields(wishes))
    _name_people(stage, wishes.people)
    log(LaunchLogEntry.Act.ADDED, stage, by=by, at=at)
    put_in_force(community)
    return stage


@transaction.atomic
def edit_stage(stage: Stage, wishes: StageWishes, *, by: Membership) -> Stage:
    """Change a stage. One that has taken effect keeps its features and audience. Raises NotAllowed, PlanError."""
    _check(wishes, by)
    community = lock_plan()
    stage = Stage.objects.get(pk=stage.pk)
    fields = _fields(wishes)
    if fields["planned_for"] != stage.planned_for:
        _refuse_past(wishes.planned_for)
    moved = set(fields["features"]) != set(stage.features) or fields["audience"] != stage.audience
    refuse_impossible(wishes.criteria, community, before=list(Stage.objects.before(stage).in_order()))
    if stage.has_effect and moved:
        raise PlanError(_("This stage is open: roll it back before you change what it opens, and to whom."))
    changes = {name: value for name, value in fields.items() if getattr(stage, name) != value}
    for name, value in changes.items():
        setattr(stage, name, value)
    if stage.state == Stage.State.ROLLED_BACK and {"opening", "planned_for", "criteria"} & set(changes):
        # It is planned anew, and opens by itself when its time has come.
        stage.state = Stage.State.CLOSED
    stage.save()
    if "audience" in changes:
        _name_invited(stage)
    _name_people(stage, wishes.people)
    log(LaunchLogEntry.Act.CHANGED, stage, by=by, detail={"fields": sorted(changes)})
    put_in_force(community)
    return stage


def refuse_impossible(
    criteria: dict[str, float],
    community: Community,
    *,
    before: list[Stage],
    plan: Sequence[Stage] | None = None,
) -> None:
    """Raises PlanError for a threshold that no activity can reach: the stage would wait for ever. `plan`: all stages,
    where they were read already."""
    named = _opened_by(Stage.objects.all() if plan is None else plan)
    movable = features_for(without_plan(community), TEAM) - (named - _opened_by(before))
    known = gauges_here(criteria)
    for name, goal in criteria.items():
        gauge = known.get(name)
        if gauge is None and name.startswith(OF_SPACE):
            raise PlanError(_("A gauge counts a space that is not here any more: take it out."))
        if gauge is None:
            raise PlanError(_("Nothing is called “%(name)s” here.") % {"name": name})
        if goal <= 0:
            raise PlanError(_("“%(gauge)s”: a threshold must be above zero.") % {"gauge": gauge.label})
        if gauge.in_percent and goal > 100:
            raise PlanError(_("“%(gauge)s” can never hold: it ends at 100%%.") % {"gauge": gauge.label})
        if gauge.needs and not gauge.needs & movable:
            parts = ", ".join(str(FEATURES[need].label) for need in sorted(gauge.needs))
            raise PlanError(
                _("“%(gauge)s” can never hold: no stage before this one opens what it counts (%(parts)s).")
                % {"gauge": gauge.label, "parts": parts}
            )
        if gauge.ends_with in _opened_to_all(before):
            raise PlanError(
                _("“%(gauge)s” can never hold: anybody may join by then, and nobody has to wait.")
                % {"gauge": gauge.label}
            )


def _opened_by(stages: Iterable[Stage]) -> set[str]:
    return {name for stage in stages for name in stage.features}


def _opened_to_all(stages: list[Stage]) -> set[str]:
    """What these stages, once open, give to everybody: what the last one for everyone opens, and all before it."""
    last = max((n for n, one in enumerate(stages, 1) if one.audience == Stage.Audience.EVERYONE), default=0)
    return _opened_by(stages[:last])


def without_plan(community: Community) -> Community:
    """The same community as it would be without a launch: what it has chosen. Never to be saved."""
    return Community(open_features=community.open_features)


@transaction.atomic
def remove_stage(stage: Stage, *, by: Membership) -> None:
    """Remove a stage that has no effect: one that never opened, or was rolled back. The log keeps what it did.

    Raises NotAllowed, PlanError.
    """
    if not can_edit_plan(by):
        raise NotAllowed
    community = lock_plan()
    stage = Stage.objects.get(pk=stage.pk)
    if stage.has_effect:
        raise PlanError(_("This stage is open and stays in the plan until it is rolled back."))
    if stage.waves.filter(sent_at__isnull=False).exists():
        raise PlanError(_("Invitations were sent for this stage: it stays in the plan."))
    log(LaunchLogEntry.Act.REMOVED, stage, by=by)
    stage_removed.send(sender=Stage, stage=stage)
    stage.delete()
    put_in_force(community)


def lock_plan() -> Community:
    """The community in scope, locked until the transaction ends: one change of the plan at a time."""
    return locked_community(active_community_id())


def put_in_force(community: Community) -> None:
    """Compile the plan into the community's row, where permission checks read it; right within a second on every
    process, and at once on this one."""
    stages = list(Stage.objects.in_order())
    # A plan all of whose openings were taken back has not begun.
    begun = any(stage.has_effect for stage in stages)
    community.launch = {"begun": begun, "stages": [stage.compiled() for stage in stages]}
    community.launch_version += 1
    community.save(update_fields=["launch", "launch_version"])
    Stage.objects.waiting().update(look_at=timezone.now())
    forget_all()
    transaction.on_commit(forget_all)


def look_soon() -> None:
    """A gauge of the community in scope may have moved: have its plan looked at. One statement, which finds nothing
    where no stage waits for gauges."""
    soon = timezone.now() + LOOKED_AT_WITHIN
    Stage.objects.waiting().filter(look_at__gt=soon).exclude(criteria={}).update(look_at=soon)


def log(
    act: str,
    stage: Stage | None,
    *,
    by: Membership | None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    at: datetime.datetime | None = None,
) -> None:
    LaunchLogEntry.objects.create(
        act=act,
        stage_name=stage.name if stage else "",
        stage_number=stage.pk if stage else None,
        by=by,
        role=by.role if by else "",
        at=at or timezone.now(),
        reason=reason,
        detail=detail or {},
    )


def let_in(memberships: list[int], stage: Stage) -> None:
    """Add people by name to a stage; those already in it stay."""
    outside = Membership.objects.filter(pk__in=memberships).exclude(stage_ids__contains=[stage.pk])
    outside.update(stage_ids=Func(F("stage_ids"), Value(stage.pk), function="array_append"))


def _name_people(stage: Stage, people: list[Membership]) -> None:
    """The list of a stage is exactly these people; other audiences leave the membership rows alone."""
    if stage.audience != Stage.Audience.LIST:
        return
    named = [person.pk for person in people]
    gone = Membership.objects.filter(stage_ids__contains=[stage.pk]).exclude(pk__in=named)
    gone.update(stage_ids=Func(F("stage_ids"), Value(stage.pk), function="array_remove"))
    let_in(named, stage)


def _name_invited(stage: Stage) -> None:
    """A stage that got another audience holds nobody of the former one, but whoever accepted an invitation for it:
    they are inside again when it is for invited waves."""
    Membership.objects.filter(stage_ids__contains=[stage.pk]).update(
        stage_ids=Func(F("stage_ids"), Value(stage.pk), function="array_remove")
    )
    invited = Invitation.objects.filter(
        stage=stage, state=Invitation.State.ACCEPTED, accepted_by__isnull=False
    )
    let_in(list(invited.values_list("accepted_by", flat=True)), stage)


def _check(wishes: StageWishes, by: Membership) -> None:
    if not can_edit_plan(by):
        raise NotAllowed
    if unknown := set(wishes.features) - set(names_in_stages()):
        raise PlanError(_("Nothing is called “%(name)s” here.") % {"name": sorted(unknown)[0]})
    if wishes.opening == Stage.Opening.DATE and wishes.planned_for is None:
        raise PlanError(_("Say the date on which the stage opens."))
    if wishes.opening == Stage.Opening.CRITERIA and not wishes.criteria:
        raise PlanError(_("Choose at least one gauge to wait for."))


def _refuse_past(moment: datetime.datetime | None) -> None:
    if moment is not None and moment <= timezone.now():
        raise PlanError(_("This date is past. Choose a future one, or open the stage by hand."))


def _fields(wishes: StageWishes) -> dict[str, Any]:
    return {
        "name": wishes.name.strip(),
        # In the order of their declaration, once each.
        "features": [feature.name for feature in FEATURES if feature.name in wishes.features],
        "audience": wishes.audience,
        "opening": wishes.opening,
        "planned_for": wishes.planned_for,
        "share": wishes.share,
        "criteria": wishes.criteria,
        "announcement": wishes.announcement.strip(),
        "teaser": wishes.teaser,
    }
