"""What the rules of reviews refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError


class ReviewError(ContentError):
    """An act on a review that the rules refuse."""


class ReviewedAlready(ReviewError):
    message = _("You have reviewed this already. You can change your review.")


class TakesNoReviews(ReviewError):
    message = _("This no longer takes reviews.")


class OrderUnknown(ReviewError):
    message = _(
        "No order of yours has this number. Check it, or leave it empty: the review then appears without “Order "
        "verified”."
    )


class OrderUsed(ReviewError):
    message = _("Another review already uses this order number. Leave it empty, or tell the team.")


class ToCome(ReviewError):
    message = _("This day is in the future.")


class WordsNotOpen(ReviewError):
    message = _(
        "A moderator would have to read these words first. Word what is for and against it differently."
    )


class AnswerWaits(ReviewError):
    message = _("A moderator would have to read this answer first. Word it differently.")


class NameTaken(ReviewError):
    message = _("Something here already has this name.")


class HasReviews(ReviewError):
    message = _("This has reviews, so it cannot be removed. You can close it to new ones.")
