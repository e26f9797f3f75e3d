from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class CannotJoin(DomainError):
    """This person does not become a member here now; the sentence says why and gives nothing else away."""

    message = _("You cannot join for now.")


class HandleTaken(DomainError):
    message = _("Somebody took this handle a moment ago. Choose another one.")
