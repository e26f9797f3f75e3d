from typing import Any

from allauth.account.signals import email_confirmed
from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.navigation import DeskPlace, Place, Spot, Who, register_desk_place, register_place
from communities.planned import Planned, register_planned
from communities.signals import member_joined, member_left


class LaunchConfig(AppConfig):
    name = "communities.launch"
    label = "launch"
    verbose_name = _("Launch")

    def ready(self) -> None:
        # Models exist only now, and all of these speak of them.
        from communities.launch import automatic, emails, ending, journal, notices, portable, sections, steps  # noqa: F401  declaring is their import
        from communities.launch.models import Stage
        from communities.launch.queries import register_measures
        from communities.launch.services import forget_places, open_waiting_door
        from communities.launch.services.limiting import note_leaving
        from communities.launch.services.looking import hear_of_newcomer
        from members.personal import register_merger, register_way, stays

        email_confirmed.connect(open_waiting_door, dispatch_uid="open_waiting_door")
        member_joined.connect(hear_of_newcomer, dispatch_uid="launch.member_joined")
        member_left.connect(note_leaving, dispatch_uid="launch.member_left")
        automatic.register()
        register_measures()
        journal.register()
        portable.register()
        steps.register()
        register_planned(
            Planned(
                "stages",
                order=20,
                fields=("planned_for",),
                rows=lambda now: Stage.objects.planned_after(now),
                said=lambda n: ngettext("%(n)s stage", "%(n)s stages", n) % {"n": n},
            )
        )
        sections.register()
        _register_places()
        _register_kept()
        register_way("launch.WaitingPlace.email", forget_places)
        register_merger("launch.LaunchLogEntry.by", stays)


def _register_places() -> None:
    from communities.launch.permissions import can_edit_plan, can_see_plan

    join = Place(_("Join"), "launch:join-community", order=70, icon="join", whom=Who.OUTSIDER, look="main")
    register_place(join, Spot.DOCK)
    register_place(join, Spot.BAR)
    register_place(Place(_("Next here"), "launch:show-coming", order=95, icon="clock", shown=_has_announced))
    invite = Place(
        _("Invite people"),
        "launch:invite-people",
        "invitations",
        order=40,
        icon="ticket",
        whom=Who.MEMBER,
    )
    register_place(invite, Spot.ACCOUNT)
    register_desk_place(
        DeskPlace(
            _("Launch"),
            "launch:show-plan",
            "stages",
            order=60,
            may=can_see_plan,
            in_header=can_edit_plan,
        )
    )


def _has_announced(request: HttpRequest) -> bool:
    from communities.launch.teasers import has_announced

    reader: Any = request
    return reader.community is not None and has_announced(reader.community, reader.membership)


def _register_kept() -> None:
    from communities.disclosures import Kept, kept

    kept.register(
        Kept(
            "waiting",
            _("addresses on the waiting list"),
            _("until you leave the list, or have come in"),
            50,
        )
    )
    with_it = _("with the invitation, for whoever sent it to see")
    kept.register(Kept("invitations", _("addresses of people who were invited"), with_it, 51))
