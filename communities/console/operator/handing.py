"""Another owner, for when there is none to ask."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from communities.console.exceptions import OperatorStaysOut
from communities.console.founding import owner_for
from communities.console.operator.acting import needed_reason, note, note_there, refuse_others
from communities.console.operator.emails import owners_of, write_to
from communities.console.operator.models import OperatorAct
from communities.launch.services.handles import free_handle
from communities.models import Community, Membership
from communities.people.entrusting import install_owner
from communities.queries import community_root, locked_community
from communities.scoping import community_scope
from communities.signals import member_joined
from members.models import Member


@transaction.atomic
def hand_over(community: Community, *, by: Member, address: str, reason: str) -> Member:
    """Make another person the owner; who owned it becomes a community manager. Everybody concerned is told.

    For when an owner is gone. Raises NotAllowed, ReasonMissing, OperatorStaysOut, and what refuses joining.
    """
    refuse_others(by)
    reason = needed_reason(reason)
    fresh = locked_community(community)
    owner = owner_for(address)
    if owner.is_operator:
        raise OperatorStaysOut
    former = [one for one in owners_of(fresh) if one.pk != owner.pk]
    with community_scope(fresh):
        heir = _let_in(fresh, owner)
        install_owner(heir)
    note(
        OperatorAct.Kind.HANDED_OVER, by, community=fresh, what=f"{fresh.name}: {owner.email}", reason=reason
    )
    note_there(fresh, "operator_handed_over", what=heir.display_name, after={"reason": reason})
    root = community_root(fresh)
    words = {"reason": reason, "owner": owner.email}
    write_to(former, "handed_over", fresh, words, url=root)
    write_to([owner], "new_owner", fresh, words, url=f"{root}sign-in/")
    return owner


def _let_in(community: Community, owner: Member) -> Membership:
    """Their membership, made where there is none: an owner comes in whatever the state of the place."""
    mine = Membership.objects.select_for_update().filter(member=owner).first()
    if mine is not None and mine.is_active:
        return mine
    mine = mine or Membership(community=community, member=owner)
    mine.display_name = owner.email.partition("@")[0]
    mine.handle = free_handle(mine.display_name)
    mine.language = owner.language or community.language
    mine.status, mine.joined_at = Membership.Status.ACTIVE, timezone.now()
    mine.save()
    Community.objects.filter(pk=community.pk).update(member_count=F("member_count") + 1)
    member_joined.send(sender=Membership, membership=mine)
    return mine
