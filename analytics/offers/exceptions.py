"""What offers refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError


class OfferError(DomainError):
    """An act on an offer that the rules refuse."""


class OfferNotOpen(OfferError):
    message = _("This offer is not open yet.")


class OfferPaused(OfferError):
    message = _("This offer is paused. Codes that were given stay valid.")


class OfferEnded(OfferError):
    message = _("This offer has ended.")


class OfferGone(OfferError):
    message = _("This offer has just been deleted.")


class OfferUsedUp(OfferError):
    message = _("The last code has just gone. All of them are taken.")


class TooManyOffers(OfferError):
    message = _("Twenty offers at once are the most. End one first.")


class CodesGiven(OfferError):
    message = _("Somebody has a code of this offer already, so it stays on the list. End it instead.")


class CodeUsed(OfferError):
    message = _("This code has been used: it can no longer be taken back.")


class OfferChanged(ChangedMeanwhile):
    """Somebody else saved this offer since its form was opened."""
