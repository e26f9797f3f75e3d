"""What the team keeps about people travels with them."""

from __future__ import annotations

from communities.content.models import Space
from communities.models import Membership
from communities.people.models import MemberNote, OwnershipOffer
from communities.portable import Portable, register_about, register_portable

ABOUT_PEOPLE = (
    "role_set", "level_set", "member_noted", "note_deleted", "address_shown", "members_merged", "request_approved",
    "request_declined", "ownership_offered", "ownership_withdrawn", "ownership_declined", "ownership_accepted",
    "member_removed", "letter_sent",
)  # fmt: skip


def register() -> None:
    register_portable(Portable(MemberNote), Portable(OwnershipOffer))
    register_about(Membership, acts=ABOUT_PEOPLE)
    register_about(Space, Membership, acts=("author_named",))
