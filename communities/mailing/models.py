"""The address that a community writes from, and the mails that came back."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from communities.sealing import seal, unseal
from members.mails.models import mask_address
from members.mails.reports.verdicts import Outcome
from members.personal import DELETE, KEEP, Personal

# Complaints and stops are kept as long as they matter; all else is for the count of the last days.
RETURNS_KEPT = datetime.timedelta(days=90)


class SenderQuerySet(ScopedQuerySet["Sender"]):
    def due(self, now: datetime.datetime) -> SenderQuerySet:
        return self.filter(due_at__lte=now)


class Sender(CommunityOwned):
    """The address that a community wants to write from, and the key with which its mails are signed.

    Mails leave from it only once its domain publishes the key: that is the proof that the domain is theirs. What is in
    force stands in `Community.sender_email`, so that no mail costs a query.
    """

    address = models.EmailField(_("sender’s address"), max_length=254)
    selector = models.CharField(max_length=40)
    sealed_key = models.TextField()
    public_key = models.TextField()
    # What the last look at the domain found (communities.console.reach.records): by the name of the record.
    findings: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    looking_since = models.DateTimeField(null=True, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True)
    # The key is not found any more, since when; and since when mails leave from the platform’s address again.
    failing_since = models.DateTimeField(null=True, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(SenderQuerySet)()

    personal = (Personal("address", KEEP, why="The community’s own address."),)

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        constraints = [models.UniqueConstraint(fields=["community"], name="sender_once")]
        indexes = [
            models.Index(fields=["due_at"], name="sender_due", condition=models.Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def signs(self) -> bool:
        return self.proven_at is not None and self.lost_at is None

    @property
    def key_name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def key_record(self) -> str:
        return f"v=DKIM1; k=rsa; p={self.public_key}"

    def keep_key(self, private: str) -> None:
        self.sealed_key = seal(private, place=self._place)

    def private_key(self) -> str:
        """Raises communities.sealing.Unreadable."""
        return unseal(self.sealed_key, place=self._place)

    @property
    def _place(self) -> str:
        return f"mailing.Sender {self.community_id} {self.selector}"


class MailReturnQuerySet(ScopedQuerySet["MailReturn"]):
    def since(self, at: datetime.datetime) -> MailReturnQuerySet:
        return self.filter(at__gte=at)

    def against(self, address: str) -> MailReturnQuerySet:
        """The complaints in force of one address, in small letters."""
        kinds = [Outcome.COMPLAINT.value, Outcome.OPT_OUT.value]
        return self.filter(address=address, outcome__in=kinds, lifted_at__isnull=True)

    def stopping(self) -> MailReturnQuerySet:
        """What made an address stop here: mails that came back, and complaints; the latest first."""
        return self.filter(stops=True, lifted_at__isnull=True).order_by("-id")

    def old(self, now: datetime.datetime) -> MailReturnQuerySet:
        return self.filter(at__lte=now - RETURNS_KEPT).exclude(stops=True, lifted_at__isnull=True)


class MailReturn(CommunityOwned):
    """One mail of this community that came back, or of which its reader complained."""

    at = models.DateTimeField(default=timezone.now)
    mail = models.UUIDField()
    mail_kind = models.CharField(max_length=40)
    address = models.EmailField(max_length=320)
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=10, blank=True)
    status = models.CharField(max_length=12, blank=True)
    words = models.CharField(max_length=200, blank=True)
    # Whether the address gets no more mails since then; until somebody lifts it.
    stops = models.BooleanField(default=False)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(MailReturnQuerySet)()

    personal = (
        Personal(
            "address",
            KEEP,
            erasure=DELETE,
            exported_as="returned_mails",
            withheld=("words",),
            why="That mails came back, and complaints: so that none are sent there again.",
        ),
    )

    class Meta:
        verbose_name = _("returned mail")
        verbose_name_plural = _("returned mails")
        constraints = [
            models.UniqueConstraint(fields=["community", "mail", "outcome"], name="mail_return_once"),
        ]
        indexes = [
            models.Index(fields=["community", "at"], name="mail_return_lately"),
            models.Index(fields=["community", "address"], name="mail_return_of_address"),
            models.Index(
                fields=["community", "-id"], name="mail_return_stops", condition=models.Q(stops=True)
            ),
            models.Index(fields=["at"], name="mail_return_old"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.mail}"

    @property
    def masked_address(self) -> str:
        return mask_address(self.address)

    @property
    def is_complaint(self) -> bool:
        return self.outcome in (Outcome.COMPLAINT.value, Outcome.OPT_OUT.value)
