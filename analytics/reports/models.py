"""What was reported, frozen, and to whom."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.roi.models.ledger import LedgerLine, LedgerManager
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, KEEP, Personal


class ClosedMonth(CommunityOwned):
    """A month as it was when it was closed: a report that was sent never changes."""

    month = models.DateField(_("month"))
    reference = models.CharField(_("reference"), max_length=24)
    # Its own lines and figures, which later months compare themselves with.
    figures = models.JSONField(_("figures"))
    # What else its pages, tables and mails show: months before, objectives, visits and members as they stood.
    page = models.JSONField(_("page"), default=dict)
    closed_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(default=timezone.now)
    # When the recipients of that day began to be sent it.
    sent_at = models.DateTimeField(null=True, blank=True)

    personal = (Personal("closed_by", KEEP, why="The brand’s accounts, without the name."),)

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        constraints = [
            models.UniqueConstraint(fields=["community", "month"], name="closed_month_once"),
            models.UniqueConstraint(fields=["community", "id"], name="closed_month_owned"),
        ]

    def __str__(self) -> str:
        return self.reference


@dataclass(frozen=True)
class KeptRate:
    """A version of a rate as a closed month keeps it."""

    value: Decimal
    valid_from: datetime.date
    source: str


class ClosedEntry(LedgerLine):
    """A line of the ledger as it was when its month was closed, with the rate that valued it."""

    closed = OwnedForeignKey(ClosedMonth, models.CASCADE, related_name="entries")
    rate_value = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    rate_valid_from = models.DateField(null=True)
    rate_source = models.CharField(max_length=200, blank=True)

    objects: ClassVar[LedgerManager[Self]] = LedgerManager()

    class Meta:
        verbose_name = _("line of a closed month")
        verbose_name_plural = _("lines of closed months")
        indexes = [
            models.Index(fields=["community", "closed", "measure", "-day", "-id"], name="closed_rows"),
            models.Index(fields=["community", "day"], name="closed_days"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.side} {self.unit_id}: {self.amount_minor}"

    @property
    def rate(self) -> KeptRate | None:
        """As the ledger’s own lines name theirs."""
        if self.rate_value is None or self.rate_valid_from is None:
            return None
        return KeptRate(self.rate_value, self.rate_valid_from, self.rate_source)


class Recipient(CommunityOwned):
    """Who gets the monthly report by mail; not only members, but also the people they report to."""

    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=8, blank=True)
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # The month whose report has not reached this address yet: it is tried again.
    owed_month = models.DateField(null=True, editable=False)

    personal = (
        Personal(
            "email", DELETE, exported_as="report_mails", why="Who has left is sent no figures any more."
        ),
        Personal("author", KEEP, why="The brand’s accounts, without the name."),
    )

    class Meta:
        verbose_name = _("recipient of the monthly report")
        verbose_name_plural = _("recipients of the monthly report")
        constraints = [models.UniqueConstraint(fields=["community", "email"], name="report_recipient_once")]

    def __str__(self) -> str:
        return self.email
