"""What the team says is listened for, and where: names with their words, feeds, addresses for other tools."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.animation.listening.exceptions import AddressTaken, NameTaken, TooMany
from communities.animation.listening.models import (
    MOST_NAMES,
    MOST_SOURCES,
    MOST_WORDS,
    MentionSource,
    TrackedName,
)
from communities.animation.listening.permissions import can_listen
from communities.animation.listening.tasks import look_for_names
from communities.exceptions import FieldError, NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.models import Membership
from communities.outbound import is_web_address
from communities.queries import locked_community


@transaction.atomic
def track_name(
    name: str, words: Sequence[str], *, rival: bool, by: Membership, row: TrackedName | None = None
) -> TrackedName:
    """Listen for a name, or change one; one that was dropped under this name goes on with what it had.

    Mentions that are kept are looked through again afterwards, by a job. Raises NotAllowed, NameTaken, TooMany.
    """
    _hold(by)
    name = one_line(name)
    namesake = TrackedName.objects.filter(name=name).first()
    if namesake is not None and (row is None or row.pk != namesake.pk):
        if row is not None or namesake.removed_at is None:
            raise NameTaken(field="name")
        row = namesake
    is_new = row is None or row.removed_at is not None
    if is_new and TrackedName.objects.living().count() >= MOST_NAMES:
        raise TooMany
    before = None if is_new or row is None else _said(row)
    row = row or TrackedName(created_by=by)
    row.name, row.rival, row.words, row.removed_at = name, rival, _words(name, words), None
    row.save()
    if before is None:
        record(by, "name_tracked", what=row.name, about=row.pk, after=_said(row))
    elif before != _said(row):
        record(by, "tracked_name_changed", what=row.name, about=row.pk, before=before, after=_said(row))
    _look_again(by)
    return row


@transaction.atomic
def drop_name(row: TrackedName, *, by: Membership) -> None:
    """Listen for it no longer; what was counted stays, and it can be taken back. Raises NotAllowed."""
    _hold(by)
    if TrackedName.objects.living().filter(pk=row.pk).update(removed_at=timezone.now()):
        record(by, "name_dropped", what=row.name, about=row.pk)


@transaction.atomic
def take_name_back(row: TrackedName, *, by: Membership) -> None:
    """Listen for it again, in what is kept too. Raises NotAllowed, TooMany."""
    _hold(by)
    if TrackedName.objects.living().count() >= MOST_NAMES:
        raise TooMany
    if TrackedName.objects.filter(pk=row.pk, removed_at__isnull=False).update(removed_at=None):
        record(by, "name_tracked", what=row.name, about=row.pk)
        _look_again(by)


@transaction.atomic
def add_feed(name: str, address: str, *, by: Membership) -> MentionSource:
    """A feed, to be read within minutes. Raises NotAllowed, FieldError, AddressTaken, TooMany."""
    _hold(by)
    address = address.strip()
    if not is_web_address(address):
        raise FieldError(
            _("Write the address of a feed, such as https://example.org/feed.xml, without a password."),
            field="address",
        )
    _refuse_more()
    if MentionSource.objects.living().filter(kind=MentionSource.Kind.FEED, address=address).exists():
        raise AddressTaken(field="address")
    source: MentionSource = MentionSource.objects.create(
        kind=MentionSource.Kind.FEED,
        name=one_line(name),
        address=address,
        due_at=timezone.now(),
        created_by=by,
    )
    record(by, "mention_source_added", what=source.name, about=source.pk)
    return source


@transaction.atomic
def open_hook(name: str, *, by: Membership) -> tuple[MentionSource, str]:
    """An address for another tool, and the secret that it signs with, which is told once.

    Raises NotAllowed, TooMany.
    """
    _hold(by)
    _refuse_more()
    source = MentionSource(kind=MentionSource.Kind.HOOK, name=one_line(name), created_by=by)
    secret = new_secret()
    source.keep_secret(secret, at=timezone.now())
    source.save()
    record(by, "mention_source_added", what=source.name, about=source.pk)
    return source, secret


@transaction.atomic
def change_secret(source: MentionSource, *, by: Membership) -> str:
    """Another secret, which is told once; the former one is good for a day more. Raises NotAllowed."""
    _hold(by)
    row = MentionSource.objects.living().select_for_update().get(pk=source.pk, kind=MentionSource.Kind.HOOK)
    secret = new_secret()
    row.keep_secret(secret, at=timezone.now())
    row.save(update_fields=["sealed_secret", "sealed_former", "former_until"])
    record(by, "mention_secret_changed", what=row.name, about=row.pk)
    return secret


@transaction.atomic
def read_now(source: MentionSource, *, by: Membership) -> None:
    """Read a feed with the next round, whatever its pause. Raises NotAllowed."""
    _hold(by)
    MentionSource.objects.filter(pk=source.pk, due_at__isnull=False).update(due_at=timezone.now())


@transaction.atomic
def remove_source(source: MentionSource, *, by: Membership) -> None:
    """Take nothing from it any more; its mentions stay, and it can be taken back. Raises NotAllowed."""
    _hold(by)
    living = MentionSource.objects.filter(pk=source.pk, removed_at__isnull=True)
    if living.update(removed_at=timezone.now(), due_at=None):
        record(by, "mention_source_removed", what=source.name, about=source.pk)


@transaction.atomic
def take_source_back(source: MentionSource, *, by: Membership) -> None:
    """Go on with it, under its address and its secret. Raises NotAllowed, AddressTaken, TooMany."""
    _hold(by)
    _refuse_more()
    due = timezone.now() if source.is_feed else None
    try:
        with transaction.atomic():
            gone = MentionSource.objects.filter(pk=source.pk, removed_at__isnull=False)
            if gone.update(removed_at=None, due_at=due):
                record(by, "mention_source_added", what=source.name, about=source.pk)
    except IntegrityError as error:
        raise AddressTaken from error


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def _hold(by: Membership) -> None:
    """The right, and nobody else who changes the same lists: what can be there once is counted behind this."""
    if not can_listen(by):
        raise NotAllowed
    locked_community(by.community_id)


def _refuse_more() -> None:
    if MentionSource.objects.living().count() >= MOST_SOURCES:
        raise TooMany


def _words(name: str, words: Sequence[str]) -> list[str]:
    """Each once, without the name itself, in the order in which they were written."""
    kept = dict.fromkeys(word for one in words if (word := one_line(one)[:80]) and word != name)
    return list(kept)[:MOST_WORDS]


def _said(row: TrackedName) -> dict[str, object]:
    return {"name": row.name, "rival": row.rival, "words": list(row.words)}


def _look_again(by: Membership) -> None:
    look_for_names.delay_on_commit(community_id=by.community_id)
