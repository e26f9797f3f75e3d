"""Tests travel with their testers, what these accepted, and what they found."""

from __future__ import annotations

from communities.content.models import Space
from communities.portable import Portable, register_about, register_portable
from communities.trials.arranging import ANNOUNCE, CLOSE, EDIT, RELEASE
from communities.trials.choosing import CHOOSE
from communities.trials.models import Also, Feedback, Participant, Pledge, Release, Trial


def register() -> None:
    register_portable(
        Portable(Trial),
        Portable(Pledge),
        Portable(Participant),
        Portable(Release),
        Portable(Feedback),
        Portable(Also),
    )
    register_about(Space, acts=(EDIT, ANNOUNCE, CHOOSE, RELEASE, CLOSE))
