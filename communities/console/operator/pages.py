"""Where the operator’s pages stand: in the platform’s header, in an owner’s settings, in a community’s journal."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from communities.console.operator.acts import CommunityAct, register_community_act
from communities.console.operator.models import Opening
from communities.models import Community, Membership
from communities.navigation import Host, Place, Spot, Who, register_place
from communities.permissions import can_see_openings
from communities.setup import Group, Setting, SettingsPage, register_settings_page

PLACES = (
    (gettext_lazy("Communities"), "platform:show-fleet", 10),
    (pgettext_lazy("on the platform", "People"), "platform:list-people", 20),
    (gettext_lazy("Jobs"), "platform:list-jobs", 30),
    (gettext_lazy("E-mails"), "platform:list-mail", 40),
    (gettext_lazy("Backups"), "platform:list-backups", 50),
    (gettext_lazy("Journal"), "platform:show-operator-journal", 60),
)


def register() -> None:
    for label, name, order in PLACES:
        register_place(Place(label, name, order=order, whom=Who.OPERATOR, host=Host.PLATFORM), Spot.HEADER)
    register_community_act(
        CommunityAct("quotas", gettext_lazy("Quotas"), "platform:set-quotas", "settings", 10)
    )
    register_community_act(
        CommunityAct("hand-over", gettext_lazy("Hand over"), "platform:hand-over-community", "users", 20)
    )
    register_community_act(
        CommunityAct("clone", pgettext_lazy("act", "Clone"), "platform:clone-as-operator", "stages", 30)
    )
    register_settings_page(
        SettingsPage(
            gettext_lazy("Access by the operator"),
            "console:list-openings",
            "shield",
            Group.DATA,
            80,
            can_see_openings,
            _openings,
        )
    )


def _openings(community: Community, reader: Membership) -> Sequence[Setting]:
    latest = Opening.objects.of(community).newest().first()
    if latest is None:
        told = _("never")
    else:
        told = _("inside now") if latest.is_live else _("last on %(day)s") % {"day": latest.opened_at.date()}
    return [Setting(_("Access by the operator"), told, words=_("platform host support inside look"))]
