"""The step of the team on the checklist from an empty place to a living one."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Membership
from communities.setup import Check, Step, register_step

# Nobody runs a place alone: holidays, a second pair of eyes, a case about oneself.
ENOUGH = 2


def _team(community: Community) -> Check:
    people = Membership.objects.team().exclude(role=Membership.Role.AMBASSADOR).count()
    if people < ENOUGH:
        return Check(False, gettext("You are alone. A second person can answer while you are away."))
    return Check(True, ngettext("%(n)s person", "%(n)s people", people) % {"n": people})


def register() -> None:
    register_step(Step("team", _("Team"), _("Invite somebody"), "console:edit-team", 60, False, _team))
