"""What the operator of the platform does about a place, and what an owner may do about another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from communities.console.operator import opening
from communities.console.operator import services as operating
from communities.console.operator.handing import hand_over
from communities.console.recipe.services import clone_community
from members.models import Member
from tests.sweeps.world import World

WHY = "ticket 318: topics are missing"
# Of the operator, who is no member: every other account is refused, an owner’s too.
OF_OPERATOR: dict[str, Callable[[World, Member], Any]] = {
    "suspend": lambda w, by: operating.suspend_community(w.here.community, by=by, reason=WHY),
    "resume": lambda w, by: operating.resume_community(w.here.community, by=by),
    "quotas": lambda w, by: operating.set_quotas(w.here.community, by=by, quotas={}),
    "hand over": lambda w, by: hand_over(w.here.community, by=by, address="x@example.org", reason=WHY),
    "enter": lambda w, by: opening.open_community(w.here.community, by=by, reason=WHY),
    "look up": lambda w, by: operating.look_up("person", by=by, reason=WHY),
    "lock": lambda w, by: operating.lock_account(w.newcomer, by=by, reason=WHY),
    "unlock": lambda w, by: operating.unlock_account(w.newcomer, by=by, reason=WHY),
    "job": lambda w, by: operating.run_again(w.failed_job, by=by),
    "mails": lambda w, by: operating.send_mails_again(by=by, community=None, kind="invitation", problem=""),
}
# An owner too may make another place like the own one.
ALSO_OF_OWNERS: dict[str, Callable[[World, Member], Any]] = {
    "clone": lambda w, by: clone_community(w.here.community, by=by),
}
