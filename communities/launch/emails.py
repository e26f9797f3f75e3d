"""Mails to people who are not members yet: a place on the waiting list, an invitation. Each leaves once, in its
reader's language; those on the list can leave it from there, also with the mail program's own button (RFC 8058)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.launch.models import Invitation, WaitingPlace
from communities.launch.queries import standing_of, token_of
from communities.launch.services.refusing import KNOWN_FOR, erase_refused
from communities.mails import brand_for, page_address, speaking
from communities.models import Community
from communities.queries import mail_link
from communities.scoping import community_scope
from communities.tasks import one_by_one
from members.mails.building import Letter, build
from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import post

BATCH = 100
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


def write_due(community: Community) -> int:
    """Put what is due into the outbox, each mail with its mark in a transaction of its own; how many."""
    with community_scope(community):
        erase_refused(timezone.now())
    return (
        _write(community, WaitingPlace.objects.not_refused, place_mail, PLACE)
        + _write(community, WaitingPlace.objects.refused, refusal_mail, REFUSAL)
        + _write(community, Invitation.objects.all, invitation_mail, INVITATION)
    )


def _write(
    community: Community,
    rows: Callable[[], Any],
    build_mail: Callable[[Community, Any], EmailMultiAlternatives],
    kind: MailKind,
) -> int:
    """The due rows of one kind; what has become pointless meanwhile is not due any more."""

    def due() -> Iterable[int]:
        marked = rows().filter(mail_due_at__isnull=False)
        marked.exclude(pk__in=rows().due_for_mail().values("pk")).update(mail_due_at=None)
        now = rows().due_for_mail().filter(mail_due_at__lte=timezone.now())
        keys: Iterable[int] = now.order_by("mail_due_at", "id").values_list("pk", flat=True)[:BATCH]
        return keys

    def write(pk: int) -> bool:
        row = rows().due_for_mail().select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if row is None:
            return False
        post(build_mail(community, row), kind=kind, community_id=community.pk, about=str(pk))
        rows().filter(pk=pk).update(mail_due_at=None)
        return True

    def put_off(pk: int) -> None:
        rows().filter(pk=pk).update(mail_due_at=timezone.now() + PUT_OFF)

    return one_by_one(community, due, write, what=kind.name, failed=put_off)


def place_mail(community: Community, place: WaitingPlace) -> EmailMultiAlternatives:
    standing = standing_of(place)
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
