"""Mails in the brand's look, in the reader's language, about what the reader may still see."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any

import css_inline
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.addresses import community_root
from communities.content.models import Post
from communities.content.text.extracts import excerpt
from communities.content.viewers import viewer_for
from communities.launch.emails import one_click
from communities.models import Community, Membership
from communities.notifications.launching import may_still_hear, stage_lead, stage_sentence
from communities.notifications.models import Notification
from communities.notifications.personal import address_of, personal_lead, personal_sentence
from communities.queries import mail_link
from communities.theming import theme_for_mail

logger = logging.getLogger(__name__)

SUBJECT_LENGTH = 60  # signs
BATCH = 100
UNSUBSCRIBE_SALT = "unsubscribe"


@dataclass(frozen=True)
class Wording:
    """What a mail says about one line of the bell."""

    subject: str
    lead: str
    why: str
    act: str


def send_waiting(community: Community, *, limit: int = BATCH) -> int:
    """Send what is due in the community in scope. A mail that fails stays due; one sent is marked in the same
    transaction, so that it leaves once."""
    due = (
        Notification.objects.waiting_for_mail()
        .filter(mail_due_at__lte=timezone.now())
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("membership__member", "thread__space", "stage", "post__author", "actor")
        .order_by("mail_due_at", "id")[:limit]
    )
    sent = 0
    connection = get_connection()
    for notification in due:
        if _send_one(community, notification, connection):
            sent += 1
    return sent


def _send_one(community: Community, notification: Notification, connection: Any) -> bool:
    message = build_mail(community, notification)
    if message is None:
        Notification.objects.filter(pk=notification.pk).update(mail_due_at=None)
        return False
    message.connection = connection
    try:
        message.send()
    except OSError:
        logger.exception("mail not sent", extra={"notification": notification.pk})
        return False
    Notification.objects.filter(pk=notification.pk).update(mailed_at=timezone.now())
    return True


def build_mail(community: Community, notification: Notification) -> EmailMultiAlternatives | None:
    """The mail of one notification; None when its reader may not see the post any more."""
    reader = notification.membership
    if reader.member is None or not reader.is_active:
        return None
    post = None
    if notification.stage is not None and not may_still_hear(notification, community, reader):
        return None
    if not notification.path:
        visible = Post.objects.visible_to(viewer_for(community, reader)).filter(pk=notification.post_id)
        post = visible.select_related("thread__space", "author").first()
        if post is None:
            return None
    root = community_root(community)
    language = reader.language or reader.member.language or community.language
    prefix = "/" + root.split("/", 3)[3] if root.count("/") > 3 else "/"
    outer = get_script_prefix()
    set_script_prefix(prefix)
    try:
        with translation.override(language):
            origin = root.removesuffix(prefix)
            if notification.stage is not None:
                return _compose_stage(community, notification, origin)
            if post is None:
                return _compose_personal(community, notification, origin)
            return _compose(community, notification, post, origin)
    finally:
        set_script_prefix(outer)


def _compose(
    community: Community, notification: Notification, post: Post, origin: str
) -> EmailMultiAlternatives:
    reader = notification.membership
    words = wording(notification, post)
    unsubscribe = _way_out(notification, origin)
    context = {
        "community": community,
        "mail": theme_for_mail(community.theme),
        "subject": words.subject,
        "lead": words.lead,
        # The same words as a title: “Petra replied”.
        "headline": words.lead.rstrip(": \u00a0\u202f"),
        "act": words.act,
        "preview": excerpt(post.body_html, 90),
        "extract": excerpt(post.body_html, 400),
        "post": post,
        "thread": post.thread,
        "url": mail_link(community, origin + post.thread.url_of(post.position or 1)),
        "why": words.why,
        "unsubscribe_url": unsubscribe,
        "settings_url": origin + reverse("notifications:edit-channels"),
        "legal_line": community.legal.get("publisher", ""),
    }
    message = EmailMultiAlternatives(
        subject=words.subject,
        body=render_to_string("notifications/mail.txt", context),
        from_email=sender_of(community),
        to=[reader.member.email],  # type: ignore[union-attr]
        headers={"Auto-Submitted": "auto-generated"} | one_click(unsubscribe),
    )
    html = css_inline.inline(render_to_string("notifications/mail.html", context), keep_style_tags=True)
    message.attach_alternative(html, "text/html")
    return message


def _way_out(notification: Notification, origin: str) -> str:
    """The address that stops mails of this kind."""
    token = unsubscribe_token(notification.membership, notification.kind)
    return origin + reverse("notifications:unsubscribe", args=[token])


def _compose_stage(community: Community, notification: Notification, origin: str) -> EmailMultiAlternatives:
    """About the launch: what has opened for a member, or what the plan asks of those who run it."""
    unsubscribe, sentence = _way_out(notification, origin), stage_sentence(notification)
    for_team = notification.path != "/"
    context = {
        "community": community,
        "mail": theme_for_mail(community.theme),
        "subject": _subject("{title}", sentence),
        "lead": stage_lead(notification),
        "preview": stage_lead(notification),
        "act": _("Open the launch plan") if for_team else _("Go and see"),
        "url": origin + address_of(notification),
        "why": _("You run the launch plan.") if for_team else _("You are a member here."),
        "unsubscribe_url": unsubscribe,
        "unsubscribe_label": _("No more mails of this kind"),
        "settings_url": origin + reverse("notifications:edit-channels"),
        "legal_line": community.legal.get("publisher", ""),
    }
    message = EmailMultiAlternatives(
        subject=str(context["subject"]),
        body=render_to_string("notifications/stage_mail.txt", context),
        from_email=sender_of(community),
        to=[notification.membership.member.email],  # type: ignore[union-attr]
        headers={"Auto-Submitted": "auto-generated"} | one_click(unsubscribe),
    )
    html = css_inline.inline(render_to_string("notifications/stage_mail.html", context), keep_style_tags=True)
    message.attach_alternative(html, "text/html")
    return message


def _compose_personal(
    community: Community, notification: Notification, origin: str
) -> EmailMultiAlternatives:
    """About one's own words or acts: no text of a post in it, and no way to mute it."""
    return personal_message(
        community,
        to=notification.membership.member.email,  # type: ignore[union-attr]
        subject=personal_sentence(notification),
        lead=personal_lead(notification),
        url=origin + address_of(notification),
    )


