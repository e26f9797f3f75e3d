"""What the journal knows of profile fields: the words of each act, and how it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership
from communities.people.acts import page_of_person
from communities.people.fields import services
from communities.people.fields.defined import said_in
from communities.people.fields.kinds import KINDS
from communities.people.models import ProfileField, ProfileFile

FIELDS = {
    "kind": _("kind"),
    "names": _("name"),
    "helps": _("help"),
    "options": _("answers"),
    "seen_by": _("seen by"),
    "required": _("an answer is needed"),
    "at_joining": _("asked at joining"),
    "filters": _("filter in the member list"),
    "retired": _("put away"),
}


def register() -> None:
    for name, label, present, undo in (
        ("add_profile_field", _("Profile field added"), None, _unadd),
        ("edit_profile_field", _("Profile field changed"), _as_it_is, _change_back),
        ("retire_profile_field", _("Profile field put away"), _as_it_is, _put_back),
        ("restore_profile_field", _("Profile field brought back"), _as_it_is, _put_back),
        ("delete_profile_field", _("Profile field deleted"), None, None),
    ):
        register_act(Act(name, label, FIELDS, _list_address, present, undo, _shown))
    order = {"order": pgettext_lazy("of a list", "Order")}
    register_act(
        Act(
            "order_profile_fields",
            _("Profile fields put in order"),
            order,
            _list_address,
            _present_order,
            _order_back,
        )
    )
    register_act(
        Act(
            "profile_file_decided",
            _("File for verification decided"),
            {"field": _("profile field"), "state": _("state")},
            page_of_person,
            shown=_shown_state,
        )
    )


def _list_address(_change: Change) -> str:
    return reverse("console:list-profile-fields")


def _field(change: Change) -> ProfileField:
    """Raises NothingToUndo where the field is gone."""
    field: ProfileField | None = ProfileField.objects.filter(pk=change.about).first()
    if field is None:
        raise NothingToUndo
    return field


def _as_it_is(change: Change) -> Mapping[str, Any]:
    field = _field(change)
    now = services.told(field) | {"retired": field.retired}
    return {name: now[name] for name in change.after}


def _unadd(change: Change, by: Membership) -> None:
    """Where somebody has answered meanwhile, it is put away instead: nothing is lost by a press."""
    field = _field(change)
    if services.answers_to(field) or field.files.exists() or services.spaces_by(field.key):
        services.retire_field(field, by=by, community=change.place_now())
    else:
        services.delete_field(field, by=by, community=change.place_now())


def _change_back(change: Change, by: Membership) -> None:
    field = _field(change)
    wishes = services.wishes_from(services.told(field) | change.before)
    services.edit_field(field, wishes, by=by, community=change.place_now())


def _put_back(change: Change, by: Membership) -> None:
    act = services.retire_field if change.before["retired"] else services.restore_field
    act(_field(change), by=by, community=change.place_now())


def _present_order(_change: Change) -> Mapping[str, Any]:
    return services.order_of(list(ProfileField.objects.living().in_order()))


def _order_back(change: Change, by: Membership) -> None:
    services.order_fields(change.before["ids"], by=by, community=change.place_now())


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if not value:
        return gettext("none")
    if name == "kind":
        return str(KINDS[value].label) if value in KINDS else str(value)
    if name == "seen_by":
        return str(dict(ProfileField.SeenBy.choices).get(value, value))
    if name == "options":
        return ", ".join(said_in(one["names"], "") for one in value)
    return " / ".join(value.values()) if isinstance(value, dict) else str(value)


def _shown_state(name: str, value: Any) -> str:
    return str(dict(ProfileFile.State.choices).get(value, value)) if name == "state" else str(value)
