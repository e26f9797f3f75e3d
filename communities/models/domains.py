"""The names that a community answers to."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.communities import Community


def new_token() -> str:
    return secrets.token_hex(10)


class Domain(models.Model):
    """A host name that leads to a community. Read before any scope is open, hence not community-owned.

    Several communities may say that a name is theirs; one proves it. A domain that has not led here for long is
    `lost`: nobody is sent there any more, and everything is found under the platform’s address again.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="domains")
    host = models.CharField(_("host name"), max_length=253)
    verified = models.BooleanField(_("verified"), default=False)
    primary = models.BooleanField(_("main address"), default=False)
    # What its TXT record must hold, so that we know whose it is.
    token = models.CharField(max_length=40, default=new_token, editable=False)
    # The last look at its records (communities.console.reach.examining), and the next.
    findings: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    # Since when it is being looked up, or will be in a moment; None while nobody is at it.
    looking_since = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        constraints = [
            models.CheckConstraint(condition=models.Q(host=Lower("host")), name="domain_host_folded"),
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(verified=True), name="domain_host_once"
            ),
            models.UniqueConstraint(fields=["community", "host"], name="domain_claimed_once"),
            models.UniqueConstraint(
                fields=["community"], condition=models.Q(primary=True), name="domain_one_primary"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="domain_due", condition=models.Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.host

    @property
    def works(self) -> bool:
        return self.verified and self.failing_since is None
