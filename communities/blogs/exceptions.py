from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError


class UnknownAuthor(ContentError):
    """A handle among the authors that no active member has."""

    message = _("Nobody here has this handle.")
