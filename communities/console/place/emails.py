"""The mail that tells the owners of a place that it will be deleted."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.mails import brand_for, page_address, speaking
from communities.models import Community, Membership
from members.mails.building import Letter, build
from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import post


def _still_to_delete(about: str) -> bool:
    return Community.objects.filter(pk=int(about), deletes_at__isnull=False).exists()


DELETION = register_kind(
    MailKind(
        "community_deletion",
        gettext_lazy("Deletion of the community"),
        urgency=3,
        repeats=True,
        still_wanted=_still_to_delete,
    )
)


def write_to_owners(community: Community, *, by: Membership) -> int:
    """One mail to each owner, whoever asked among them; how many."""
    owners = Membership.objects.active().in_role(Membership.Role.OWNER).select_related("member")
    written = 0
    for owner in owners.order_by("id"):
        if owner.member is None or not owner.member.email:
            continue
        with speaking(community, owner.language):
            letter = Letter(
                owner.member.email,
                _("%(name)s will be deleted in 30 days") % {"name": community.name},
                "console/mail_deletion",
                {
                    "by": by.display_name,
                    "deletes_at": community.deletes_at,
                    "url": page_address(community, "console:close-community"),
                },
            )
            post(
                build(letter, brand_for(community)),
                kind=DELETION,
                community_id=community.pk,
                about=str(community.pk),
            )
        written += 1
    return written
