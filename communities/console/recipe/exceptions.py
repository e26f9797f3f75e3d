"""What recipes refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class BlueprintError(ValueError):
    """A blueprint that is not what it should be; the message says in which file, where, and what. For developers."""


class RecipeError(DomainError):
    """An act on a recipe that its rules refuse."""


class AlreadyFounded(RecipeError):
    message = _("This recipe has made its community already.")


class NotAnswered(RecipeError):
    message = _("A question is not answered yet.")


class TooMany(RecipeError):
    """More unfinished recipes or blueprints than anybody can keep in view."""

    message = _("Fifty at most. Delete one first.")


class CannotKeep(RecipeError):
    message = _("This community cannot be kept as a recipe: something in it is larger than a recipe holds.")


class WrittenSince(RecipeError):
    """Undoing would take away what somebody has made since."""

    message = _("Something has been written or changed there since: undo it by hand.")


class LinkSpent(RecipeError):
    """The link of a mail was used before, or its time is over."""

    message = _("This link has been used, or its time is over.")
