"""Files for verification: taken from a member, opened by the team alone, verified or not accepted, deleted."""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.content.exceptions import NoRoom
from communities.content.storage import take_room
from communities.documents import MOST_BYTES, PDF, is_pdf
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.files import forget
from communities.journal.services import record
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.people.exceptions import AlreadyDecided, FileRefused
from communities.people.fields.kinds import VERIFIED
from communities.people.models import ProfileField, ProfileFile
from communities.people.notices import FileDecided
from communities.people.permissions import can_verify_files
from communities.sizes import size_in_words
from communities.stored import keep
from members.personal import Leaver

FOLDER = "verification"
State = ProfileFile.State


def type_of(file: File[Any]) -> str:
    """The type by the first bytes, whatever the name says; empty for one that is not taken."""
    file.seek(0)
    head = bytes(file.read(16))
    file.seek(0)
    if is_pdf(file):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def check_file(file: File[Any]) -> str:
    """The type of a file that can be taken. Raises FileRefused."""
    if not file.size:
        raise FileRefused(_("This file is empty."))
    if file.size > MOST_BYTES:
        raise FileRefused(
            _("This file is larger than %(most)s. Send a smaller one.") % {"most": size_in_words(MOST_BYTES)}
        )
    found = type_of(file)
    if not found:
        raise FileRefused
    return found


@transaction.atomic
def send_file(field_key: str, file: File[Any], *, by: Membership) -> ProfileFile:
    """Keep a file in place of the former one; it waits for the team, and is no longer verified.

    Raises NotAllowed, TooFast, FileRefused, NotKept.
    """
    if not by.is_active:
        raise NotAllowed
    kind = check_file(file)
    count_act(by, Limited.UPLOAD)
    field = ProfileField.objects.get(key=field_key, kind="file")
    path = keep(f"{FOLDER}/{by.community_id}/{secrets.token_hex(16)}", file)
    try:
        with transaction.atomic():
            former = (
                ProfileFile.objects.select_for_update(of=("self",)).filter(membership=by, field=field).first()
            )
            if former is not None:
                _delete(former)
            _take_room(file.size)
            kept: ProfileFile = ProfileFile.objects.create(
                membership=by,
                field=field,
                path=path,
                name=one_line(PurePath(file.name or "").name)[-120:] or _("File"),
                content_type=kind,
                size=file.size,
            )
    except Exception:
        # No row, no file: nobody would ever delete it.
        forget(path)
        raise
    _mark(by.pk, field_key, verified=False)
    return kept


def _take_room(size: int) -> None:
    try:
        take_room(size)
    except NoRoom as refusal:
        raise FileRefused(
            _("This community has no room left for this file. Its team can make room, or ask for more.")
        ) from refusal


@transaction.atomic
def take_file_back(field_key: str, *, by: Membership) -> bool:
    """Delete one’s own file, and what it proved; False where there is none."""
    found = (
        ProfileFile.objects.select_for_update(of=("self",))
        .filter(membership=by, field__key=field_key)
        .first()
    )
    if found is None:
        return False
    _delete(found)
    _mark(by.pk, field_key, verified=False)
    return True


def verify_file(file: ProfileFile, *, by: Membership, word: str = "") -> None:
    """Say that it proves what it should; the member is told. Raises NotAllowed, AlreadyDecided."""
    _decide(file, State.VERIFIED, by=by, word=word)


def refuse_file(file: ProfileFile, *, by: Membership, word: str = "") -> None:
    """Say that it does not, with a word why; the member is told and can send another.

    Raises NotAllowed, AlreadyDecided.
    """
    _decide(file, State.REFUSED, by=by, word=word)


@transaction.atomic
def _decide(file: ProfileFile, state: str, *, by: Membership, word: str) -> None:
    if not can_verify_files(by):
        raise NotAllowed
    locked: ProfileFile | None = (
        ProfileFile.objects.select_for_update(of=("self",)).select_related("field").filter(pk=file.pk).first()
    )
    if locked is None or locked.state == state or locked.path != file.path:
        raise AlreadyDecided
    before = locked.state
    locked.state, locked.word, locked.decided_by, locked.decided_at = state, word, by, timezone.now()
    locked.save(update_fields=["state", "word", "decided_by", "decided_at"])
    _mark(locked.membership_id, locked.field.key, verified=state == State.VERIFIED)
    person = Membership.objects.get(pk=locked.membership_id)
    record(
        by,
        "profile_file_decided",
        what=person.display_name,
        about=str(person.pk),
        before={"state": before},
        after={"field": str(locked.field), "state": state},
    )
    tell(FileDecided, [person.pk], About(actor=by, path="/me/profile/", occasion=str(locked.decided_at)))


def _mark(membership_id: int, key: str, *, verified: bool) -> None:
    """What others see of it stands in the profile."""
    person = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership_id)
    profile = {name: value for name, value in person.profile.items() if name != key}
    person.profile = {**profile, key: VERIFIED} if verified else profile
    person.save(update_fields=["profile"])


def delete_files_of_field(field: ProfileField) -> None:
    for file in ProfileFile.objects.filter(field=field):
        _delete(file)


def delete_files_of(leaver: Leaver, at_most: int) -> int:
    """The way of `people.ProfileFile.membership`: rows and files of who leaves."""
    files = list(ProfileFile.objects.filter(membership_id=leaver.membership_id)[:at_most])
    for file in files:
        _delete(file)
    return len(files)


def move_files(kept: int, gone: int) -> None:
    """The merger: of two files for one field, the one of `kept` stays."""
    own = ProfileFile.objects.filter(membership_id=kept).values_list("field_id", flat=True)
    for file in ProfileFile.objects.filter(membership_id=gone, field_id__in=list(own)):
        _delete(file)
    ProfileFile.objects.filter(membership_id=gone).update(membership_id=kept)


def _delete(file: ProfileFile) -> None:
    path = file.path
    file.delete()
    if path:
        transaction.on_commit(lambda: forget(path))
