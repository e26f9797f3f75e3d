from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError, FieldError


class ProgrammeChanged(ChangedMeanwhile):
    """Somebody else has changed the programme, or the term, since its form was opened."""


class KindTaken(FieldError):
    def __init__(self) -> None:
        super().__init__(_("There is already a programme like this."), field="kind")


class CallClosed(DomainError):
    message = _("This programme is not open for applications at the moment.")


class TermThere(DomainError):
    """An application, an offer or a term of this person is there already, in whichever programme."""

    message = _("This person already has an application or a term.")


class AppliedLately(DomainError):
    message = _("You have applied within the last 30 days. Give the team a little time.")


class TermMoved(DomainError):
    message = _("This has changed in the meantime: check how it stands now.")


class CannotBeAppointed(FieldError):
    message = _("Only active members who are not on the team can be appointed.")

    def __init__(self) -> None:
        super().__init__(self.message, field="handle")


class CannotHaveTerm(DomainError):
    """The same, of somebody who has applied, or whose term runs."""

    message = CannotBeAppointed.message


class OwnTerm(DomainError):
    message = _("Somebody else on the team decides about your own term.")


class OfferLapsed(DomainError):
    message = _("The last day of this offer has passed. The team can make you another one.")


class UnknownMember(FieldError):
    def __init__(self, handle: str) -> None:
        said = _("Nobody here has the handle @%(handle)s.") % {"handle": handle}
        super().__init__(said, field="handle")


class NoPerimeter(FieldError):
    def __init__(self) -> None:
        super().__init__(_("Choose the spaces that they look after."), field="spaces")


class EndsTooSoon(FieldError):
    def __init__(self) -> None:
        super().__init__(_("Choose a day in the future."), field="until")


class CharterMoved(DomainError):
    message = _("The charter changed while you were reading it. This is the new one.")


class TaskThere(FieldError):
    def __init__(self) -> None:
        super().__init__(_("This task is there already."), field="title")
