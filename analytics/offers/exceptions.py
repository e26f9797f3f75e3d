"""What offers refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError


class OfferError(DomainError):
    """An act on an offer that the rules refuse."""


class OfferNotOpen(OfferError):
    message = _("This offer is not open yet.")


class OfferPaused(OfferError):
    message = _("This offer is paused. Codes already issued stay valid.")


class OfferEnded(OfferError):
    message = _("This offer has ended.")


class OfferGone(OfferError):
    message = _("This offer has just been deleted.")


class OfferUsedUp(OfferError):
    message = _("The last code has just been taken. There are none left.")


class TooManyOffers(OfferError):
    message = _("Twenty offers can run at once. End one first.")


class CodesGiven(OfferError):
    message = _("Somebody already has a code for this offer, so it stays on the list. End it instead.")


class CodeUsed(OfferError):
    message = _("This code has been used: it can no longer be taken back.")


class OfferChanged(ChangedMeanwhile):
    """Somebody else saved this offer since its form was opened."""
