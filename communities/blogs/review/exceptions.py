from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError
from communities.exceptions import FieldError


class ReviewError(FieldError, ContentError):
    """What cannot be done with an article that an editor reads."""


class ReviewChanged(ReviewError):
    """Somebody decided, or its author wrote on, since the page was opened."""

    message = _("This article has changed since you opened the page. Look at it again before you decide.")
