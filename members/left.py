"""Stored files that nothing names any more, and that their store did not take away; see communities/files.py."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LeftFile(models.Model):
    """One file of no community: what it belonged to may be gone. `is_picture`: all that lies in its folder goes."""

    id = models.BigAutoField(primary_key=True)
    path = models.CharField(max_length=300, unique=True)
    is_picture = models.BooleanField(default=False)
    left_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "members"
        verbose_name = _("left file")
        verbose_name_plural = _("left files")

    def __str__(self) -> str:
        return self.path
