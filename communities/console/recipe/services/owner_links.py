"""The one mail to an owner: its link signs in, and by that confirms the address."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from communities.console.recipe.emails import OWNER_LINK, owner_mail
from communities.console.recipe.exceptions import LinkSpent
from communities.console.recipe.models import OwnerLink
from communities.models import Community, Membership
from members.mails.outbox import post
from members.models import Member
from members.services import prove_address


@transaction.atomic
def send_owner_link(
    community: Community, membership: Membership, *, prepared_by: Member | None = None
) -> OwnerLink:
    """Put the mail with a fresh link into the outbox; former links of this person open nothing any more.

    The mail says who prepared the place, where that was somebody else.
    """
    now = timezone.now()
    OwnerLink.objects.usable().filter(membership=membership).update(expires_at=now)
    link = OwnerLink.objects.create(membership=membership)
    link.membership = membership
    post(
        owner_mail(community, link, prepared_by),
        kind=OWNER_LINK,
        community_id=community.pk,
        about=str(link.pk),
    )
    return link


@transaction.atomic
def use_owner_link(link: OwnerLink) -> Member:
    """Spend the link: its holder has read the mailbox, which proves the address. The account to sign in.

    Raises LinkSpent, also for the second of two at once.
    """
    if not OwnerLink.objects.usable().filter(pk=link.pk).update(used_at=timezone.now()):
        raise LinkSpent
    membership = Membership.objects.active().select_related("member").filter(pk=link.membership_id).first()
    if membership is None or membership.member is None or not membership.member.is_active:
        raise LinkSpent
    if prove_address(membership.member.email).pk != membership.member_id:
        raise LinkSpent  # another account has proven the address meanwhile
    return membership.member
