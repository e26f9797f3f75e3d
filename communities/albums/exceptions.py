"""What the rules of photographs refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError
from communities.exceptions import FieldError


class AlbumError(ContentError):
    """An act on an album or a photograph that the rules refuse."""


class NoGathering(AlbumError):
    message = _("What this album belongs to can no longer be read. Choose again.")


class AlbumWaits(AlbumError):
    message = _("A person reads the new album first. Add your photographs then.")


class NotAsked(AlbumError, FieldError):
    """Somebody who cannot be asked whether they are named; the sentence says why."""
