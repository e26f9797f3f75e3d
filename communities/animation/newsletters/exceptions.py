from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError, FieldError


class WrittenMeanwhile(ChangedMeanwhile):
    message = _("Somebody else has changed this newsletter since you opened it. Look again, then go on.")


class AlreadyLeaving(DomainError):
    message = _(
        "This newsletter is planned or has left: what it says stays. Take it back first, where it waits."
    )


class NothingSaid(DomainError):
    message = _("It says nothing yet in one of its languages. Add a block there, or take that language out.")


class NobodyReached(DomainError):
    message = _("Nobody is reached: no subscription fits. Choose other people first.")


class CannotStop(DomainError):
    message = _("It has left, or waits for nothing: there is nothing to stop.")


class MomentIsOver(FieldError):
    def __init__(self) -> None:
        super().__init__(_("This moment is over. Choose a later one."), field="send_at")


class TooManyBlocks(DomainError):
    message = _("Thirty blocks are the most: nobody reads more. Take one out first.")
