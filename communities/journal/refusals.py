"""What the team tried and may not do: a line each, written where the right is refused, and never so many that they
bury what was done."""

from __future__ import annotations

import logging

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.journal.acts import Act, register_act
from communities.journal.services import record
from communities.limits import DAY, HOUR, Window, take_turn
from communities.models import Membership

logger = logging.getLogger(__name__)

REFUSED = "act_refused"
# The same act again says nothing new; and the journal keeps its lines for ever.
SAME_ACT = (Window(1, HOUR),)
ONE_PERSON = (Window(20, DAY),)


def note_refusal(by: Membership, path: str) -> bool:
    """Write a line about an act that was refused to somebody of the team, in a scope of its own: the act’s is rolled
    back. False where it stands there already, or they have as many as they may have; whatever fails is logged, since
    the answer is on its way."""
    try:
        whose, now = f"{by.community_id}:m{by.pk}", timezone.now()
        if take_turn(f"refused:{whose}:{path}", SAME_ACT, now=now) is not None:
            return False
        if take_turn(f"refused:{whose}", ONE_PERSON, now=now) is not None:
            return False
        record(by, REFUSED, what=path)
    except Exception:
        logger.exception("a refused act was not noted")
        return False
    return True


def register() -> None:
    register_act(Act(REFUSED, _("Tried, and not allowed")))
