from communities.content.exceptions import ContentError
from communities.exceptions import ChangedMeanwhile, FieldError


class SeriesError(FieldError, ContentError):
    """What cannot be done with a series."""


class SeriesChanged(ChangedMeanwhile, SeriesError):
    """Somebody has renamed it in another window since its form was opened."""
