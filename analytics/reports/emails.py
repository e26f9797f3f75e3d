"""The monthly report: the figures stand in the mail, so that nobody has to sign in to know them."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable
from typing import Any

import css_inline
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from analytics.reports.models import ClosedMonth, Recipient
from analytics.reports.queries import History, LedgerMonth, all_lines
from analytics.reports.services import close_month
from analytics.roi.money import percent, shown
from communities.calendar import Month
from communities.content.addresses import community_root
from communities.models import Community
from communities.notifications.emails import sender_of
from communities.queries import mail_link
from communities.scoping import community_scope
from communities.theming import theme_for_mail

logger = logging.getLogger(__name__)

LEAVE_SALT = "report"
# By then the night’s counts are valued.
SEND_HOUR = 8
# A month that nobody was sent by then is not sent at all, and what failed until then is given up.
BEGIN_DAY, LAST_DAY = 3, 7


def send_due(community: Community, now: datetime.datetime) -> int:
    """Close last month and send it, once to each, from the first of the month at eight on; how many mails left.

    Each mail is a transaction of its own: one that fails, or is cut off, stays due and repeats no other.
    """
    with community_scope(community):
        owed = _begin_round(community, now.astimezone(community.zone))
    return sum(_send_owed(community, pk) for pk in owed)


def _begin_round(community: Community, local: datetime.datetime) -> list[int]:
    """Recipients whom last month’s report has not reached yet."""
    too_early = local.day == 1 and local.hour < SEND_HOUR
    if too_early or local.day > LAST_DAY or not Recipient.objects.exists():
        return []
    month = Month.of(local.date()).before.first
    close_month(community, month, by=None)
    closed = ClosedMonth.objects.select_for_update().get(month=month)
    # A recipient added later in the month waits for the next first.
    if closed.sent_at is None and local.day <= BEGIN_DAY:
        Recipient.objects.update(owed_month=month)
        ClosedMonth.objects.filter(pk=closed.pk).update(sent_at=timezone.now())
    return list(Recipient.objects.filter(owed_month=month).order_by("id").values_list("pk", flat=True))


def _send_owed(community: Community, pk: int) -> bool:
    with community_scope(community):
        owed = Recipient.objects.select_for_update(skip_locked=True).filter(owed_month__isnull=False)
        recipient = owed.filter(pk=pk).first()
        if recipient is None or recipient.owed_month is None:
            return False
        closed = ClosedMonth.objects.filter(month=recipient.owed_month).first()
        if closed is None or not send_month(community, closed, [recipient]):
            return False
        Recipient.objects.filter(pk=pk).update(owed_month=None)
    return True


def send_month(community: Community, closed: ClosedMonth, recipients: Iterable[Recipient]) -> int:
    """Send a closed month; an address that fails is logged and does not keep the others waiting.

    How many mails left.
    """
    sent = 0
    for recipient in recipients:
        try:
            build_report(community, closed, recipient).send()
            sent += 1
        except OSError:
            logger.exception("a report was not sent", extra={"recipient": recipient.pk})
    return sent


def build_report(community: Community, closed: ClosedMonth, recipient: Recipient) -> EmailMultiAlternatives:
    """The mail in the recipient’s language. It names no person: amounts and counts only."""
    root = community_root(community)
    prefix = "/" + root.split("/", 3)[3] if root.count("/") > 3 else "/"
    # Pressed on a page, this runs inside a request: its addresses stay those of the page afterwards.
    outer = get_script_prefix()
    set_script_prefix(prefix)
    try:
        with translation.override(recipient.language or community.language):
            return _compose(community, closed, recipient, root.removesuffix(prefix))
    finally:
        set_script_prefix(outer)


def _compose(
    community: Community, closed: ClosedMonth, recipient: Recipient, origin: str
) -> EmailMultiAlternatives:
    month = LedgerMonth.from_json(closed.figures)
    before = History(community, Month.of(month.first).before.first).current
    headline = _headline(community, month)
    leave = (
        origin + reverse("reports:leave-report", args=[leave_token(community, recipient)])
        if recipient.pk
        else ""
    )
    name = capfirst(date_format(month.first, "F Y"))
    context = {
        "community": community,
        "mail": theme_for_mail(community.theme),
        "subject": _("%(month)s: %(amount)s brought in") % {
            "month": name, "amount": shown(month.total, community.currency, cents=False),
        },
        "month": month,
        "closed": closed,
        "headline": headline,
        "preview": headline,
        "lines": _lines(community, month, before),
        "before": before,
        "url": mail_link(community, f"{origin}{reverse('reports:show-results')}?month={month.first:%Y-%m}"),
        "label": _("Open the results"),
        "leave_url": leave,
        "legal_line": community.legal.get("publisher", ""),
    }  # fmt: skip
    headers = {"Auto-Submitted": "auto-generated"}
    if leave:
        headers |= {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(
        subject=" ".join(str(context["subject"]).split()),
        body=render_to_string("reports/mail.txt", context),
        from_email=sender_of(community),
        to=[recipient.email],
        headers=headers,
    )
    html = css_inline.inline(render_to_string("reports/mail.html", context), keep_style_tags=True)
    message.attach_alternative(html, "text/html")
    return message


def _headline(community: Community, month: LedgerMonth) -> str:
    words = _(
        "In %(month)s the community returned %(total)s for %(cost)s spent: total ROI %(roi)s."
        " Of this %(hard)s is measured: measured ROI %(roi_hard)s."
    )
    return words % {
        "month": date_format(month.first, "F"),
        "total": shown(month.total, community.currency, cents=False),
        "cost": shown(month.cost, community.currency, cents=False),
        "roi": percent(month.roi_total, signed=True),
        "hard": shown(month.hard, community.currency, cents=False),
        "roi_hard": percent(month.roi_hard, signed=True),
    }


def _lines(community: Community, month: LedgerMonth, before: LedgerMonth) -> list[dict[str, Any]]:
    currency = community.currency
    return [
        {
            "label": line.label,
            "n": line.n,
            "amount": shown(line.amount, currency, cents=False),
            "before": shown(old.amount, currency, cents=False),
            "grade": line.grade,
        }
        for line, old in all_lines(month, before)
    ]


def leave_token(community: Community, recipient: Recipient) -> str:
    return signing.dumps([community.pk, recipient.pk], salt=LEAVE_SALT, compress=True)


def read_leave_token(token: str, community: Community) -> int | None:
    """The recipient of a report’s link; None for a forged one or another community’s."""
    try:
        community_id, recipient_id = signing.loads(token, salt=LEAVE_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(recipient_id) if community_id == community.pk else None
