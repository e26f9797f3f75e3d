"""What of forums travels: which answer helped, which question was asked before, who is to answer, who was asked."""

from __future__ import annotations

from communities.content.models import Thread
from communities.forums.models import AskedHelper, AssignedThread, Question, SameQuestion
from communities.forums.same import ACT
from communities.portable import Portable, register_about, register_portable


def register() -> None:
    register_portable(Portable(Question))
    register_portable(Portable(SameQuestion))
    register_portable(Portable(AssignedThread))
    register_portable(Portable(AskedHelper))
    register_about(Thread, acts=(ACT,))
