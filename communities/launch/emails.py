"""Mails of the launch: a place on the waiting list, an invitation. Each leaves once, in its reader's language."""

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

from communities.launch.features import FEATURES
from communities.launch.models import Invitation, StageNews, WaitingPlace
from communities.launch.queries import standing_of, token_of
from communities.models import Community
from communities.queries import community_root, mail_link
from communities.theming import theme_for_mail

logger = logging.getLogger(__name__)

BATCH = 100


def send_due(community: Community) -> int:
    """Send what is due in the community in scope. A mail that fails stays due."""
    connection = get_connection()
    return (
        _send(WaitingPlace.objects, lambda row: place_mail(community, row), connection)
        + _send(Invitation.objects, lambda row: invitation_mail(community, row), connection)
        + _send(StageNews.objects, lambda row: stage_mail(community, row), connection)
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
        )


def stage_mail(community: Community, news: StageNews) -> EmailMultiAlternatives:
    """“Forums, Tags is open”: to a member who gained it."""
    member = news.membership.member
    assert member is not None  # due_for_mail leaves out who has no account
    with translation.override(news.membership.language or member.language or community.language):
        names = ", ".join(str(FEATURES[name].label) for name in news.stage.features if name in FEATURES)
        return _compose(
            community,
            "launch/mail_stage",
            to=member.email,
            subject=_("%(name)s is open") % {"name": names or news.stage.name},
            path=("people:show-home",),
            context={"stage": news.stage, "membership": news.membership, "names": names},
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
) -> EmailMultiAlternatives:
    root = community_root(community)
    outer = get_script_prefix()
    # Outside a request nothing else says under which path the community stands.
    set_script_prefix("/" + root.split("/", 3)[3])
    try:
        address = root.split("/", 3)
        url = "/".join(address[:3]) + reverse(path[0], args=path[1:])
    finally:
        set_script_prefix(outer)
    _name, platform = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sender = " ".join((community.sender_name or community.name).split())
    words = context | {
        "community": community,
        "mail": theme_for_mail(community.theme),
        "subject": subject,
        "url": mail_link(community, url),
        "legal_line": community.legal.get("publisher", ""),
    }
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", words),
        from_email=formataddr((sender, community.sender_email or platform)),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    html = css_inline.inline(render_to_string(f"{template}.html", words), keep_style_tags=True)
    message.attach_alternative(html, "text/html")
    return message
