from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError, FieldError


class WrittenMeanwhile(ChangedMeanwhile):
    message = _("Somebody else has changed this newsletter since you opened it. Look again, then go on.")


class AlreadyLeaving(DomainError):
    message = _(
        "This newsletter is scheduled or already sent, so its content is fixed. If it is still waiting, take it back"
        " first."
    )


class NothingSaid(DomainError):
    message = _("It is still empty in one of its languages. Add a block there, or remove that language.")


class NobodyReached(DomainError):
    message = _("It would reach nobody: no subscription matches. Choose other people first.")


class CannotStop(DomainError):
    message = _("It has been sent, or is not scheduled: there is nothing to stop.")


class MomentIsOver(FieldError):
    def __init__(self) -> None:
        super().__init__(_("This time has passed. Choose a later one."), field="send_at")


class TooManyBlocks(DomainError):
    message = _("Thirty blocks at most: nobody reads more. Remove one first.")


class NoPictures(FieldError):
    """Many mail programs block them, and what a text says must not stand in one."""

    message = _("A newsletter carries no pictures: take them out, the words are still here.")


class NoWords(FieldError):
    message = _("Write something first.")
