from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError


class TogetherError(ContentError):
    """Why somebody cannot be invited to sign an article."""


class InvitationGone(TogetherError):
    """It was withdrawn while they looked at it."""

    message = _("This invitation has been withdrawn in the meantime.")
