"""Mails to people who are not members yet: a place on the waiting list, an invitation. Each leaves once, in its
reader's language; those on the list can leave it from there, also with the mail program's own button (RFC 8058)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.launch.models import Invitation, WaitingPlace
from communities.launch.queries import (
    INVITED,
    OLD_REFUSALS,
    REFUSED,
    WAITING,
    Standing,
    marked_mails,
    next_opening,
    standing_of,
    token_of,
)
from communities.launch.services.refusing import KNOWN_FOR, erase_refused
from communities.mails import brand_for, page_address, speaking
from communities.models import Community
from communities.queries import mail_link
from communities.reads import CompiledRead
from communities.scoping import community_scope
from communities.tasks import one_by_one, together
from members.mails.building import Letter, build
from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import Posting, post_all

BATCH, AT_ONCE = 100, 25
# A mail that cannot be built now is tried again later.
PUT_OFF = datetime.timedelta(hours=1)


def _still_waits(about: str) -> bool:
    return WaitingPlace.objects.waiting().filter(pk=int(about)).exists()


def _still_refused(about: str) -> bool:
    return bool(WaitingPlace.objects.refused().filter(pk=int(about)).exists())


def _still_invited(about: str) -> bool:
    invitation = Invitation.objects.filter(pk=int(about)).first()
    return invitation is not None and invitation.is_usable()


PLACE = register_kind(
    MailKind("waiting_place", gettext_lazy("Place on the waiting list"), still_wanted=_still_waits)
)
REFUSAL = register_kind(
    MailKind("waiting_refused", gettext_lazy("Refusal on the waiting list"), still_wanted=_still_refused)
)
INVITATION = register_kind(
    MailKind("invitation", gettext_lazy("Invitation"), urgency=4, signs_in=True, still_wanted=_still_invited)
)


@dataclass(frozen=True)
class Sort:
    """One kind of mail. `locked` are the rows that it may be written of, `build` makes the mails of some of them."""

    kind: MailKind
    # As `marked_mails` names it.
    mark: tuple[str, str]
    model: type[WaitingPlace] | type[Invitation]
    build: Callable[[Community, Sequence[Any]], list[EmailMultiAlternatives]]
    due: CompiledRead[Any]
    one: CompiledRead[Any]

    @classmethod
    def of(cls, kind: MailKind, mark: tuple[str, str], locked: Callable[[], Any], **said: Any) -> Sort:
        due = CompiledRead[Any](
            lambda now, aside: (
                locked()
                .filter(mail_due_at__lte=now)
                .exclude(pk__in=aside)
                .order_by("mail_due_at", "id")[:AT_ONCE]
            )
        )
        return cls(kind, mark, due=due, one=CompiledRead(lambda pk: locked().filter(pk=pk)), **said)

    def waiting(self) -> Any:
        """Those that wait for a mail of this sort, whenever it is due."""
        return self.model.objects.due_for_mail().filter(state=self.mark[1])

    def waiting_among(self, keys: Collection[int]) -> Iterable[int]:
        found: Iterable[int] = self.waiting().filter(pk__in=keys).values_list("pk", flat=True)
        return found


def write_due(community: Community) -> int:
    """Put what is due into the outbox, each mail in one transaction with its mark; how many."""
    now = timezone.now()
    with community_scope(community):
        marked = marked_mails(now, now - KNOWN_FOR)
        if OLD_REFUSALS in marked:
            erase_refused(now)
        for table in {table for table, _state in marked.keys() - USED}:
            # What has become pointless meanwhile is not due any more.
            rows = TABLES[table].objects
            left = rows.filter(mail_due_at__isnull=False).exclude(pk__in=rows.due_for_mail().values("pk"))
            left.update(mail_due_at=None)
    return sum(_write(community, sort) for sort in SORTS if marked.get(sort.mark))


def _write(community: Community, sort: Sort) -> int:
    """The due rows of one sort, some at once; each by itself where one of them cannot be written."""
    written = found = 0

    def write(rows: Sequence[Any]) -> int:
        nonlocal found
        found = len(rows)
        if rows:
            mails = zip(sort.build(community, rows), rows, strict=True)
            post_all(
                (Posting(mail, sort.kind, str(row.pk)) for mail, row in mails), community_id=community.pk
            )
            sort.model.objects.filter(pk__in=[row.pk for row in rows]).update(mail_due_at=None)
        return found

    def due() -> Iterable[int]:
        rows = sort.waiting().filter(mail_due_at__lte=timezone.now())
        keys: Iterable[int] = rows.order_by("mail_due_at", "id").values_list("pk", flat=True)[:BATCH]
        return keys

    def put_off(pk: int) -> None:
        sort.model.objects.filter(pk=pk).update(mail_due_at=timezone.now() + PUT_OFF)

    def apart() -> int:
        return one_by_one(community, due, lambda pk: write(sort.one(pk)), what=sort.kind.name, failed=put_off)

    for _part in range(0, BATCH, AT_ONCE):
        written += together(
            community,
            lambda aside: write(sort.due(timezone.now(), aside)),
            apart,
            what=sort.kind.name,
            waiting=sort.waiting_among,
        )
        if found < AT_ONCE:
            break
    return written


def place_mail(
    community: Community, place: WaitingPlace, standing: Standing | None = None
) -> EmailMultiAlternatives:
    standing = standing or standing_of(place)
    with speaking(community, place.language):
        subject = _("You are number %(n)s on the list") % {"n": standing.number}
        return _compose(
            community,
            "launch/mail_place",
            to=place.email,
            subject=subject,
            path=("launch:show-waiting-place", token_of(place)),
            context={"standing": standing},
            waits=place,
        )


def refusal_mail(community: Community, place: WaitingPlace) -> EmailMultiAlternatives:
    """With the team’s own words, and with the way to have the address erased at once."""
    with speaking(community, place.language):
        return _compose(
            community,
            "launch/mail_refusal",
            to=place.email,
            subject=_("About your place on the waiting list"),
            path=("launch:show-waiting-place", token_of(place)),
            context={"answer": place.answer, "erased_after": KNOWN_FOR.days},
            waits=place,
        )


def invitation_mail(community: Community, invitation: Invitation) -> EmailMultiAlternatives:
    with speaking(community, _language_of(invitation)):
        name = invitation.inviter.display_name if invitation.inviter else community.name
        if invitation.place_id:
            subject = _("Your place is ready")
        else:
            subject = _("%(name)s invites you to %(community)s") % {"name": name, "community": community.name}
        return _compose(
            community,
            "launch/mail_invitation",
            to=invitation.email,
            subject=subject,
            path=("launch:show-invitation", token_of(invitation)),
            context={"invitation": invitation, "inviter": name},
            waits=invitation.place,
        )


def _language_of(invitation: Invitation) -> str:
    return invitation.place.language if invitation.place else ""


def _compose(
    community: Community,
    template: str,
    *,
    to: str,
    subject: str,
    path: tuple[str, str],
    context: dict[str, Any],
    waits: WaitingPlace | None = None,
) -> EmailMultiAlternatives:
    """`waits`: the place on the list that the reader can give up."""
    name, token = path
    words = context | {
        "url": mail_link(community, page_address(community, name, token)),
        "unsubscribe_label": _("Leave the list"),
    }
    leave = page_address(community, "launch:leave-waiting-list", token_of(waits)) if waits else ""
    return build(Letter(to, subject, template, words, leave), brand_for(community))


def _place_mails(community: Community, places: Sequence[WaitingPlace]) -> list[EmailMultiAlternatives]:
    opening = next_opening()
    return [
        place_mail(community, place, Standing(place, place.ahead + 1, opening))  # type: ignore[attr-defined]
        for place in places
    ]


def _locked(rows: Any) -> Any:
    return rows.due_for_mail().select_for_update(of=("self",), skip_locked=True)


SORTS = (
    Sort.of(
        PLACE,
        WAITING,
        lambda: _locked(WaitingPlace.objects.not_refused().with_ahead()),
        model=WaitingPlace,
        build=_place_mails,
    ),
    Sort.of(
        REFUSAL,
        REFUSED,
        lambda: _locked(WaitingPlace.objects.refused()),
        model=WaitingPlace,
        build=lambda community, places: [refusal_mail(community, place) for place in places],
    ),
    Sort.of(
        INVITATION,
        INVITED,
        lambda: _locked(Invitation.objects.select_related("inviter", "place")),
        model=Invitation,
        build=lambda community, rows: [invitation_mail(community, row) for row in rows],
    ),
)
TABLES = {sort.mark[0]: sort.model for sort in SORTS}
USED = {sort.mark for sort in SORTS} | {OLD_REFUSALS}
