"""The team’s acts with people, as the journal shows and undoes them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.content.audiences import spaces_of
from communities.content.models import Space
from communities.exceptions import NotAllowed
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.launch.models import InvitationLink
from communities.launch.services import close_link, reopen_link
from communities.models import Membership
from communities.people.entrusting import name_author, set_role, unname_author
from communities.people.managing import set_level
from communities.people.requests import edit_joining
from communities.roles import role_as_kept
from communities.scoping import active_community_id

ROLE_FIELDS = {
    "role": _("role"),
    "spaces": _("spaces"),
    "until": _("role until"),
    "after": _("role afterwards"),
}
LINK_FIELDS = {
    "name": _("name"),
    "role": _("role"),
    "space": _("space"),
    "domains": _("allowed domains"),
    "quota": _("how many people"),
    "until": _("valid until"),
    "closed": _("closed"),
}
# Those that are about one person, by the id of their membership.
ABOUT_PEOPLE = (
    "role_set",
    "level_set",
    "member_noted",
    "note_deleted",
    "address_shown",
    "members_merged",
    "request_approved",
    "ownership_offered",
    "ownership_withdrawn",
    "ownership_declined",
)


def _person(change: Change) -> Membership:
    found = Membership.objects.filter(pk=int(change.about)).first()
    if found is None or not found.is_active:
        raise NothingToUndo
    return found


def page_of_person(change: Change) -> str:
    return reverse("console:show-membership", args=[int(change.about)])


def _team(_change: Change) -> str:
    return reverse("console:show-team")


def _links(_change: Change) -> str:
    return reverse("console:list-links")


def _requests(_change: Change) -> str:
    return reverse("console:list-join-requests")


def _authors(_change: Change) -> str:
    return reverse("console:list-authors")


def _present_role(change: Change) -> Mapping[str, Any]:
    now = role_as_kept(_person(change))
    return {name: now[name] for name in change.after}


def _undo_role(change: Change, by: Any) -> None:
    person = _person(change)
    was = role_as_kept(person) | change.before
    until = datetime.datetime.fromisoformat(str(was["until"])) if was["until"] else None
    spaces = list(was["spaces"]) or None
    set_role(person, str(was["role"]), by=by, spaces=spaces, until=until, after=str(was["after"] or "member"))


def say_role(name: str, value: Any) -> str | None:
    """A role, a space or several by their names, a moment as people write it; anything else as it is kept."""
    if name in ("spaces", "space") and value:
        ids = value if isinstance(value, list) else [value]
        return ", ".join(space.name for space in spaces_of(active_community_id()) if space.pk in ids)
    if name in ("role", "after") and value in Membership.Role.values:
        return str(Membership.Role(value).label)
    if name == "until" and value:
        return date_format(timezone.localtime(datetime.datetime.fromisoformat(str(value))), "DATETIME_FORMAT")
    return None


def _present_level(change: Change) -> Mapping[str, Any]:
    return {"level": _person(change).trust_level}


def _undo_level(change: Change, by: Any) -> None:
    set_level(_person(change), int(change.before["level"]), by=by)


def _link(change: Change) -> InvitationLink:
    found: InvitationLink | None = InvitationLink.objects.filter(pk=int(change.about)).first()
    if found is None:
        raise NothingToUndo
    return found


def _present_link(change: Change) -> Mapping[str, Any]:
    return {"closed": _link(change).is_closed}


def _undo_link(change: Change, by: Any) -> None:
    act = close_link if change.before["closed"] else reopen_link
    act(_link(change), by=by)


def _present_joining(change: Change) -> Mapping[str, Any]:
    now = change.place_now().settings.get("joining", {})
    return {name: now.get(name) for name in change.after}


def _undo_joining(change: Change, by: Any) -> None:
    community = change.place_now()
    # What had never been set was so.
    first: dict[str, Any] = {"by_hand": False, "questions": []}
    former = {name: change.before.get(name, first[name]) for name in change.after}
    was = first | community.settings.get("joining", {}) | former
    edit_joining(community, by=by, by_hand=bool(was["by_hand"]), questions=was["questions"])


def _undo_author(change: Change, by: Any) -> None:
    space_id, _blank, person_id = change.about.partition(" ")
    space = Space.objects.filter(pk=int(space_id)).first()
    person = Membership.objects.active().filter(pk=int(person_id)).first()
    if space is None or person is None:
        raise NothingToUndo
    # Keys that did not differ are not kept: an author who became an editor was an author before.
    if change.before.get("author", True):
        done = name_author(space, person, by=by, edits=bool(change.before.get("editor", False)))
    else:
        done = unname_author(space, person, by=by)
    if not done:
        raise NotAllowed(_("Somebody has changed this since. Look at it before you change it back."))


ACTS = (
    Act("role_set", _("Role changed"), ROLE_FIELDS, page_of_person, _present_role, _undo_role, say_role),
    Act(
        "level_set",
        _("Level changed"),
        {"level": _("level")},
        page_of_person,
        _present_level,
        _undo_level,
    ),
    Act("member_noted", _("Note added"), url=page_of_person),
    Act("note_deleted", _("Note deleted"), url=page_of_person),
    Act("address_shown", _("Address shown"), url=page_of_person),
    Act("members_exported", _("Members exported")),
    Act("member_removed", _("Member removed"), {"reason": _("reason")}),
    Act("members_merged", _("Memberships merged"), {"merged": _("merged into it")}, url=page_of_person),
    Act("letter_sent", _("Letter sent"), {"people": _("people")}),
    Act("request_approved", _("Request to join approved"), url=page_of_person),
    Act("request_declined", _("Request to join declined")),
    Act(
        "joining_edited",
        _("Way of joining changed"),
        {"by_hand": _("approved by hand"), "questions": _("questions")},
        _requests,
        _present_joining,
        _undo_joining,
    ),
    Act("team_invited", _("Invited into the team"), ROLE_FIELDS, url=_team, shown=say_role),
    Act("team_uninvited", _("Invitation into the team withdrawn"), ROLE_FIELDS, url=_team, shown=say_role),
    Act("ownership_offered", _("Ownership offered"), url=_team),
    Act("ownership_withdrawn", _("Offer of ownership withdrawn"), url=_team),
    Act("ownership_declined", _("Offer of ownership declined"), url=_team),
    Act(
        "author_named",
        _("Authors of a space changed"),
        {"space": _("space"), "author": _("author"), "editor": _("editor")},
        _authors,
        undo=_undo_author,
    ),
    Act("link_made", _("Invitation link made"), LINK_FIELDS, url=_links, shown=say_role),
    Act("link_closed", _("Invitation link closed"), LINK_FIELDS, _links, _present_link, _undo_link),
    Act("link_reopened", _("Invitation link opened again"), LINK_FIELDS, _links, _present_link, _undo_link),
)


def register_acts() -> None:
    for act in ACTS:
        register_act(act)
