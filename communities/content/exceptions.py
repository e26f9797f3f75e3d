"""What the rules of writing refuse. Each message is a translated sentence for the person who wrote."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError, FieldError


class ContentError(DomainError):
    """An act on content that the rules refuse."""


class TextTooLong(ContentError):
    """A body above the limit of characters."""

    message = _("This text is too long.")


class UploadRefused(ContentError):
    """A file that is not taken; the sentence says which limit and what to do."""

    message = _("This file cannot be used. Choose a JPEG, PNG, WebP, GIF, AVIF or HEIC picture.")


class NoPicture(UploadRefused):
    """What a file holds is no picture at all."""


class NoRoom(UploadRefused):
    """The quota of storage is used up: nothing is wrong with the picture."""


class BlankText(ContentError):
    message = _("Write something first.")


class ThreadLocked(ContentError):
    message = _("This thread is locked: it can be read, but takes no more replies.")


class QuestionClosed(ThreadLocked):
    message = _("This question is closed, because it was asked before.")


class AcceptedAnswers(ContentError):
    message = _("It is the accepted answer. Take back the acceptance first.")


class EditConflict(ContentError):
    """Somebody else saved the same text meanwhile; carries what is stored now."""

    message = _("Somebody changed this a moment ago. Nothing you wrote is lost.")

    def __init__(self, current: Any = None) -> None:
        super().__init__()
        self.current = current


class TagRequired(ContentError):
    """A thread without any of the tags that its space asks for."""


class NotStartedHere(ContentError):
    message = _("That cannot be started in this space. Choose something that can.")


class SpaceError(FieldError, ContentError):
    """What cannot be done with a space; `field` is the one of its form that the sentence belongs to."""


class RegroupError(FieldError, ContentError):
    """Threads that cannot become one, or posts that cannot become a thread."""


class ReadersDiffer(SpaceError):
    """The change takes reading from somebody, or opens what was closed to everybody, and was not confirmed yet;
    `change` says how many it concerns (`communities.content.readers.Change`)."""

    message = _("Other people would read this space.")

    def __init__(self, change: Any) -> None:
        super().__init__()
        self.change = change


class SpaceChanged(ChangedMeanwhile, SpaceError):
    """Somebody else saved the same space meanwhile."""


class PictureWaits(ContentError):
    """A text shows a picture that its browser has not sent yet."""

    message = _(
        "A picture of this text is still in the browser in which it was written. Open it there, and send it again."
    )


class TooLate(ContentError):
    message = _("This can no longer be undone.")


class NoInsetHere(ContentError):
    """Something that stands under texts, wanted under one whose page would never show it, or that has no use for it."""

    message = _(
        "This cannot stand under a text of this kind, or under a reply to one. Put it under another text."
    )


class SearchTooShort(ContentError):
    message = _("At least two letters.")


class SearchTooSlow(ContentError):
    message = _("This search takes too long. Add a word, or choose one space.")


class StillOutline(ContentError):
    """A draft that was laid out for somebody to write, and that nobody has written yet."""

    message = _("This is still the outline of a text. Write it first.")

    def __init__(self, title: str = "") -> None:
        super().__init__(
            _("“%(title)s” is still an outline. Write it first, or say that it may go out as it stands.")
            % {"title": title}
            if title
            else ""
        )


class TitleNotOpen(ContentError):
    """Screening would hold the new title, and a title has no second version to wait in."""

    message = _("Changes of titles are reviewed here: ask a moderator to change yours.")


class WikiWaits(ContentError):
    """A change of a text that several edit waits for a moderator, and is somebody else’s."""

    message = _(
        "Somebody else’s change of this text waits for a moderator. Save yours once that is decided, and copy it until"
        " then."
    )
