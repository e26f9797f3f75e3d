"""Invitations: members' own within a quota, the team's waves, and those for the waiting list."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.launch.audiences import BY_PERSON
from communities.launch.exceptions import InvitationRefused, PlanError, QuotaReached
from communities.launch.features import is_open_to, refuse_closed
from communities.launch.models import Invitation, LaunchLogEntry, Stage, WaitingPlace, Wave
from communities.launch.permissions import can_edit_plan, can_invite_people
from communities.launch.services.planning import let_in, log
from communities.models import Membership
from communities.queries import communities_by_id, hold_member
from communities.roles import RANKS, falls_back_to, give_role, role_as_kept, roles_given_by
from members.mails.models import mask_address

LIVES = datetime.timedelta(days=14)
LIVES_IN_LIST = datetime.timedelta(days=30)
# A member's invitations, where the community's settings name no other number.
QUOTA = 5
AMBASSADOR_QUOTA = 20
MOST_IN_WAVE = 500
MOST_IN_A_DAY = 20


@transaction.atomic
def invite_people(addresses: list[str], *, by: Membership, words: str = "") -> list[Invitation]:
    """Invite people by address, each once, within one's quota.

    Raises NotAllowed, FeatureClosed, QuotaReached.
    """
    _lock(by)
    # As they are now: who has left meanwhile invites nobody.
    by = Membership.objects.get(pk=by.pk)
    if not can_invite_people(by):
        raise NotAllowed
    refuse_closed(by, "invitations")
    known = set(Invitation.objects.counted().filter(email__in=addresses).values_list("email", flat=True))
    fresh = [address for address in dict.fromkeys(addresses) if address not in known]
    left = min(invitations_left(by), _left_today(by))
    if len(fresh) > left:
        raise QuotaReached(left)
    stage = stage_for_guests(by)
    return [invite(address, inviter=by, stage=stage, words=words) for address in fresh]


def _lock(by: Membership) -> None:
    """One invitation of a member at a time, or two at once would both find the last place of the quota."""
    Membership.objects.select_for_update().get(pk=by.pk)


def quota_of(membership: Membership) -> int:
    community = communities_by_id.get(membership.community_id)
    settings = community.settings if community else {}
    if membership.role == Membership.Role.MEMBER:
        return int(settings.get("invitations", QUOTA))
    return int(settings.get("invitations_of_ambassadors", AMBASSADOR_QUOTA))


def invitations_left(membership: Membership) -> int:
    used = Invitation.objects.by_member(membership).counted().count()
    return max(quota_of(membership) - used, 0)


def _left_today(membership: Membership) -> int:
    """How many mails may still be sent today: a revoked invitation frees its place in the quota, but its mail was
    sent."""
    since = timezone.now() - datetime.timedelta(days=1)
    sent = Invitation.objects.by_member(membership).filter(sent_at__gt=since).count()
    return max(max(quota_of(membership), MOST_IN_A_DAY) - sent, 0)


def stage_for_guests(by: Membership) -> Stage | None:
    """The stage that a member's guest joins: the latest open one with an audience of named people that the member is
    in. Nobody can let others, or themselves by their own link, into a stage that they are not in."""
    stages = Stage.objects.opened().filter(audience__in=BY_PERSON).order_by("-place")
    return next((stage for stage in stages if all(is_open_to(by, name) for name in stage.features)), None)


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Membership) -> bool:
    """Take an unused invitation back: its place in the quota is free again. Raises NotAllowed."""
    if invitation.inviter_id != by.pk:
        raise NotAllowed
    unused = Invitation.objects.filter(pk=invitation.pk, state=Invitation.State.SENT)
    return bool(unused.update(state=Invitation.State.REVOKED))


@transaction.atomic
def accept_invitation(
    invitation: Invitation, *, membership: Membership, at: datetime.datetime | None = None
) -> None:
    """Use an invitation up for somebody who is a member now. Raises InvitationRefused (used, expired), NotAllowed
    for who has left meanwhile."""
    moment = at or timezone.now()
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("stage").get(pk=invitation.pk)
    if locked.accepted_by_id == membership.pk:
        return
    if not locked.is_usable(moment):
        raise InvitationRefused
    hold_member(membership)
    locked.state, locked.accepted_by = Invitation.State.ACCEPTED, membership
    # Used up it is at once; they have come in when their address is proven (`note_coming`).
    locked.accepted_at = None if membership.status == Membership.Status.INVITED else moment
    locked.save(update_fields=["state", "accepted_by", "accepted_at"])
    if locked.stage is not None:
        let_in([membership.pk], locked.stage)
    if locked.role:
        _give_role(locked, membership)


def note_coming(membership: Membership) -> None:
    """Somebody who used an invitation before their address was proven has come in now."""
    used = Invitation.objects.filter(accepted_by=membership, accepted_at__isnull=True)
    used.update(accepted_at=timezone.now())


def _give_role(invitation: Invitation, membership: Membership) -> None:
    """The role of an invitation, if its inviter may still give it; nobody loses a higher one.

    Raises InvitationRefused.
    """
    inviter: Membership | None = invitation.inviter
    if invitation.role not in roles_given_by(inviter):
        raise InvitationRefused(_("The person who invited you can no longer give this role. Ask the team."))
    if RANKS[invitation.role] <= RANKS[membership.role]:
        return
    before = role_as_kept(membership)
    give_role(
        membership,
        invitation.role,
        spaces=invitation.role_spaces,
        until=invitation.role_until,
        after=falls_back_to(membership, invitation.role),
    )
    record(
        inviter,
        "role_set",
        what=membership.display_name,
        about=str(membership.pk),
        before=before,
        after=role_as_kept(membership),
    )


@transaction.atomic
def invite_into_team(
    address: str,
    *,
    by: Membership,
    role: str,
    spaces: Sequence[int] = (),
    until: datetime.datetime | None = None,
    words: str = "",
) -> Invitation:
    """Invite somebody by address to a role; a former open invitation into the team is replaced. Raises NotAllowed."""
    if role not in roles_given_by(by) or role == Membership.Role.MEMBER:
        raise NotAllowed
    former = Invitation.objects.into_team().filter(email__iexact=address)
    Invitation.objects.filter(pk__in=former.values("pk")).update(state=Invitation.State.REVOKED)
    invitation = invite(address, inviter=by, stage=None, words=words)
    invitation.role, invitation.role_spaces, invitation.role_until = role, sorted(set(spaces)), until
    invitation.save(update_fields=["role", "role_spaces", "role_until"])
    record(
        by,
        "team_invited",
        what=mask_address(address),
        about=str(invitation.pk),
        before={},
        after={"role": role, "spaces": sorted(set(spaces)), "until": until.isoformat() if until else ""},
    )
    return invitation


@transaction.atomic
def withdraw_from_team(invitation: Invitation, *, by: Membership) -> bool:
    """Take an open invitation into the team back. Raises NotAllowed."""
    if invitation.role not in roles_given_by(by):
        raise NotAllowed
    unused = Invitation.objects.filter(pk=invitation.pk, state=Invitation.State.SENT)
    if not unused.update(state=Invitation.State.REVOKED):
        return False
    record(
        by,
        "team_uninvited",
        what=mask_address(invitation.email),
        about=str(invitation.pk),
        before={"role": invitation.role},
        after={"role": ""},
    )
    return True


@transaction.atomic
def prepare_wave(
    stage: Stage,
    *,
    by: Membership,
    name: str,
    addresses: list[str],
    words: str = "",
    at: datetime.datetime | None = None,
) -> Wave:
    """Keep a wave ready to be sent. Raises NotAllowed, PlanError (not a stage of waves, too many addresses)."""
    if not can_edit_plan(by):
        raise NotAllowed
    if stage.audience != Stage.Audience.WAVE:
        raise PlanError(_("Waves are for stages that open to invited waves."))
    if len(addresses) > MOST_IN_WAVE:
        raise PlanError(_("%(most)s addresses at most in one wave.") % {"most": MOST_IN_WAVE})
    return Wave.objects.create(
        stage=stage,
        name=name,
        addresses=list(dict.fromkeys(addresses)),
        words=words,
        made_by=by,
        made_at=at or timezone.now(),
    )


@transaction.atomic
def send_wave(wave: Wave, *, by: Membership, at: datetime.datetime | None = None) -> int:
    """Send each address of a wave its invitation; how many. 0 when it was sent before. `at` dates it back, for
    mails that have left long ago. Raises NotAllowed, PlanError while its stage is closed."""
    if not can_edit_plan(by):
        raise NotAllowed
    wave = Wave.objects.select_for_update(of=("self",)).select_related("stage").get(pk=wave.pk)
    if wave.sent_at is not None:
        return 0
    if not wave.stage.is_open:
        raise PlanError(_("Open the stage “%(name)s” before you invite to it.") % {"name": wave.stage.name})
    for address in wave.addresses:
        invite(address, inviter=by, stage=wave.stage, wave=wave, words=wave.words, at=at)
    wave.sent_at = at or timezone.now()
    wave.save(update_fields=["sent_at"])
    log(
        LaunchLogEntry.Act.INVITED,
        wave.stage,
        by=by,
        detail={"wave": wave.name, "people": len(wave.addresses)},
        at=at,
    )
    return len(wave.addresses)


@transaction.atomic
def send_new_wave(stage: Stage, *, by: Membership, name: str, addresses: list[str], words: str = "") -> Wave:
    """Prepare a wave and send it in one act; nothing is kept where it cannot be sent. Raises NotAllowed, PlanError."""
    wave = prepare_wave(stage, by=by, name=name, addresses=addresses, words=words)
    send_wave(wave, by=by)
    return wave


def invite(
    email: str,
    *,
    inviter: Membership | None,
    stage: Stage | None,
    words: str = "",
    wave: Wave | None = None,
    place: WaitingPlace | None = None,
    lives: datetime.timedelta = LIVES,
    at: datetime.datetime | None = None,
) -> Invitation:
    """One invitation, its mail due at once (none where `at` dates it back), without asking whether it may be."""
    moment = at or timezone.now()
    invitation: Invitation = Invitation.objects.create(
        email=email,
        inviter=inviter,
        stage=stage,
        words=words,
        wave=wave,
        place=place,
        sent_at=moment,
        expires_at=moment + lives,
        mail_due_at=None if at else moment,
    )
    return invitation


def may_invite(membership: Membership | None) -> bool:
    """Whether the way to the invitations is shown."""
    return can_invite_people(membership) and membership is not None and is_open_to(membership, "invitations")
