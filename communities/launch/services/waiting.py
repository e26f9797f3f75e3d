"""The waiting list: asking, leaving, and letting people in, the first ones first."""

from __future__ import annotations

import datetime

from django.core.cache import cache
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.launch.exceptions import FeatureClosed
from communities.launch.features import is_open
from communities.launch.models import Invitation, LaunchLogEntry, Stage, WaitingPlace
from communities.launch.permissions import can_edit_plan
from communities.launch.services.inviting import LIVES_IN_LIST, invite
from communities.launch.services.planning import lock_plan, log, look_soon
from communities.models import Community, Membership
from members.addresses import fold_address
from members.personal import Leaver

_State = WaitingPlace.State
# What a place says of a person.
_ERASED = {"email": "", "name": "", "reason": "", "answer": "", "language": ""}
# Whoever types somebody else’s address cannot fill a mailbox with it.
MAIL_AGAIN_AFTER = 60 * 60  # seconds


@transaction.atomic
def join_waiting_list(
    community: Community,
    *,
    email: str,
    name: str = "",
    reason: str = "",
    brought_by: WaitingPlace | None = None,
    language: str = "",
    at: datetime.datetime | None = None,
) -> WaitingPlace:
    """Take a place, or find the one that this address has; its mail is sent again (the place, the refusal or the way
    in), at most once an hour, and not after somebody has joined with it. Name and reason of a known place are not
    overwritten: whoever types an address need not own it. Raises FeatureClosed. `at` backdates a new place, for people
    who asked long ago and have had the mail.
    """
    if not is_open(community, None, "waiting_list"):
        raise FeatureClosed
    # Numbers are given one at a time.
    lock_plan()
    email = fold_address(email)
    place = WaitingPlace.objects.filter(email=email).first()
    if place is None:
        last = WaitingPlace.objects.aggregate(last=Max("number"))["last"] or 0
        place = WaitingPlace.objects.create(
            email=email,
            name=name.strip(),
            reason=reason.strip(),
            brought_by=brought_by,
            language=language,
            number=last + 1,
            asked_at=at or timezone.now(),
        )
        look_soon()
    if at is not None:
        WaitingPlace.objects.filter(pk=place.pk).update(mail_due_at=None)
    elif cache.add(f"waiting-mail:{place.community_id}:{place.pk}", 1, MAIL_AGAIN_AFTER):
        _mail_again(place)
    return place


def _mail_again(place: WaitingPlace) -> None:
    """Send the mail again with the same link, so that nobody who merely knows the address can invalidate it."""
    if place.state == _State.WAITING:
        WaitingPlace.objects.filter(pk=place.pk).update(mail_due_at=timezone.now())
        return
    if place.state == _State.REFUSED:
        # The first one waits ten minutes, and goes on waiting. Who has had it is told, should the team put them back.
        told = WaitingPlace.objects.refused().filter(pk=place.pk, mail_due_at__isnull=True)
        told.update(mail_due_at=timezone.now(), owes_place=True)
        return
    invitations = Invitation.objects.filter(place=place)
    usable = invitations.filter(state=Invitation.State.SENT, expires_at__gt=timezone.now())
    if usable.update(mail_due_at=timezone.now()):
        return
    if not invitations.filter(state=Invitation.State.ACCEPTED).exists():
        _send_way_in(place, stage=None, by=None)


@transaction.atomic
def leave_waiting_list(place: WaitingPlace) -> None:
    """Give the place up; the address is erased, also from the invitations it got. Idempotent."""
    Invitation.objects.filter(place=place, state=Invitation.State.SENT).delete()
    WaitingPlace.objects.filter(pk=place.pk).update(state=_State.LEFT, mail_due_at=None, **_ERASED)


@transaction.atomic
def forget_places(leaver: Leaver, at_most: int) -> int:
    """Erase the address of somebody who has left from the places that it got; how many. Their numbers stay."""
    # Both are in small letters.
    places = list(WaitingPlace.objects.filter(email__in=leaver.addresses)[:at_most])
    for place in places:
        if place.state == _State.WAITING:
            leave_waiting_list(place)
        else:
            WaitingPlace.objects.filter(pk=place.pk).update(mail_due_at=None, **_ERASED)
    return len(places)


@transaction.atomic
def admit_waiting(
    *, by: Membership | None, stage: Stage | None, first: int = 0, places: list[int] | None = None
) -> int:
    """Let in the `first` so many, or these places; each gets a personal way in by mail. How many.

    Raises NotAllowed.
    """
    if by is not None and not can_edit_plan(by):
        raise NotAllowed
    waiting = WaitingPlace.objects.waiting().select_for_update()
    chosen = list(waiting.filter(pk__in=places) if places is not None else waiting[:first])
    for place in chosen:
        place.state, place.admitted_at = _State.ADMITTED, timezone.now()
        # The team read them to decide, and has decided.
        place.name = place.reason = place.answer = ""
        place.save(update_fields=["state", "admitted_at", "name", "reason", "answer"])
        _send_way_in(place, stage=stage, by=by)
    if chosen:
        log(LaunchLogEntry.Act.ADMITTED, stage, by=by, detail={"people": len(chosen)})
    return len(chosen)


def admit_share(stage: Stage, community: Community, *, by: Membership | None) -> int:
    """What opening a stage does for the waiting list: its share is admitted; everybody, once anybody may join."""
    if stage.audience == Stage.Audience.WAITING:
        waiting = WaitingPlace.objects.waiting().count()
        return admit_waiting(by=by, stage=stage, first=-(-waiting * stage.share // 100))
    if stage.audience == Stage.Audience.EVERYONE and is_open(community, None, "join"):
        return admit_waiting(by=by, stage=None, first=WaitingPlace.objects.waiting().count())
    return 0


@transaction.atomic
def invite_again(places: list[int], *, by: Membership) -> int:
    """Send these people of the waiting list a new way in, into the same stage, where theirs has expired; how many.

    Their mail says that it takes the place of another. Raises NotAllowed.
    """
    if not can_edit_plan(by):
        raise NotAllowed
    admitted = WaitingPlace.objects.select_for_update().filter(pk__in=places, state=_State.ADMITTED)
    held = {place.pk: place for place in admitted.order_by("pk")}
    # Read once the places are held: of two who press at once the second finds nothing expired any more.
    lapsed = set(Invitation.objects.lapsed().filter(place__in=held).values_list("place", flat=True))
    for pk in sorted(lapsed):
        _send_way_in(held[pk], stage=None, by=by)
    if lapsed:
        log(LaunchLogEntry.Act.INVITED, None, by=by, detail={"people": len(lapsed)})
    return len(lapsed)


def _send_way_in(place: WaitingPlace, *, stage: Stage | None, by: Membership | None) -> None:
    known = Invitation.objects.filter(place=place, state=Invitation.State.SENT).first()
    stage = stage or (known.stage if known else None)
    if known is not None:
        known.delete()
    invite(place.email, inviter=by, stage=stage, place=place, lives=LIVES_IN_LIST)
