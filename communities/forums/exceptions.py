from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError


class AlreadySolved(ContentError):
    """Another answer is accepted; it has to be taken back first."""

    message = _("Another answer is accepted already. Take that back first if it was not the right one.")
