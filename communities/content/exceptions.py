from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class ContentError(DomainError):
    """An act on content that the rules refuse."""


class BlankText(ContentError):
    message = _("Write something first.")


class ThreadLocked(ContentError):
    message = _("This thread is locked: it can be read, but takes no more replies.")


class EditConflict(ContentError):
    """Somebody else saved the same text meanwhile; carries what is stored now."""

    message = _("Somebody changed this a moment ago. Nothing of yours is lost.")

    def __init__(self, current: object = None) -> None:
        super().__init__()
        self.current = current


class TooLate(ContentError):
    message = _("This can no longer be undone.")


class UploadRefused(ContentError):
    message = _("This picture cannot be used.")


class TextTooLong(ContentError):
    message = _("This text is too long: 100,000 characters at most.")
