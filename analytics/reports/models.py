"""What was reported, frozen, and to whom."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, KEEP, Personal


class ClosedMonth(CommunityOwned):
    """The figures of a month as they were when it was closed: a report that was sent never changes."""

    month = models.DateField(_("month"))
    reference = models.CharField(_("reference"), max_length=24)
    figures = models.JSONField(_("figures"))
    closed_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(default=timezone.now)
    # When the recipients of that day began to be sent it.
    sent_at = models.DateTimeField(null=True, blank=True)

    personal = (Personal("closed_by", KEEP, why="The brand’s accounts, without the name."),)

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        constraints = [models.UniqueConstraint(fields=["community", "month"], name="closed_month_once")]

    def __str__(self) -> str:
        return self.reference


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
