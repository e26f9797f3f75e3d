from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError


class TooManyPages(ContentError):
    """A space holds as many pages as can be put in order by hand."""

    message = _("There are 200 pages here already. Begin another space for the next ones.")


class MenuFull(ContentError):
    """The menu leads to as many pages as it can."""

    message = _("The menu leads to eight pages already. Take one out of it first.")
