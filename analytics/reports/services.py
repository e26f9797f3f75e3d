from __future__ import annotations

import datetime
import hashlib
import json

from django.db import transaction

from analytics.reports.exceptions import NotOver, TooManyRecipients
from analytics.reports.freezing import figures_of, keep_rows, page_of, values_of
from analytics.reports.models import ClosedMonth, Recipient
from analytics.reports.permissions import can_edit_results
from analytics.reports.queries import History
from communities.calendar import Month, today
from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from members.addresses import fold_address

# The page shows them all, so that each can be stopped there.
MOST_RECIPIENTS = 50


@transaction.atomic
def close_month(community: Community, month: datetime.date, *, by: Membership | None) -> ClosedMonth:
    """Freeze a month with its rows; a month closed before is returned as it is.

    Raises NotAllowed, and NotOver for a month that is still running. `by` is None for the monthly mail.
    """
    if by is not None and not can_edit_results(by):
        raise NotAllowed
    if Month.of(month).next.first > today(community):
        raise NotOver
    known = ClosedMonth.objects.filter(month=month).first()
    if known is not None:
        return known
    # Nothing is valued again while the month is copied.
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    known = ClosedMonth.objects.filter(month=month).first()
    if known is not None:
        return known
    history = History(community, month)
    values = values_of(history)
    figures = figures_of(history, values)
    digest = hashlib.sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()[:4]
    closed = ClosedMonth.objects.create(
        month=month,
        reference=f"{month:%Y-%m}-{digest}",
        figures=figures,
        page=page_of(history, values),
        closed_by=by,
    )
    keep_rows(closed)
    return closed


@transaction.atomic
def reopen_month(month: datetime.date, *, by: Membership) -> bool:
    """Let a month move again; False when it was open. Raises NotAllowed."""
    if not can_edit_results(by):
        raise NotAllowed
    return bool(ClosedMonth.objects.filter(month=month).delete()[0])


def add_recipient(*, by: Membership, email: str, language: str) -> Recipient:
    """Raises NotAllowed, TooManyRecipients. An address that is there already is kept once."""
    if not can_edit_results(by):
        raise NotAllowed
    email = fold_address(email)
    if Recipient.objects.count() >= MOST_RECIPIENTS and not Recipient.objects.filter(email=email).exists():
        raise TooManyRecipients
    defaults = {"language": language, "author": by}
    return Recipient.objects.get_or_create(email=email, defaults=defaults)[0]


def remove_recipient(recipient: Recipient, *, by: Membership | None) -> None:
    """`by` is None for the recipient’s own link. Raises NotAllowed."""
    if by is not None and not can_edit_results(by):
        raise NotAllowed
    recipient.delete()
