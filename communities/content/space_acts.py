"""What the journal of the team knows of spaces: the words of each act, and how it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from communities.content.circles import CIRCLES
from communities.content.drawings import DRAWINGS
from communities.content.kinds import KINDS
from communities.content.models import Space
from communities.content.services import arranging, shelving
from communities.content.space_wishes import SpaceWishes, order_of, told, wishes_of
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Community, Membership

FIELDS = {
    "name": _("Name"),
    "slug": _("Address"),
    "description": _("One sentence"),
    "prompt": _("Starter prompt"),
    "language": _("Language"),
    "drawing": _("Drawing"),
    "picture": _("Picture"),
    "focal_x": _("Point of the picture, % from the left"),
    "focal_y": _("Point of the picture, % from the top"),
    "audience": _("Who reads"),
    "posting": _("Who starts"),
    "replying": _("Who replies"),
    "let_in": _("Whom exactly"),
    "starts": _("What they start"),
    "switches": _("What else it is"),
    "required_tags": _("Required tags"),
    "order": pgettext_lazy("of a list", "Order"),
    "template": _("Begin texts with"),
    "minimum": _("Shown from this many threads"),
    "quiet_days": _("Folded after this many days without a text"),
    "slow_minutes": _("Minutes between two replies of a person"),
    "mode": _("Moderation"),
    "parent_id": _("Inside"),
    "archived": _("Archived"),
    "space": _("Space"),
    "threads": _("Threads"),
}


def register() -> None:
    for name, label, present, undo in (
        ("add_space", _("Space added"), None, None),
        ("edit_space", _("Space changed"), _as_it_is, _change_back),
        ("archive_space", _("Space archived"), _as_it_is, _put_back),
        ("restore_space", _("Space restored"), _as_it_is, _put_back),
        ("delete_space", _("Space deleted"), None, None),
        ("move_threads", _("Threads moved"), None, None),
    ):
        url = None if name == "delete_space" else _address
        register_act(Act(name, label, FIELDS, url, present, undo, _shown))
    order = {"order": pgettext_lazy("of a list", "Order")}
    register_act(
        Act("order_spaces", _("Spaces put in order"), order, _list_address, _present_order, _order_back)
    )


def _shown(name: str, value: Any) -> str | None:
    """As the form of a space words it; None for what is kept in words already."""
    if name in ("audience", "posting", "replying") and value in CIRCLES:
        return str(CIRCLES[value].label)
    if name == "let_in":
        whom = [
            one.words(said) for said in value.values() for one in CIRCLES if one.keeps and one.keeps in said
        ]
        return "; ".join(whom) or None
    if name == "starts" and value:
        labels = {one.name: one.label for kind in KINDS for one in kind.thread_kinds}
        return ", ".join(str(labels.get(one, one)) for one in value)
    if name == "switches" and value:
        words = {one.name: one.label for kind in KINDS for one in kind.switches}
        return ", ".join(str(words.get(one, one)) for one in value)
    if name == "order" and value:
        return str({key: label for kind in KINDS for key, label in kind.orders.items()}.get(value, value))
    if name == "mode" and value in Community.Mode.values:
        return str(Community.Mode(value).label)
    if name == "drawing" and value:
        return str(dict(DRAWINGS).get(value, value))
    if name == "language" and value:
        return str(dict(settings.LANGUAGES).get(value, value))
    if name == "parent_id" and value:
        return Space.objects.filter(pk=value).values_list("name", flat=True).first() or gettext(
            "a space that is gone"
        )
    if name == "picture" and value:
        return gettext("yes")
    return None


def _address(change: Change) -> str:
    return reverse("console:edit-space", args=[change.about])


def _list_address(change: Change) -> str:
    return reverse("console:list-spaces")


def _space(change: Change) -> Space:
    """Raises NothingToUndo where the space is gone."""
    space: Space | None = Space.objects.filter(pk=change.about).first()
    if space is None:
        raise NothingToUndo
    return space


def _as_it_is(change: Change) -> Mapping[str, Any]:
    space = _space(change)
    now = told(space) | {"archived": space.archived}
    return {name: now[name] for name in change.after}


def _change_back(change: Change, by: Membership) -> None:
    """A picture that was replaced is gone with its file; all else comes back."""
    if "picture" in change.before:
        raise NothingToUndo
    space = _space(change)
    names = set(SpaceWishes.__dataclass_fields__) & set(change.before)
    lists = {"starts", "switches", "required_tags"}
    back: dict[str, Any] = {
        name: tuple(change.before[name] or ()) if name in lists else change.before[name] for name in names
    }
    for name in {"order", "template"} & names:
        back[name] = back[name] or ""
    community = Community.objects.get(pk=space.community_id)
    arranging.edit_space(space, replace(wishes_of(space), **back), by=by, community=community, sure=True)


def _put_back(change: Change, by: Membership) -> None:
    space, community = _space(change), change.place_now()
    act = shelving.archive_space if change.before["archived"] else shelving.restore_space
    act(space, by=by, community=community)


def _present_order(change: Change) -> Mapping[str, Any]:
    return order_of(list(Space.objects.filter(archived=False).in_order()))


def _order_back(change: Change, by: Membership) -> None:
    community = change.place_now()
    shelving.order_spaces(change.before["ids"], by=by, community=community)
