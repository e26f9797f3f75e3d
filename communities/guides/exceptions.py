from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError


class TooManyPages(ContentError):
    """A space holds as many pages as can be put in order by hand."""

    message = _("There are already 200 pages here. Add another space for the next ones.")


class MenuFull(ContentError):
    """The menu leads to as many pages as it can."""

    message = _("The menu already has eight pages. Take one out of it first.")
