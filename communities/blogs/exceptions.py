from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError
from communities.exceptions import ChangedMeanwhile, FieldError


class UnknownAuthor(ContentError):
    """One of the authors named by handle is no active member."""

    message = _("Nobody here has this handle.")


class BlogError(FieldError, ContentError):
    """What cannot be done with somebody’s own blog."""


class BlogChanged(ChangedMeanwhile, BlogError):
    """Its owner has saved it in another window since its form was opened."""


class OwnBlogNeeded(ContentError):
    """An article in a space of own blogs, by somebody who has none there."""

    message = _("Here, everybody writes in a blog of their own. Start yours first.")
