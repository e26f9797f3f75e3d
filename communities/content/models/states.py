"""The states of a thread and of a post."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    PENDING = "pending", _("Waiting for a moderator")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("No longer public")
    HIDDEN = "hidden", _("Hidden")
    REMOVED = "removed", _("Removed")
    DELETED = "deleted", _("Deleted")
    PURGED = "purged", _("Purged")
