from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError


class UnknownAuthor(ContentError):
    """One of the authors named by handle is no active member."""

    message = _("Nobody here has this handle.")
