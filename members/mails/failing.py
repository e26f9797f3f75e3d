"""Addresses that mails come back from: when one is stopped, and how it begins again.

A row belongs to an address and to no community: whoever has it, it works or it does not. Which community’s mails came
back is kept by the layer above, in rows of its own.
"""

from __future__ import annotations

import datetime

from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.addresses import fold_address
from members.mails.reports.verdicts import Outcome, Reason, Report
from members.personal import DELETE, KEEP, Personal

# A mailbox that was full on so many days of a month is one that nobody empties.
MOST_SOFT_DAYS = 5
SOFT_SPAN = datetime.timedelta(days=30)
# After so long without a new failure nothing of it is kept, unless the address is stopped.
KEPT = datetime.timedelta(days=90)


class FailingAddressQuerySet(models.QuerySet["FailingAddress"]):
    def at(self, address: str) -> FailingAddressQuerySet:
        return self.filter(address=fold_address(address))

    def stopped(self) -> FailingAddressQuerySet:
        return self.filter(stopped_at__isnull=False)

    def forgettable(self, now: datetime.datetime) -> FailingAddressQuerySet:
        return self.filter(stopped_at__isnull=True, last_at__lte=now - KEPT)


class FailingAddress(models.Model):
    """What is known of an address from which a mail came back."""

    address = models.EmailField(_("address"), max_length=320, unique=True)
    # On how many days mails came back for the time being, since `soft_since`; `soft_day` is the last of them.
    soft_days = models.PositiveSmallIntegerField(default=0)
    soft_since = models.DateTimeField(null=True, blank=True)
    soft_day = models.DateField(null=True, blank=True)
    last_at = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    status = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=10, blank=True)

    objects = models.Manager.from_queryset(FailingAddressQuerySet)()

    personal = (
        Personal(
            "address",
            KEEP,
            erasure=DELETE,
            exported_as="failing_address",
            why="Of the address, for all communities: so that no mails are sent where none arrive.",
        ),
    )

    class Meta:
        app_label = "members"
        verbose_name = _("failing address")
        verbose_name_plural = _("failing addresses")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(address=Lower("address")), name="failing_address_folded"
            )
        ]
        indexes = [
            models.Index(
                fields=["last_at"],
                name="failing_address_forgettable",
                condition=models.Q(stopped_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"failing address {self.pk}"

    @property
    def is_stopped(self) -> bool:
        return self.stopped_at is not None

    def count(self, report: Report, now: datetime.datetime) -> bool:
        """Take a failure into account; whether the address is stopped by it."""
        self.last_at, self.status, self.reason = now, report.status[:12], report.reason.value
        was_stopped = self.is_stopped
        if report.outcome is Outcome.HARD:
            self.stopped_at = self.stopped_at or now
        elif report.outcome is Outcome.SOFT and report.reason is not Reason.DELAYED:
            self._count_soft(now)
        return self.is_stopped and not was_stopped

    def _count_soft(self, now: datetime.datetime) -> None:
        if self.soft_since is None or self.soft_since <= now - SOFT_SPAN:
            self.soft_since, self.soft_days, self.soft_day = now, 0, None
        if self.soft_day != now.date():
            self.soft_days, self.soft_day = self.soft_days + 1, now.date()
        if self.soft_days >= MOST_SOFT_DAYS:
            self.stopped_at = self.stopped_at or now


@transaction.atomic
def note_failure(address: str, report: Report) -> bool:
    """Count a failure of an address; whether it is stopped by it. Delays and complaints change nothing here."""
    if report.outcome not in (Outcome.HARD, Outcome.SOFT):
        return False
    now = timezone.now()
    FailingAddress.objects.bulk_create(
        [FailingAddress(address=fold_address(address), last_at=now)], ignore_conflicts=True
    )
    row = FailingAddress.objects.select_for_update().at(address).get()
    stops = row.count(report, now)
    row.save()
    return stops


def address_works(address: str) -> bool:
    """Mails may go there again: its owner has shown that they arrive, or the team wants to try. Whether it was
    known as failing."""
    return bool(FailingAddress.objects.at(address).delete()[0])


def is_stopped(address: str) -> bool:
    """Of mails that leave to an address as it is kept, `claiming.py` asks it with the mail."""
    return FailingAddress.objects.at(address).stopped().exists()


def forget_old(now: datetime.datetime) -> int:
    """Delete what was counted long ago and never stopped an address; how many."""
    return int(FailingAddress.objects.forgettable(now).delete()[0])
