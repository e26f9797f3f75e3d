"""What an export, or its way in, refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class ExportUnderWay(DomainError):
    message = _("An export is already under way. You will be told when it is ready.")


class ExportGone(DomainError):
    message = _("This export is no longer there. Ask for a new one.")


class ArchiveRefused(DomainError):
    """The file cannot be brought in; the sentence says why. Nothing was changed."""


class StandsHere(Exception):
    """The original of an export stands in this installation, or another copy of it: its numbers are taken."""
