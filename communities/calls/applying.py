"""One’s own application: written in parts, sent, changed until the call closes, taken back; and its files."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.calls.exceptions import ApplicationChanged, ApplicationDecided, CallError, CallNotOpen
from communities.calls.models import Application, ApplicationFile, Call, Evaluation, Step
from communities.calls.permissions import FEATURE, can_apply, judges_call
from communities.calls.services import held_call
from communities.content.exceptions import NoRoom
from communities.content.storage import take_room
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.files import forget
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.people.fields.files import check_file
from communities.queries import hold_member
from communities.stored import keep
from members.personal import Leaver

FOLDER = "applications"
State = Application.State


@dataclass(frozen=True)
class Said:
    """What a form says of an application. `files` are the new ones by the key of their question."""

    title: str
    summary: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    confirmed: Sequence[int] = ()
    files: Mapping[str, File[Any]] = field(default_factory=dict)


@transaction.atomic
def save_application(
    call: Call, said: Said, *, by: Membership, send: bool = False, version: int | None = None
) -> Application:
    """Keep an application as it is now, and `send` it: from then on jury and managers read it. One that was sent stays
    sent with each change, until the call closes.

    `version` is the one that its form was opened on; None for a first one. Raises NotAllowed, CallNotOpen,
    ApplicationChanged, ApplicationDecided, FileRefused, NotKept, TooFast; CallError where a condition is not confirmed.
    """
    refuse_closed(by, FEATURE)
    hold_member(by)
    # One application after the other: two windows of one person never make two, and what is asked stays meanwhile.
    held = held_call(call, shared=True)
    if not can_apply(by, held, judges=judges_call(by, held)):
        raise NotAllowed
    if not held.is_open:
        raise CallNotOpen
    count_act(by, Limited.DRAFT)
    own = _opened(held, by, version)
    sends = send or own.state == State.SENT
    if own.state not in (State.DRAFT, State.SENT, State.WITHDRAWN) or own.decided_at is not None:
        raise ApplicationDecided
    if sends and set(said.confirmed) != set(range(len(held.conditions))):
        raise CallError(_("Confirm each condition before you send it."))
    _keep(own, said, sends=sends, by=by)
    _store(own, said.files, by=by)
    return own


def _keep(own: Application, said: Said, *, sends: bool, by: Membership) -> None:
    was = own.state
    own.title, own.summary, own.answers = said.title, said.summary, dict(said.answers)
    own.confirmed = sorted(set(said.confirmed))
    if sends and was != State.SENT:
        own.state, own.sent_at = State.SENT, timezone.now()
    elif not sends:
        # What was withdrawn and is worked on again is nobody else’s until it is sent.
        own.state, own.sent_at = State.DRAFT, None
    own.version = own.version + 1 if own.pk else 1
    own.save()
    if sends and was != State.SENT:
        Step.objects.create(application=own, state=State.SENT, by=by)


def _opened(call: Call, by: Membership, version: int | None) -> Application:
    """The one that a form was opened on, or a new one. Raises ApplicationChanged."""
    own = _own(call, by)
    if own is None:
        return Application(call=call, applicant=by)
    if version != own.version:
        raise ApplicationChanged
    return own


@transaction.atomic
def take_back(application: Application, *, by: Membership) -> bool:
    """Take one’s own application back: a draft goes with its files; one that was sent stays for the team as withdrawn,
    and can be sent again while the call is open. False where nothing was left to take back.

    Raises NotAllowed, ApplicationDecided.
    """
    refuse_closed(by, FEATURE)
    held = held_application(application)
    if held is None or held.applicant_id != by.pk:
        raise NotAllowed
    if held.state == State.WITHDRAWN:
        return False
    if held.is_draft:
        delete_application(held)
        return True
    if held.state != State.SENT:
        raise ApplicationDecided
    held.state = State.WITHDRAWN
    held.version += 1
    held.save(update_fields=["state", "version"])
    Step.objects.create(application=held, state=State.WITHDRAWN, by=by)
    return True


def held_application(application: Application) -> Application | None:
    """The application as it is now, which nobody else changes until the transaction ends; None once it is gone."""
    held: Application | None = (
        Application.objects.select_for_update(of=("self",)).filter(pk=application.pk).first()
    )
    if held is not None:
        held.call = application.call
    return held


def delete_application(application: Application) -> None:
    """With its files, once the transaction has ended."""
    paths = list(ApplicationFile.objects.filter(application=application).values_list("path", flat=True))
    application.delete()
    transaction.on_commit(lambda: forget(*[path for path in paths if path]))


def delete_applications_of(leaver: Leaver, at_most: int) -> int:
    """The way of `calls.Application.applicant`: rows and files of who leaves; call by call, as two who leave at once
    both take something from what these come to."""
    found = list(Application.objects.filter(applicant=leaver.membership_id).order_by("call", "pk")[:at_most])
    for application in found:
        delete_application(application)
    return len(found)


def move_applications(kept: int, gone: int) -> None:
    """Of two applications to one call the one that was sent stays, else that of the membership that stays; whoever
    judges it as well does so no more."""
    for theirs in Application.objects.filter(applicant=gone).order_by("call", "pk"):
        own = Application.objects.filter(applicant=kept, call=theirs.call_id).first()
        if own is not None and (own.sent_at is not None or theirs.sent_at is None):
            delete_application(theirs)
            continue
        if own is not None:
            delete_application(own)
        Application.objects.filter(pk=theirs.pk).update(applicant=kept)


def move_evaluations(kept: int, gone: int) -> None:
    """Of two of one application a conflict of interest stays, else what the membership that stays has said."""
    for theirs in Evaluation.objects.filter(juror=gone).order_by("pk"):
        own = Evaluation.objects.filter(juror=kept, application=theirs.application_id).first()
        if own is None:
            Evaluation.objects.filter(pk=theirs.pk).update(juror=kept)
        elif theirs.conflict and not own.conflict:
            own.delete()
            Evaluation.objects.filter(pk=theirs.pk).update(juror=kept)
        else:
            theirs.delete()


def _own(call: Call, by: Membership) -> Application | None:
    own: Application | None = (
        Application.objects.select_for_update(of=("self",)).filter(call=call, applicant=by).first()
    )
    return own


def _store(application: Application, files: Mapping[str, File[Any]], *, by: Membership) -> None:
    """Each in place of the former one of its question; what was stored goes again where the rest fails."""
    new: list[str] = []
    former: list[str] = []
    try:
        for key, file in files.items():
            kind = check_file(file)
            count_act(by, Limited.UPLOAD)
            size = file.size
            path = keep(f"{FOLDER}/{by.community_id}/{secrets.token_hex(16)}", file)
            new.append(path)
            old = ApplicationFile.objects.filter(application=application, key=key)
            former += [one for one in old.values_list("path", flat=True) if one]
            old.delete()
            take_room(size)
            ApplicationFile.objects.create(
                application=application,
                key=key,
                path=path,
                name=one_line(PurePath(file.name or "").name)[-120:] or _("File"),
                content_type=kind,
                size=size,
            )
    except NoRoom as refusal:
        forget(*new)
        raise CallError(
            _("This community has no room left for this file. Its team can make room, or ask for more.")
        ) from refusal
    except Exception:
        # No row, no file: nobody would ever delete it.
        forget(*new)
        raise
    transaction.on_commit(lambda: forget(*former))
