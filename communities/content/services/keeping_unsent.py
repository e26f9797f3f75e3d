"""Keeping what somebody types, as they type it, and giving it back: nothing written is lost with a tab or a session."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from communities.content.addresses import to_stored
from communities.content.exceptions import ContentError, TextTooLong
from communities.content.models import Post, UnsentText
from communities.content.text.rendering import references
from communities.limits import Limited, count_act
from communities.models import Membership

UNSENT_LIVES = datetime.timedelta(days=90)  # since it was kept last
MOST_UNSENT = 50  # of one member
LONGEST = 110_000  # characters, all fields together
MOST_FIELDS = 30


@dataclass(frozen=True)
class Typed:
    """A form as it was left; see UnsentText for what its parts are."""

    about: str
    page: str
    path: str
    fields: Mapping[str, str]
    submission: uuid.UUID | None = None

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing that somebody would miss."""
        return not any(self.fields.get(name, "").strip() for name in ("body", "title"))


def keep_unsent(typed: Typed, *, by: Membership, number: str = "") -> UnsentText | None:
    """Keep a form as it was left; `number` names the row and the state of it that its page knows.

    Where another tab has kept that row since, this becomes a row of its own. None for a form without words, whose row
    goes, and for one that has arrived meanwhile. Raises TextTooLong, TooFast, ContentError.
    """
    if typed.is_blank:
        _of_number(by, number).delete()
        return None
    if typed.submission and Post.objects.filter(author=by, submission=typed.submission).exists():
        return None
    if sum(len(name) + len(value) for name, value in typed.fields.items()) > LONGEST:
        raise TextTooLong
    count_act(by, Limited.DRAFT)
    values = _values(typed)
    if _of_number(by, number).update(version=F("version") + 1, **values):
        kept: UnsentText = UnsentText.objects.get(pk=_parts(number)[0])
        return kept
    if UnsentText.objects.filter(membership=by).count() >= MOST_UNSENT:
        raise ContentError(_too_many())
    made: UnsentText = UnsentText.objects.create(membership=by, **values)
    return made


def forget_sent(by: Membership, *, submission: str, number: str) -> None:
    """What has arrived needs no draft."""
    rows = _of_number(by, number)
    try:
        rows = UnsentText.objects.filter(membership=by, submission=uuid.UUID(submission)) | rows
    except ValueError:
        pass
    rows.delete()


def discard_unsent(unsent: UnsentText, *, by: Membership) -> None:
    UnsentText.objects.filter(pk=unsent.pk, membership=by).delete()


def sweep_unsent() -> int:
    """Delete, in the community in scope, what nobody came back for; how many."""
    old = UnsentText.objects.filter(kept_at__lt=timezone.now() - UNSENT_LIVES)
    deleted, _rows = old.filter(pk__in=old.order_by("kept_at").values("pk")[:1000]).delete()
    return int(deleted)


def _values(typed: Typed) -> dict[str, object]:
    fields = {**typed.fields}
    if "body" in fields:
        fields["body"] = to_stored(fields["body"])
    pictures = sorted(references(fields.get("body", "")).attachment_ids)
    return {
        "about": typed.about[:120],
        "page": typed.page[:500],
        "path": typed.path[:500],
        "fields": fields,
        "pictures": [uuid.UUID(one) for one in pictures],
        "submission": typed.submission,
        "kept_at": timezone.now(),
    }


def _parts(number: str) -> tuple[int, int]:
    """Which row, and which state of it; zeros for what names none."""
    pk, _dot, version = number.partition(".")
    if not (pk.isascii() and pk.isdecimal() and version.isascii() and version.isdecimal()):
        return 0, 0
    return (int(pk), int(version)) if len(pk) <= 18 and len(version) <= 9 else (0, 0)


def _of_number(by: Membership, number: str) -> QuerySet[UnsentText]:
    pk, version = _parts(number)
    return UnsentText.objects.filter(membership=by, pk=pk, version=version)


def _too_many() -> str:
    return ngettext(
        "You have %(count)s unsent text. Discard one to keep this one.",
        "You have %(count)s unsent texts. Discard one to keep this one.",
        MOST_UNSENT,
    ) % {"count": MOST_UNSENT}
