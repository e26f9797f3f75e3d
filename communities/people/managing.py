"""What the team does with people: level, note, address, letter, list, the end of a membership."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Community, Membership, MembershipQuerySet
from communities.people.fields.defined import every_field
from communities.people.fields.showing import exported
from communities.people.levels import HIGHEST, level_name
from communities.people.models import MemberNote
from communities.people.permissions import (
    can_edit_members,
    can_export_members,
    can_remove_member,
    can_see_email,
    can_set_level,
)
from communities.people.services import end_membership
from communities.queries import locked_community
from communities.tables import BOM, csv_line
from members.mails.models import mask_address

ROWS = 500


@transaction.atomic
def set_level(person: Membership, level: int, *, by: Membership) -> bool:
    """Give a trust level; False where it was so. Raises NotAllowed."""
    person = Membership.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not can_set_level(by, person) or not 0 <= level <= HIGHEST:
        raise NotAllowed
    before = person.trust_level
    if before == level:
        return False
    person.trust_level = level
    person.save(update_fields=["trust_level"])
    record(
        by,
        "level_set",
        what=person.display_name,
        about=str(person.pk),
        before={"level": before},
        after={"level": level},
    )
    return True


@transaction.atomic
def note_about(person: Membership, text: str, *, by: Membership) -> MemberNote:
    """Keep a word among the team. It is in what the person takes away of their data. Raises NotAllowed."""
    if not can_edit_members(by):
        raise NotAllowed
    note: MemberNote = MemberNote.objects.create(membership=person, text=text, by=by)
    # The journal says that somebody noted something, never what.
    record(by, "member_noted", what=person.display_name, about=str(person.pk))
    return note


@transaction.atomic
def delete_note(note: MemberNote, *, by: Membership) -> None:
    """Raises NotAllowed."""
    if not can_edit_members(by):
        raise NotAllowed
    person = note.membership
    note.delete()
    record(by, "note_deleted", what=person.display_name, about=str(person.pk))


@transaction.atomic
def reveal_address(person: Membership, *, by: Membership) -> str:
    """The address of somebody’s account, for those with the right; the journal has who asked. Raises NotAllowed."""
    if not can_see_email(by) or person.member is None:
        raise NotAllowed
    record(by, "address_shown", what=person.display_name, about=str(person.pk))
    return str(person.member.email)


def masked_address(person: Membership) -> str:
    """Enough to tell two people apart, and no more; empty for an imported name."""
    return mask_address(person.member.email) if person.member is not None else ""


@transaction.atomic
def remove_member(person: Membership, *, by: Membership, reason: str = "") -> bool:
    """End somebody’s membership: what they wrote stays under “Former member”, and they may join again; keeping them
    out is a measure of moderation. False when they had left. Raises NotAllowed."""
    locked_community(person.community_id)
    person = Membership.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.status == Membership.Status.LEFT:
        return False
    if not can_remove_member(by, person):
        raise NotAllowed
    number = person.pk
    end_membership(person)
    # Of somebody who has gone the journal keeps no name.
    record(
        by,
        "member_removed",
        what=_("Member no. %(n)s") % {"n": number},
        about=str(number),
        after={"reason": reason},
    )
    return True


def export_members(
    people: MembershipQuerySet, community: Community, file: IO[bytes], *, by: Membership
) -> int:
    """Write a table of people, addresses among them; how many. The journal has who took it. Raises NotAllowed."""
    if not can_export_members(by):
        raise NotAllowed
    fields = every_field(community)
    file.write((BOM + csv_line([*HEADINGS, *(field.label for field in fields)])).encode())
    written = 0
    for person in people.select_related("member").iterator(chunk_size=ROWS):
        cells = [*_facts(person, community), *(exported(field, person.profile) for field in fields)]
        file.write(csv_line(cells).encode())
        written += 1
    record(by, "members_exported", what=str(written))
    return written


HEADINGS = (
    "number",
    "name",
    "handle",
    "address",
    "role",
    "role_until",
    "level",
    "status",
    "joined",
    "came_by",
    "last_here",
    "posts",
)


def _facts(person: Membership, community: Community) -> Sequence[str]:
    def day(moment: datetime.datetime | None) -> str:
        return timezone.localtime(moment, community.zone).date().isoformat() if moment else ""

    return (
        str(person.pk),
        person.display_name,
        person.handle,
        person.member.email if person.member else "",
        str(person.get_role_display()),
        day(person.role_until),
        level_name(person.trust_level),
        str(person.get_status_display()),
        day(person.joined_at),
        str(person.get_came_by_display()),
        day(person.seen_at),
        str(person.post_count),
    )
