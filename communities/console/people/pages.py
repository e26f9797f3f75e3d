"""The pages about people in the settings, what the overview says of each, and their steps of the checklist."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.console.fields.queries import settings_of as fields_set
from communities.launch.models import Invitation, InvitationLink, JoinRequest
from communities.launch.permissions import can_edit_links
from communities.launch.services import asks_by_hand, questions_of
from communities.models import Community, Membership
from communities.navigation import DeskPlace, register_desk_place
from communities.people.permissions import (
    can_edit_members,
    can_edit_profile_fields,
    can_see_members,
    can_see_team,
)
from communities.setup import Check, Group, Setting, SettingsPage, Step, register_settings_page, register_step


def _members(community: Community, reader: Membership) -> Sequence[Setting]:
    waiting = JoinRequest.objects.waiting().count()
    number = number_format(community.member_count, force_grouping=True)
    people = ngettext("%(n)s member", "%(n)s members", community.member_count) % {"n": number}
    asking = ngettext("%(n)s person asks to join", "%(n)s people ask to join", waiting) % {"n": waiting}
    if asks_by_hand(community):
        asked = len(questions_of(community))
        ways = ngettext("approved by hand, %(n)s question", "approved by hand, %(n)s questions", asked) % {
            "n": asked
        }
    else:
        ways = _("everybody can join without approval")
    return [
        Setting(_("Members"), people, words=_("people users list export remove merge level address note")),
        Setting(_("How people join"), ways, words=_("approval questions request")),
        Setting(
            _("Requests to join"),
            asking if waiting else _("nobody waits"),
            words=_("approve decline"),
            missing=waiting > 0,
        ),
    ]


def _team(community: Community, reader: Membership) -> Sequence[Setting]:
    team = Membership.objects.team().count()
    invited = Invitation.objects.into_team().count()
    return [
        Setting(
            _("Team"),
            _("%(team)s in it, %(invited)s invited") % {"team": team, "invited": invited},
            words=_("role moderator manager owner scope end hand over ownership"),
        ),
        Setting(_("Authors of the blogs"), _("authors by blog"), words=_("editor writer article")),
    ]


def _links(community: Community, reader: Membership) -> Sequence[Setting]:
    links = InvitationLink.objects.filter(closed_at__isnull=True).count()
    words = ngettext("%(n)s link", "%(n)s links", links) % {"n": links}
    return [Setting(_("Invitation links"), words, words=_("invite quota domain expiry"))]


def _has_team(community: Community) -> Check:
    team = Membership.objects.team().count()
    invited = Invitation.objects.into_team().count()
    if team > 1:
        return Check(True, _("%(n)s people in the team") % {"n": team})
    # Whoever is invited comes when they like: nothing is left to do for who reads the list.
    if invited:
        return Check(True, _("%(n)s invited, nobody came yet") % {"n": invited})
    return Check(False, _("You are alone so far"))


PAGES = (
    SettingsPage(
        gettext_lazy("Members"),
        "console:list-members",
        "users",
        Group.PEOPLE,
        10,
        can_edit_members,
        _members,
        also=("console:list-join-requests",),
    ),
    SettingsPage(gettext_lazy("Team"), "console:show-team", "hand", Group.PEOPLE, 20, can_see_team, _team),
    SettingsPage(
        gettext_lazy("Invitations"),
        "console:list-links",
        "ticket",
        Group.PEOPLE,
        30,
        can_edit_links,
        _links,
    ),
    SettingsPage(
        gettext_lazy("Profile fields"),
        "console:list-profile-fields",
        "card",
        Group.PEOPLE,
        40,
        can_edit_profile_fields,
        fields_set,
    ),
)


def register() -> None:
    for page in PAGES:
        register_settings_page(page)
    register_desk_place(
        DeskPlace(gettext_lazy("Members"), "console:list-members", "users", order=80, may=can_see_members)
    )
    register_step(
        Step(
            "team",
            gettext_lazy("Your team"),
            gettext_lazy("Invite your team"),
            "console:show-team",
            60,
            needed=False,
            check=_has_team,
        )
    )
