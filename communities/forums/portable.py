"""What of forums travels: which answer helped, which question was asked before, who is to answer, who was asked, what
is featured."""

from __future__ import annotations

from communities.content.models import Thread
from communities.forums.featuring import ACT as FEATURE
from communities.forums.models import AskedHelper, AssignedThread, FeaturedThread, Question, SameQuestion
from communities.forums.same import ACT
from communities.portable import Portable, register_about, register_portable


def register() -> None:
    register_portable(Portable(Question))
    register_portable(Portable(SameQuestion))
    register_portable(Portable(AssignedThread))
    register_portable(Portable(AskedHelper))
    register_portable(Portable(FeaturedThread))
    register_about(Thread, acts=(ACT, FEATURE))
