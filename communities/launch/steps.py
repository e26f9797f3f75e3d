"""The steps of the launch on the checklist from an empty place to a living one."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.launch.models import Invitation, Stage, Wave
from communities.models import Community
from communities.setup import Check, Step, register_step


def _first_wave(community: Community) -> Check:
    """Done once anybody has been invited, in a wave or by a member; who is called into the team is no wave."""
    sent = Invitation.objects.filter(role="").count()
    if sent:
        return Check(True, ngettext("%(n)s invitation sent", "%(n)s invitations sent", sent) % {"n": sent})
    ready = Wave.objects.filter(sent_at__isnull=True).order_by("-id").first()
    if ready is None:
        return Check(False, gettext("Nobody has been invited yet."))
    chosen = ngettext(
        "%(n)s person is chosen. The invitation has not been sent.",
        "%(n)s people are chosen. Their invitation has not been sent.",
        len(ready.addresses),
    )
    return Check(False, chosen % {"n": len(ready.addresses)})


def _first_stage(community: Community) -> Check:
    first = Stage.objects.in_order().first()
    if first is None:
        return Check(False, gettext("Without a plan, everything opens to everybody at once."))
    if first.has_effect:
        return Check(True, gettext("“%(name)s” is open") % {"name": first.name})
    if first.planned_for is not None:
        day = date_format(localtime(first.planned_for, community.zone), "DATE_FORMAT")
        return Check(True, gettext("“%(name)s”, planned for %(day)s") % {"name": first.name, "day": day})
    return Check(True, gettext("“%(name)s” is ready to open") % {"name": first.name})


def register() -> None:
    register_step(
        Step(
            "first-stage",
            _("First stage of the launch"),
            _("Plan it"),
            "launch:show-plan",
            70,
            False,
            _first_stage,
        )
    )
    register_step(
        Step(
            "first-wave",
            _("First wave"),
            _("Prepare and send"),
            "launch:show-waves",
            80,
            False,
            _first_wave,
            later=True,
        )
    )
