"""The monthly report: the figures are in the mail, so that nobody has to sign in to see them."""

from __future__ import annotations

import datetime
from typing import Any

from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.reports.models import ClosedMonth, Recipient
from analytics.reports.months import Cumulated, LedgerMonth, all_lines
from analytics.reports.queries import History
from analytics.reports.services import close_month
from analytics.roi.money import percent, shown, whole_units
from communities.calendar import Month
from communities.mails import brand_for, page_address, speaking
from communities.models import Community
from communities.queries import mail_link
from communities.tasks import one_by_one
from members.mails.building import Letter, build
from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import post

LEAVE_SALT = "report"
# By then the night’s counts are valued.
SEND_HOUR = 8
# A month that has been sent to nobody by then is not sent at all, and failed mails are given up.
BEGIN_DAY, LAST_DAY = 3, 7


def _still_receives(about: str) -> bool:
    return Recipient.objects.filter(pk=int(about)).exists()


REPORT = register_kind(
    MailKind("report", gettext_lazy("Monthly report"), urgency=6, still_wanted=_still_receives)
)


def write_due(community: Community, now: datetime.datetime) -> int:
    """Close last month and put it into the outbox, once for each, from the first of the month at eight on; how many.

    Each mail and its mark are one transaction: one that fails, or is cut off, stays due and repeats no other.
    """
    local = now.astimezone(community.zone)
    return one_by_one(
        community,
        lambda: _begin_round(community, local),
        lambda pk: _write_owed(community, pk),
        what="recipient",
    )


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


def _write_owed(community: Community, pk: int) -> bool:
    owed = Recipient.objects.select_for_update(skip_locked=True).filter(owed_month__isnull=False)
    recipient = owed.filter(pk=pk).first()
    if recipient is None or recipient.owed_month is None:
        return False
    closed = ClosedMonth.objects.filter(month=recipient.owed_month).first()
    if closed is None:
        return False
    write_month(community, closed, recipient)
    Recipient.objects.filter(pk=pk).update(owed_month=None)
    return True


def write_month(community: Community, closed: ClosedMonth, recipient: Recipient) -> None:
    """Put a closed month into the outbox for somebody, who need not be a stored recipient."""
    about = str(recipient.pk) if recipient.pk else ""
    post(build_report(community, closed, recipient), kind=REPORT, community_id=community.pk, about=about)


def build_report(community: Community, closed: ClosedMonth, recipient: Recipient) -> EmailMultiAlternatives:
    """The mail in the recipient’s language. It names no person: amounts and counts only."""
    with speaking(community, recipient.language):
        return _compose(community, closed, recipient)


def _compose(community: Community, closed: ClosedMonth, recipient: Recipient) -> EmailMultiAlternatives:
    history = History(community, closed.month)
    month, before = history.current, history.month(Month.of(closed.month).before.first)
    headline = _headline(community, month, history.since_launch)
    token = leave_token(community, recipient)
    leave = page_address(community, "reports:leave-report", token) if recipient.pk else ""
    results = page_address(community, "reports:show-results")
    context = {
        "month": month,
        "closed": closed,
        "headline": headline,
        "preview": headline,
        "lines": _lines(community, month, before),
        "before": before,
        "url": mail_link(community, f"{results}?month={month.first:%Y-%m}"),
        "label": _("Open the results"),
        # Its own sentence in the mail, and not the one at the foot.
        "leave_url": leave,
        "unsubscribe_url": "",
    }
    subject = _(
        "%(month)s: %(amount)s brought in, ROI %(roi)s; since launch %(since)s, measured %(hard)s"
    ) % {
        "month": capfirst(date_format(month.first, "F Y")),
        "amount": shown(month.total, community.currency, cents=False),
        "roi": percent(month.roi_total, signed=True),
        "since": percent(history.since_launch.roi_total, signed=True),
        "hard": percent(history.since_launch.roi_hard, signed=True),
    }
    return build(Letter(recipient.email, subject, "reports/mail", context, leave), brand_for(community))


def _headline(community: Community, month: LedgerMonth, since_launch: Cumulated) -> str:
    words = _(
        "In %(month)s the community returned %(total)s for %(cost)s spent: total ROI %(roi)s."
        " Of this %(hard)s is measured: measured ROI %(roi_hard)s."
        " Since launch: %(all_total)s for %(all_cost)s, total ROI %(all_roi)s, measured ROI %(all_hard)s."
    )
    return words % {
        "month": date_format(month.first, "F"),
        "total": shown(month.total, community.currency, cents=False),
        "cost": shown(month.cost, community.currency, cents=False),
        "roi": percent(month.roi_total, signed=True),
        "hard": shown(month.hard, community.currency, cents=False),
        "roi_hard": percent(month.roi_hard, signed=True),
        "all_total": shown(since_launch.benefit, community.currency, cents=False),
        "all_cost": shown(since_launch.cost, community.currency, cents=False),
        "all_roi": percent(since_launch.roi_total, signed=True),
        "all_hard": percent(since_launch.roi_hard, signed=True),
    }


def _lines(community: Community, month: LedgerMonth, before: LedgerMonth) -> list[dict[str, Any]]:
    """Rounded so that they sum to the month’s benefit, as on its page."""
    currency, pairs = community.currency, all_lines(month, before)
    now = whole_units([line.amount for line, _old in pairs], currency)
    then = whole_units([old.amount for _line, old in pairs], currency)
    return [
        {
            "label": line.label,
            "n": line.n,
            "amount": shown(amount, currency, cents=False),
            "before": shown(earlier if old.ref in before.benefits else None, currency, cents=False),
            "grade": line.grade,
        }
        for (line, old), amount, earlier in zip(pairs, now, then, strict=True)
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
