"""Keeping what somebody types, as they type it, and giving it back: nothing written is lost with a tab or a session."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from communities.content.addresses import to_stored
from communities.content.exceptions import ContentError, TextTooLong
from communities.content.insets import typed_insets
from communities.content.models import Post, UnsentText
from communities.content.text.rendering import references
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.reads import CompiledRead

UNSENT_LIVES = datetime.timedelta(days=90)  # since it was kept last
MOST_UNSENT = 50  # of one member
LONGEST = 110_000  # characters, all fields together
MOST_FIELDS = 200
MOST_NAMES = 8  # of a row, from one form
# What begins the key of any other form than one that writes a post: its texts, by the names of its fields.
FORM = "form:"
_SENDING = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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
        names = self.fields if self.about.startswith(FORM) else ("body", "title")
        if any(self.fields.get(name, "").strip() for name in names):
            return False
        # What is to stand under a text may be there before the text.
        return not typed_insets(self.fields)


def keep_unsent(typed: Typed, *, by: Membership, number: str = "", reason: str = "") -> UnsentText | None:
    """Keep a form as it was left; `number` names the row and the state of it that its page knows, perhaps twice.
    `reason` says why it was refused, where it was sent.

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
    values = _values(typed) | {"reason": reason[:300]}
    if (kept := _changed(_of_number(by, number), values)) is not None:
        return kept
    if UnsentText.objects.filter(membership=by).count() >= MOST_UNSENT:
        raise ContentError(_too_many())
    made: UnsentText = UnsentText.objects.create(membership=by, **values)
    return made


def kept_for(by: Membership, *, about: str, path: str, number: str = "") -> UnsentText | None:
    """What somebody typed last into this form and did not send: the row `number` where it is of this form."""
    rows = UnsentText.objects.filter(membership=by, about=about[:120], path=path[:500])
    named = rows.filter(pk=int(number)).first() if _is_number(number, 18) else None
    return named or rows.order_by("-kept_at", "-pk").first()


def refused_before(typed: Typed, *, by: Membership) -> UnsentText | None:
    """The draft that a refused sending became already, where its browser did not hear, or two of its pages sent it."""
    if typed.submission is None:
        return None
    rows = UnsentText.objects.filter(membership=by, submission=typed.submission).exclude(reason="")
    found: UnsentText | None = rows.filter(fields__body=to_stored(typed.fields.get("body", ""))).first()
    return found


def forget_sent(by: Membership, *, submission: str, number: str) -> None:
    """What has arrived needs no draft. Few texts had one: it is looked for before anything is taken away."""
    if number:
        _of_number(by, number).delete()
    try:
        kept = _of_sending(by.pk, uuid.UUID(submission))
    except ValueError:
        return
    if kept:
        UnsentText.objects.filter(membership=by, pk__in=[pk for (pk,) in kept]).delete()


_of_sending: CompiledRead[tuple[int]] = CompiledRead(
    lambda member_id, submission: UnsentText.objects.filter(
        membership_id=member_id, submission=submission
    ).values_list("pk")
)


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


def _changed(named: QuerySet[UnsentText], values: dict[str, object]) -> UnsentText | None:
    """The newest of the rows that are named, as it is from now on; None where none of them is in that state any more.

    More than one are states of one form, of which its browser did not hear: the former ones go.
    """
    pk = named.order_by("-kept_at", "-pk").values_list("pk", flat=True).first()
    if pk is None or not named.filter(pk=pk).update(version=F("version") + 1, **values):
        return None
    named.exclude(pk=pk).delete()
    kept: UnsentText = UnsentText.objects.get(pk=pk)
    return kept


def _of_number(by: Membership, number: str) -> QuerySet[UnsentText]:
    """Each name is a row or a sending, a dot, a state; a sending alone is any state of it, for the page that sends it.

    What names nothing is passed over.
    """
    named = Q(pk=0)
    for name in number.split()[:MOST_NAMES]:
        which, _dot, version = name.partition(".")
        state = Q(version=int(version)) if _is_number(version, 9) else None
        if _SENDING.fullmatch(which) and (state or not version):
            named |= Q(submission=uuid.UUID(which)) & (state or Q())
        elif state and _is_number(which, 18):
            named |= Q(pk=int(which)) & state
    return UnsentText.objects.filter(named, membership=by)


def _is_number(text: str, digits: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= digits


def _too_many() -> str:
    return ngettext(
        "You have %(count)s unsent text. Discard one to keep this one.",
        "You have %(count)s unsent texts. Discard one to keep this one.",
        MOST_UNSENT,
    ) % {"count": MOST_UNSENT}
