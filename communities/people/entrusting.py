"""Giving roles, with their scope and end; handing ownership over; naming the authors of a space."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from communities.content.models import Space, SpaceAuthor
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import record
from communities.models import Membership
from communities.notifications.services import tell
from communities.people.exceptions import (
    EndPassed,
    LastOwner,
    NoSpaceChosen,
    NotAnAuthorsSpace,
    OfferEnded,
    RoleMoved,
)
from communities.people.models import OwnershipOffer
from communities.people.notices import (
    OwnershipOffered,
    RoleChanged,
    RoleEnds,
    TeamRoleEnds,
    about_end,
    about_offer,
    about_role,
)
from communities.people.permissions import can_hand_over, can_name_authors, can_see_team
from communities.queries import locked_community
from communities.roles import (
    can_give_role,
    can_set_role,
    falls_back_to,
    give_role,
    is_last_owner,
    role_as_kept,
)
from communities.tasks import each_apart

Role = Membership.Role


@transaction.atomic
def set_role(
    person: Membership,
    role: str,
    *,
    by: Membership,
    spaces: Sequence[int] | None = None,
    until: datetime.datetime | None = None,
    after: str = "",
    seen: str = "",
) -> Membership:
    """Give somebody a role. `spaces`: None for the whole community, else those that a moderator looks after. With
    `until` it ends by itself, and they are `after` from then on: what they were, where it is not said. `seen` is the
    role that `by` had before their eyes.

    Raises NotAllowed, RoleMoved, EndPassed, NoSpaceChosen.
    """
    person = _locked(person)
    if not can_give_role(by, person, role):
        raise NotAllowed
    if seen and seen != role_mark(person):
        raise RoleMoved
    if until is not None and until <= timezone.now():
        raise EndPassed
    if role == Role.MODERATOR and spaces is not None and not _existing(spaces):
        raise NoSpaceChosen
    before = role_as_kept(person)
    after = after or falls_back_to(person, role)
    give_role(person, role, spaces=_existing(spaces or ()), until=until, after=after)
    _note_role(person, by=by, before=before)
    return person


def role_mark(person: Membership) -> str:
    """What a form says its sender has seen: the role with its scope and end."""
    kept = role_as_kept(person)
    return "|".join(str(kept[name]) for name in ("role", "spaces", "until", "after"))


def _existing(spaces: Sequence[int]) -> list[int]:
    """Those of the ids that are spaces of this community."""
    return list(Space.objects.filter(pk__in=spaces).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def lay_down_role(membership: Membership, *, by: Membership) -> bool:
    """Give one’s own role back; False for a member without one. Raises NotAllowed, LastOwner."""
    # As leaving does: of two last owners at once, each would see the other.
    locked_community(membership.community_id)
    person = _locked(membership)
    if by.pk != person.pk:
        raise NotAllowed
    if person.role == Role.MEMBER:
        return False
    if is_last_owner(person):
        raise LastOwner
    before = role_as_kept(person)
    give_role(person, Role.MEMBER)
    _journal_role(person, by=by, before=before)
    return True


def _note_role(person: Membership, *, by: Membership | None, before: dict[str, object]) -> None:
    """The journal’s line and the word to the person; nothing where nothing has changed."""
    line = _journal_role(person, by=by, before=before)
    if line is not None:
        tell(RoleChanged, [person.pk], about_role(person, by, occasion=str(line.pk)))


def _journal_role(
    person: Membership, *, before: dict[str, object], by: Membership | None = None, by_platform: bool = False
) -> Change | None:
    return record(
        by,
        "role_set",
        what=person.display_name,
        about=str(person.pk),
        before=before,
        after=role_as_kept(person),
        by_platform=by_platform,
    )


@transaction.atomic
def settle_ended_roles() -> int:
    """Write down the roles that have ended in the community in scope, and tell their people; how many. They had no
    effect since their end, whether this has run or not."""
    now = timezone.now()
    ended = Membership.objects.with_ended_role(now).select_for_update(skip_locked=True)
    # As they were given: a row that is read has its present role already.
    given = {row["pk"]: row for row in ended.values("pk", "role", "role_spaces", "role_until", "role_after")}
    people = {person.pk: person for person in Membership.objects.filter(pk__in=given)}
    return each_apart("membership", people, lambda pk: _settle_role(people[pk], given[pk]))


def _settle_role(person: Membership, was: Mapping[str, Any]) -> int:
    person.save(update_fields=["role", "role_spaces", "role_until"])
    before: dict[str, object] = {
        "role": was["role"],
        "spaces": sorted(was["role_spaces"]),
        "until": was["role_until"].isoformat() if was["role_until"] else "",
        "after": was["role_after"],
    }
    _note_role(person, by=None, before=before)
    return 1


@transaction.atomic
def announce_role_ends() -> int:
    """Tell those of the community in scope whose role ends within two weeks, and whoever may lengthen it; how many
    roles. Each end is told once; a role that is given anew has an end of its own."""
    ending = Membership.objects.active().with_ending_role(timezone.now())
    people = {one.pk: one for one in ending.select_for_update(skip_locked=True).order_by("pk")}
    team = [one for one in Membership.objects.team() if can_see_team(one)] if people else []
    return each_apart("membership", people, lambda pk: _announce_end(people[pk], team))


def _announce_end(person: Membership, team: list[Membership]) -> int:
    tell(RoleEnds, [person.pk], about_end(person, path="/me/"))
    lengthen = [one.pk for one in team if can_set_role(one, person)]
    tell(TeamRoleEnds, lengthen, about_end(person, path=f"/manage/members/{person.pk}/"))
    return Membership.objects.filter(pk=person.pk).update(role_end_told=True)


@transaction.atomic
def offer_ownership(person: Membership, *, by: Membership, by_becomes: str = "") -> OwnershipOffer:
    """Offer ownership to an active member, who has two weeks to accept it; an earlier offer is withdrawn.

    Nothing changes until then. Raises NotAllowed.
    """
    # Of two owners who offer at once, the second withdraws what the first has offered.
    locked_community(by.community_id)
    by, person = _locked(by), Membership.objects.get(pk=person.pk)
    if not can_hand_over(by) or not _may_own(person) or person.role == Role.OWNER or by_becomes == Role.OWNER:
        raise NotAllowed
    for standing in OwnershipOffer.objects.filter(state=OwnershipOffer.State.OFFERED):
        _decide(standing, OwnershipOffer.State.WITHDRAWN)
    offer: OwnershipOffer = OwnershipOffer.objects.create(
        by=by, to=person, by_becomes=by_becomes, expires_at=timezone.now() + OwnershipOffer.LIVES
    )
    record(by, "ownership_offered", what=person.display_name, about=str(person.pk))
    tell(OwnershipOffered, [person.pk], about_offer(offer))
    return offer


@transaction.atomic
def accept_ownership(offer: OwnershipOffer, *, by: Membership) -> None:
    """Become an owner; who offered it becomes what they chose. Raises NotAllowed, OfferEnded."""
    locked_community(by.community_id)
    offer = OwnershipOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if offer.to_id != by.pk:
        raise NotAllowed
    former, heir = _locked(offer.by), _locked(by)
    if not offer.is_open or not can_hand_over(former) or not _may_own(heir):
        raise OfferEnded
    for person, role in ((heir, Role.OWNER), (former, offer.by_becomes)):
        if role:
            before = role_as_kept(person)
            give_role(person, role)
            _note_role(person, by=former, before=before)
    _decide(offer, OwnershipOffer.State.ACCEPTED)


def _may_own(person: Membership) -> bool:
    """Somebody under a measure would own a place and could do nothing in it."""
    return person.is_active and not person.unclaimed and person.silent_until is None


@transaction.atomic
def refuse_ownership(offer: OwnershipOffer, *, by: Membership) -> bool:
    """Decline an offer, or take back one’s own; False when it had ended. Raises NotAllowed."""
    offer = OwnershipOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if by.pk not in (offer.to_id, offer.by_id):
        raise NotAllowed
    if not offer.is_open:
        return False
    own = by.pk == offer.by_id
    _decide(offer, OwnershipOffer.State.WITHDRAWN if own else OwnershipOffer.State.DECLINED)
    act = "ownership_withdrawn" if own else "ownership_declined"
    record(by, act, what=offer.to.display_name, about=str(offer.to_id))
    return True


def install_owner(heir: Membership) -> None:
    """Make an active member the one owner, for the platform, when there is no owner to ask; whoever owned the place is
    a community manager from then on. The platform writes to them itself; here are the lines of the journal."""
    heir = _locked(heir)
    for standing in OwnershipOffer.objects.filter(state=OwnershipOffer.State.OFFERED):
        _decide(standing, OwnershipOffer.State.WITHDRAWN)
    former = Membership.objects.in_role(Role.OWNER).exclude(pk=heir.pk).select_for_update(of=("self",))
    for person, role in [*((one, Role.MANAGER) for one in former), (heir, Role.OWNER)]:
        before = role_as_kept(person)
        give_role(person, role)
        _journal_role(person, before=before, by_platform=True)
    # A measure of somebody who was no owner then would leave the place without one.
    heir.trust_level, heir.suspended_until, heir.read_only_until = 4, None, None
    heir.save(update_fields=["trust_level", "suspended_until", "read_only_until"])


def end_offers(kept: int, gone: int) -> None:
    """Of two memberships that are merged: what was offered to or by the one that goes has ended."""
    OwnershipOffer.objects.filter(Q(by=gone) | Q(to=gone)).delete()


def _decide(offer: OwnershipOffer, state: str) -> None:
    offer.state, offer.decided_at = state, timezone.now()
    offer.save(update_fields=["state", "decided_at"])


@transaction.atomic
def name_author(space: Space, person: Membership, *, by: Membership, edits: bool = False) -> bool:
    """Let somebody write in a space that names its authors; as an editor (`edits`) they also work on the others’
    articles. False when they did so already. Raises NotAllowed, NotAnAuthorsSpace."""
    if not can_name_authors(by) or not person.is_active or person.unclaimed:
        raise NotAllowed
    if space.posting != Space.Posting.AUTHORS:
        raise NotAnAuthorsSpace
    link = SpaceAuthor.objects.filter(space=space, membership=person).first()
    before = _author_as_kept(space, link)
    if link is not None and link.edits == edits:
        return False
    try:
        with transaction.atomic():
            SpaceAuthor.objects.update_or_create(space=space, membership=person, defaults={"edits": edits})
    except IntegrityError:
        return False  # named twice at once
    after = {"space": space.name, "author": True, "editor": edits}
    record(
        by,
        "author_named",
        what=person.display_name,
        about=f"{space.pk} {person.pk}",
        before=before,
        after=after,
    )
    return True


@transaction.atomic
def unname_author(space: Space, person: Membership, *, by: Membership) -> bool:
    """They write no more in this space; what they wrote stays. False when they did not. Raises NotAllowed."""
    if not can_name_authors(by):
        raise NotAllowed
    link = SpaceAuthor.objects.filter(space=space, membership=person).first()
    if link is None:
        return False
    before = _author_as_kept(space, link)
    link.delete()
    after = {"space": space.name, "author": False, "editor": False}
    record(
        by,
        "author_named",
        what=person.display_name,
        about=f"{space.pk} {person.pk}",
        before=before,
        after=after,
    )
    return True


def _author_as_kept(space: Space, link: SpaceAuthor | None) -> dict[str, object]:
    return {"space": space.name, "author": link is not None, "editor": bool(link and link.edits)}


def _locked(person: Membership) -> Membership:
    found: Membership = Membership.objects.select_for_update(of=("self",)).get(pk=person.pk)
    return found
