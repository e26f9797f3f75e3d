"""What the team keeps about people travels with them."""

from __future__ import annotations

from communities.content.models import Space
from communities.models import Membership
from communities.people.models import MemberNote, OwnershipOffer, ProfileField, ProfileFile
from communities.portable import Portable, Stays, register_about, register_portable

ABOUT_PEOPLE = (
    "role_set", "level_set", "member_noted", "note_deleted", "address_shown", "members_merged", "request_approved",
    "request_declined", "ownership_offered", "ownership_withdrawn", "ownership_declined", "ownership_accepted",
    "member_removed", "letter_sent", "profile_file_decided",
)  # fmt: skip
ABOUT_FIELDS = (
    "add_profile_field", "edit_profile_field", "retire_profile_field", "restore_profile_field", "delete_profile_field",
)  # fmt: skip


def register() -> None:
    register_portable(
        Portable(MemberNote),
        Portable(OwnershipOffer),
        # Profiles and spaces name it by its key, which is the same everywhere; the journal by its number.
        Portable(ProfileField, named=True),
        Stays(
            ProfileFile, why="Sent to this team for its eyes alone; what it proved travels in the profile."
        ),
    )
    register_about(Membership, acts=ABOUT_PEOPLE)
    register_about(ProfileField, acts=ABOUT_FIELDS)
    register_about(Space, Membership, acts=("author_named",))
