"""What the rules for the texts of a place refuse."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.exceptions import ChangedMeanwhile, DomainError


class TextRefused(DomainError):
    """A text that cannot be kept or published as it is; the sentence says why."""

    message = gettext_lazy("This text cannot be kept as it is.")


class TextEmpty(TextRefused):
    message = gettext_lazy("A text without words cannot be published.")


class FactsMissing(TextRefused):
    """Facts that the text names and nobody has set yet."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = list(labels)
        super().__init__(
            _("This text names facts that nobody has given yet: %(facts)s.")
            % {"facts": ", ".join(self.labels)}
        )


class DateRefused(TextRefused):
    message = gettext_lazy(
        "This date is past. Choose a future one, or leave it empty to put it into force at once."
    )


class TextChanged(ChangedMeanwhile):
    """Somebody else changed the same draft meanwhile."""


class NothingToDo(DomainError):
    """There is no draft, or it was published or thrown away a moment ago."""

    message = gettext_lazy("This was done a moment ago, or there is nothing to do.")
