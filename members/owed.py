"""Jobs that the queue did not take; see members/jobs.py."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OwedJob(models.Model):
    """One job that was asked for. Its arguments are numbers of rows."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120)
    arguments: models.JSONField[Any, Any] = models.JSONField(default=list)
    options: models.JSONField[Any, Any] = models.JSONField(default=dict)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "members"
        verbose_name = _("owed job")
        verbose_name_plural = _("owed jobs")

    def __str__(self) -> str:
        return f"{self.name} {self.asked_at}"
