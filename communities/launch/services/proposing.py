"""A plan in one press: proposed for a place that has none, or begun anew from one of its stages."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.launch.exceptions import PlanError
from communities.launch.features import DOORS, chosen_features, features_that_hold, names_in_stages
from communities.launch.models import LaunchLogEntry, Stage
from communities.launch.permissions import can_edit_plan
from communities.launch.services.opening import roll_back_stage
from communities.launch.services.planning import StageWishes, add_stage, lock_plan, log, put_in_force
from communities.models import Community, Membership

Audience, Opening = Stage.Audience, Stage.Opening


def proposed_plan(community: Community) -> list[StageWishes]:
    """Four stages for what the community has: first the texts, among few; at the end the open door.

    A gauge is asked for only where an earlier stage opens what it counts.
    """
    chosen = [name for name in names_in_stages() if name in chosen_features(community)]
    texts, answers = features_that_hold("texts") & set(chosen), features_that_hold("answers") & set(chosen)
    written = [name for name in chosen if name in texts | answers or name in ("reactions", "uploads", "tags")]
    around = [name for name in chosen if name not in written and name not in DOORS]
    active = {"members_active": 10.0, "posts_a_week": 15.0} if texts else {}
    answered = {"answered_in_a_day": 60.0} if answers else {}
    wide = {"members_active": 30.0, "posts_a_week": 40.0} if texts else {}
    return [
        StageWishes(_("The team writes first"), written, Audience.TEAM),
        StageWishes(
            _("Ambassadors"),
            around,
            Audience.AMBASSADORS,
            criteria={"ambassadors": 3.0} | ({"threads": 10.0} if texts else {}),
        ),
        StageWishes(_("Invited waves"), ["invitations"], Audience.WAVE, criteria=active | answered),
        StageWishes(
            _("Everyone"),
            ["join"],
            Audience.EVERYONE,
            criteria=wide | answered | {"greeted": 80.0, "members": 40.0},
        ),
    ]


@transaction.atomic
def propose_plan(*, by: Membership) -> list[Stage]:
    """Write the proposed plan; nothing of it opens before somebody opens it. Raises NotAllowed, PlanError."""
    if not can_edit_plan(by):
        raise NotAllowed
    community = lock_plan()
    if Stage.objects.exists():
        raise PlanError(_("There is a plan already. Change its stages, or begin it anew from one of them."))
    return [add_stage(wishes, by=by) for wishes in proposed_plan(community)]


@transaction.atomic
def begin_anew(stage: Stage, *, by: Membership, reason: str) -> list[Stage]:
    """Relaunch: roll back this stage and all after it, and plan them anew, by hand: thresholds that hold already would
    open them at once. What was written stays. Which ones. Raises NotAllowed, PlanError."""
    if not can_edit_plan(by):
        raise NotAllowed
    if not reason.strip():
        raise PlanError(_("Say why you begin anew: the journal keeps it."))
    lock_plan()
    later = list(Stage.objects.filter(place__gte=stage.place).order_by("-place"))
    if not any(one.has_effect for one in later):
        raise PlanError(_("This stage has not been opened."))
    for one in later:
        if one.has_effect:
            roll_back_stage(one, by=by, reason=reason)
    again = Stage.objects.filter(pk__in=[one.pk for one in later])
    again.update(state=Stage.State.CLOSED, opening=Opening.HAND, planned_for=None)
    for one in reversed(later):
        log(LaunchLogEntry.Act.CHANGED, one, by=by, detail={"fields": ["opening", "planned_for"]})
    put_in_force(lock_plan())
    return list(again.in_order())
