"""Mails to who is not a member yet: a place on the waiting list, an invitation. Each leaves once, in its reader's
language; whoever waits can leave the list from it, by one press of the mail program too (RFC 8058)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from email.utils import formataddr, parseaddr
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.launch.models import Invitation, WaitingPlace
from communities.launch.queries import standing_of, token_of
from communities.models import Community
from communities.queries import community_root, mail_link
from communities.theming import theme_for_mail

logger = logging.getLogger(__name__)

BATCH = 100


def send_due(community: Community) -> int:
    """Send what is due in the community in scope. A mail that fails stays due."""
    connection = get_connection()
    return _send(WaitingPlace.objects, lambda row: place_mail(community, row), connection) + _send(
        Invitation.objects, lambda row: invitation_mail(community, row), connection
    )


def _send(rows: Any, build: Callable[[Any], EmailMultiAlternatives], connection: Any) -> int:
    """The due rows of one kind; what has become pointless meanwhile is not due any more."""
    rows.filter(mail_due_at__isnull=False).exclude(pk__in=rows.due_for_mail().values("pk")).update(
        mail_due_at=None
    )
    due = rows.due_for_mail().filter(mail_due_at__lte=timezone.now())
    sent = 0
    for row in due.select_for_update(of=("self",), skip_locked=True).order_by("mail_due_at", "id")[:BATCH]:
        message = build(row)
        message.connection = connection
        try:
            message.send()
        except OSError:
            logger.exception("launch mail not sent", extra={"row": row.pk})
            continue
        rows.filter(pk=row.pk).update(mail_due_at=None)
        sent += 1
    return sent


def place_mail(community: Community, place: WaitingPlace) -> EmailMultiAlternatives:
    standing = standing_of(place)
    with translation.override(place.language or community.language):
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


def invitation_mail(community: Community, invitation: Invitation) -> EmailMultiAlternatives:
    with translation.override(_language_of(invitation) or community.language):
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
    path: tuple[str, ...],
    context: dict[str, Any],
    waits: WaitingPlace | None = None,
) -> EmailMultiAlternatives:
    """`waits`: the place on the list that the reader can give up."""
    leave = _address(community, "launch:leave-waiting-list", token_of(waits)) if waits else ""
    _name, platform = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sender = " ".join((community.sender_name or community.name).split())
    words = context | {
        "community": community,
        "mail": theme_for_mail(community.theme),
        "subject": subject,
        "url": mail_link(community, _address(community, *path)),
        "unsubscribe_url": leave,
        "unsubscribe_label": _("Leave the list"),
        "legal_line": community.legal.get("publisher", ""),
    }
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", words),
        from_email=formataddr((sender, community.sender_email or platform)),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"} | (one_click(leave) if leave else {}),
    )
    html = css_inline.inline(render_to_string(f"{template}.html", words), keep_style_tags=True)
    message.attach_alternative(html, "text/html")
    return message


def one_click(address: str) -> dict[str, str]:
    """The headers by which a mail program stops these mails itself (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _address(community: Community, name: str, *args: str) -> str:
    """The whole address of a page of the community."""
    origin, prefix = _parts(community_root(community))
    outer = get_script_prefix()
    # Outside a request nothing else says under which path the community stands.
    set_script_prefix(prefix)
    try:
        return origin + reverse(name, args=args)
    finally:
        set_script_prefix(outer)


def _parts(root: str) -> tuple[str, str]:
    scheme, _empty, host, path = root.split("/", 3)
    return f"{scheme}//{host}", f"/{path}"