def personal_message(
    community: Community, *, to: str, subject: str, lead: str, url: str
) -> EmailMultiAlternatives:
    """A mail to one person about a decision that concerns them, member or not: what happened, and one page."""
    context = {
        "community": community,
        "mail": theme_for_mail(community.theme),
        "subject": _subject("{title}", subject),
        "lead": lead,
        "preview": lead,
        "act": _("Open the page"),
        "url": mail_link(community, url),
        "why": _("Mails about decisions that concern you are always sent."),
        "legal_line": community.legal.get("publisher", ""),
    }
    message = EmailMultiAlternatives(
        subject=str(context["subject"]),
        body=render_to_string("notifications/personal_mail.txt", context),
        from_email=sender_of(community),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    html = css_inline.inline(
        render_to_string("notifications/personal_mail.html", context), keep_style_tags=True
    )
    message.attach_alternative(html, "text/html")
    return message


def wording(notification: Notification, post: Post) -> Wording:
    kind, title = notification.kind, post.thread.title
    name = notification.actor.display_name if notification.actor else _("Former member")
    follows = _("You follow this thread.")
    if kind == Notification.Kind.MENTIONED:
        lead = _("%(name)s mentioned you:") % {"name": name}
        return Wording(
            _subject(_("%(name)s mentioned you in {title}") % {"name": name}, title),
            lead,
            _("You were mentioned."),
            _("Open the post"),
        )
    if kind == Notification.Kind.ANSWER_ACCEPTED:
        lead = _("%(name)s accepted your answer:") % {"name": name}
        return Wording(
            _subject(_("Your answer solved it: {title}"), title),
            lead,
            _("You answered this question."),
            _("Open the question"),
        )
    if kind in (Notification.Kind.THREAD_STARTED, Notification.Kind.ARTICLE_PUBLISHED):
        subject = (
            _("New article: {title}")
            if kind == Notification.Kind.ARTICLE_PUBLISHED
            else _("New in %(space)s: {title}") % {"space": post.thread.space.name}
        )
        lead = _("%(name)s wrote:") % {"name": name}
        return Wording(_subject(subject, title), lead, _("You follow this space."), _("Read on"))
    lead = _("%(name)s replied:") % {"name": name}
    if notification.count > 1:
        lead = ngettext(
            "%(count)s new reply, the latest by %(name)s:",
            "%(count)s new replies, the latest by %(name)s:",
            notification.count,
        ) % {"count": notification.count, "name": name}
    return Wording(_subject(_("New reply: {title}"), title), lead, follows, _("Read and reply"))


def _subject(pattern: str, title: str) -> str:
    """At most 60 signs: the title gives way, on one line."""
    room = max(SUBJECT_LENGTH - len(pattern.replace("{title}", "")), 12)
    short = title if len(title) <= room else f"{title[: room - 1].rstrip()}…"
    return " ".join(pattern.replace("{title}", short).split())


def sender_of(community: Community) -> str:
    """The community's own name and address; the platform's address where it has none."""
    _name, platform = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = " ".join((community.sender_name or community.name).split())
    return formataddr((name, community.sender_email or platform))


def unsubscribe_token(membership: Membership, kind: str) -> str:
    return signing.dumps([membership.community_id, membership.pk, kind], salt=UNSUBSCRIBE_SALT, compress=True)


def read_unsubscribe_token(token: str, community: Community) -> tuple[int, str] | None:
    """The membership and kind of a mail's link; None for a forged one or another community's. It never ends:
    an old mail must still let its reader go."""
    try:
        community_id, membership_id, kind = signing.loads(token, salt=UNSUBSCRIBE_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (membership_id, kind) if community_id == community.pk else None
