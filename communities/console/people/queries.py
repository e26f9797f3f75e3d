"""What the pages about people show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from communities.console.people.forms import RoleForm
from communities.content.audiences import spaces_of
from communities.content.models import Space, SpaceAuthor
from communities.dates import read_day
from communities.journal.acts import acts
from communities.journal.models import Change
from communities.keysets import NUMBER, Keyset, Page
from communities.launch.models import Invitation, InvitationLink, JoinRequest
from communities.middleware import MemberRequest
from communities.models import STAFF_ROLES, Community, Membership
from communities.people.acts import ABOUT_PEOPLE
from communities.people.fields.defined import every_field
from communities.people.fields.showing import words_of_profile
from communities.people.finding import (
    STATES,
    VISITS,
    MemberFilters,
    counts_of_people,
    page_of_people,
)
from communities.people.levels import LEVELS, level_name
from communities.people.managing import masked_address
from communities.people.models import OwnershipOffer
from communities.people.permissions import (
    can_edit_members,
    can_export_members,
    can_find_by_email,
    can_merge_members,
    can_remove_member,
    can_see_email,
    can_set_level,
)
from communities.roles import RANKS, can_set_role, outranks
from communities.texts.queries import agreements_of

NEWEST = Keyset(("pk", NUMBER), size=30)
# Of the team nobody is left out; ambassadors may be hundreds, and are a filter of the member list.
MOST_STAFF, MOST_AMBASSADORS = 500, 50


@dataclass(frozen=True)
class Chip:
    """One filter that is set, and the address without it."""

    label: str
    url: str


def people_list(request: MemberRequest) -> dict[str, Any]:
    filters = MemberFilters.read(request.GET)
    me = request.membership
    people = filters.narrow(Membership.objects.all(), request.community, by_email=can_find_by_email(me))
    page = page_of_people(people, after=request.GET.get("after", ""))
    link = InvitationLink.objects.filter(pk=filters.link).first() if filters.link else None
    return {
        "page": page,
        "filters": filters,
        "chips": _chips(request, filters, link),
        "counts": counts_of_people(),
        "asking": JoinRequest.objects.waiting().count(),
        "roles": Membership.Role.choices,
        "levels": LEVELS,
        "states": STATES,
        "ways": Membership.Way.choices,
        "visits": VISITS,
        "fields": every_field(request.community),
        "edits": can_edit_members(me),
        "exports": can_export_members(me),
        "finds_addresses": can_find_by_email(me),
        "robots": "noindex",
    }


def _chips(request: MemberRequest, filters: MemberFilters, link: InvitationLink | None) -> list[Chip]:
    words: Mapping[str, Mapping[str, Any]] = {
        "role": dict(Membership.Role.choices),
        "came_by": dict(Membership.Way.choices),
        "state": dict(STATES),
        "visit": {name: _("Last here: %(when)s") % {"when": label} for name, label in VISITS},
        "level": {str(level): label for level, label in LEVELS},
    }
    chips = []
    for name in filters.chosen:
        said = getattr(filters, name)
        if name == "field":
            continue
        label = str(words[name][said]) if name in words else said
        if name == "value":
            names = {field.key: field.label for field in every_field(request.community)}
            label = _("%(field)s: %(values)s") % {
                "field": names.get(filters.field, filters.field),
                "values": said,
            }
        elif name in ("since", "until"):
            pattern = _("Joined since %(day)s") if name == "since" else _("Joined until %(day)s")
            day = said if name in filters.wrong else date_format(read_day(said), "DATE_FORMAT")
            label = pattern % {"day": day}
        elif name == "link":
            label = _("Came through “%(name)s”") % {"name": link.name if link else said}
        chips.append(Chip(label, _without(request, name)))
    return chips


def _without(request: MemberRequest, name: str) -> str:
    query = request.GET.copy()
    for one in (name, "after", *(["field"] if name == "value" else [])):
        query.pop(one, None)
    return f"?{query.urlencode()}"


@dataclass(frozen=True)
class Event:
    """One line of a person’s history."""

    text: str
    at: Any


def person_page(request: MemberRequest, person: Membership) -> dict[str, Any]:
    me, community = request.membership, request.community
    may_give = can_set_role(me, person)
    invited = Invitation.objects.by_member(person)
    return {
        "person": person,
        "level": level_name(person.trust_level),
        "answers": words_of_profile(person.profile, community),
        "agreements": agreements_of(person, community),
        "masked": masked_address(person) if can_edit_members(me) else "",
        "scope": spaces_named(person.role_spaces, community),
        "invited": invited.count(),
        "came": invited.filter(state=Invitation.State.ACCEPTED).count(),
        "notes": NEWEST.newest_after(person.notes.select_related("by"), request.GET.get("notes", "")),
        "history": history_of(person, after=request.GET.get("history", "")),
        "role_form": RoleForm(by=me, community=community, person=person) if may_give else None,
        "edits": can_edit_members(me),
        "may_see_address": can_see_email(me) and person.member_id is not None,
        "may_set_level": can_set_level(me, person),
        "may_remove": can_remove_member(me, person),
        "may_merge": can_edit_members(me) and person.is_active and outranks(me, person),
        "may_measure": person.is_active and person.pk != me.pk and not person.unclaimed and me.can_judge,
        "is_me": person.pk == me.pk,
        "robots": "noindex",
    }


def spaces_named(ids: list[int], community: Community) -> list[str]:
    """The names of the spaces of a role; of one that is archived or gone, nothing."""
    return [space.name for space in spaces_of(community.pk) if space.pk in ids]


def history_of(person: Membership, *, after: str = "") -> Page[Event]:
    """What the team did with somebody, newest first, and at the very end how they came."""
    told = Change.objects.filter(about=str(person.pk), act__in=ABOUT_PEOPLE).select_related("by")
    page = NEWEST.newest_after(told, after)
    events = [Event(_line(change), change.at) for change in page.rows]
    if not page.older:
        events.append(Event(_("Joined: %(way)s") % {"way": person.get_came_by_display()}, person.joined_at))
    return Page(events, page.older)


def _line(change: Change) -> str:
    label = str(acts[change.act].label) if change.act in acts else change.act
    by = change.by.display_name if change.by else _("by the clock")
    if change.by_platform:
        by = _("the platform")
    roles = dict(Membership.Role.choices)
    said = {**change.after}
    detail = ""
    if "role" in said:
        detail = str(roles.get(said["role"], said["role"]))
    elif "level" in said:
        detail = level_name(int(said["level"]))
    what = _("%(label)s: %(text)s") % {"label": label, "text": detail} if detail else label
    return f"{what} ({by})"


def team_page_context(request: MemberRequest) -> dict[str, Any]:
    """The team with scope and end, who is invited, what is offered. Of many ambassadors the first by name."""
    active = Membership.objects.active().order_by("display_name", "pk")
    staff = sorted(active.in_roles(STAFF_ROLES)[:MOST_STAFF], key=lambda one: (-RANKS[one.role], one.role))
    ambassadors = list(active.in_role(Membership.Role.AMBASSADOR)[: MOST_AMBASSADORS + 1])
    people = [*staff, *ambassadors[:MOST_AMBASSADORS]]
    offer = OwnershipOffer.objects.open().select_related("to", "by").first()
    return {
        "team": [Entrusted(one, spaces_named(one.role_spaces, request.community)) for one in people],
        "more_ambassadors": len(ambassadors) > MOST_AMBASSADORS,
        "invitations": NEWEST.newest_after(Invitation.objects.into_team(), request.GET.get("invited", "")),
        "offer": offer,
        "owns": request.membership.role == Membership.Role.OWNER,
        "robots": "noindex",
    }


@dataclass(frozen=True)
class Entrusted:
    """One of the team, with the names of the spaces that their role is for."""

    person: Membership
    scope: list[str]

    @property
    def until(self) -> str:
        if self.person.role_until is None:
            return ""
        return date_format(localtime(self.person.role_until), "DATE_FORMAT")


def authored_spaces() -> QuerySet[Space]:
    """The spaces that name their authors, in their order."""
    named: QuerySet[Space] = Space.objects.filter(posting=Space.Posting.AUTHORS, archived=False)
    return named.order_by("place", "id")


def authors_by_space() -> list[tuple[Space, list[SpaceAuthor]]]:
    spaces = list(authored_spaces())
    links = SpaceAuthor.objects.filter(space__in=spaces).select_related("membership")
    named: dict[int, list[SpaceAuthor]] = {}
    for link in links.order_by("membership__display_name", "pk"):
        named.setdefault(link.space_id, []).append(link)
    return [(space, named.get(space.pk, [])) for space in spaces]


def can_be_merged(me: Membership, kept: Membership, gone: Membership) -> bool:
    return can_merge_members(me, kept, gone)
