"""What the rules of name, place and state refuse."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError
from communities.planned import Schedule
from communities.setup import Step


class PlannedAhead(DomainError):
    """Another time zone, and nobody has said what becomes of the hours to come."""

    def __init__(self, ahead: Schedule) -> None:
        self.ahead = ahead
        super().__init__(
            gettext("Planned for a future time: %(things)s. Say what should happen to it.")
            % {"things": ", ".join(ahead.said)}
        )


class StillMissing(DomainError):
    """What has to be done before a place opens."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = list(steps)
        super().__init__(
            gettext("Before it opens, this is missing: %(steps)s.")
            % {"steps": ", ".join(str(step.label) for step in steps)}
        )


class NotInThatState(DomainError):
    message = _("The state of the place has changed. Look at it again.")


class NameDiffers(DomainError):
    message = _("This is not its name. Type it exactly as above.")
