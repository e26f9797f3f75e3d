"""The team’s acts with profile fields: add, change, order, put away, bring back, delete.

Each ends in `put_in_force`, writes one line of the journal, and asks for the right again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.models import Space
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.people.exceptions import FieldChanged, FieldRefused
from communities.people.fields.defined import EVERYBODY, IN_FORCE, said_in
from communities.people.fields.files import delete_files_of_field
from communities.people.fields.kinds import KINDS, holding
from communities.people.models import ProfileField
from communities.people.permissions import can_edit_profile_fields
from communities.people.tasks import forget_answers
from communities.queries import locked_community

MOST_FIELDS = 40
MOST_OPTIONS = 100
# What the journal keeps, and what pages read of each.
KEPT = ("kind", "names", "helps", "options", "seen_by", "required", "at_joining", "filters")


@dataclass(frozen=True)
class FieldWishes:
    """What the team wants of a field. An option without a number is new: {"id": None, "names": {…}, "off": False}."""

    names: Mapping[str, str]
    helps: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[Mapping[str, Any]] = ()
    seen_by: str = EVERYBODY
    required: bool = False
    at_joining: bool = False
    filters: bool = False


@transaction.atomic
def add_field(
    kind: str, wishes: FieldWishes, *, by: Membership, community: Community, key: str = ""
) -> ProfileField:
    """Ask members for something more; it stands last. Raises NotAllowed, FieldRefused."""
    _check_may(by)
    fields = _locked(community)
    if kind not in KINDS:
        raise FieldRefused(_("Choose what kind of answer it takes."), field="kind")
    if len(fields) >= MOST_FIELDS:
        raise FieldRefused(_("%(most)s fields at most. Delete one first.") % {"most": MOST_FIELDS})
    made = ProfileField(kind=kind, place=max((one.place for one in fields), default=-1) + 1)
    made.key = key or made.key
    _store(made, wishes)
    made.save()
    record(by, "add_profile_field", what=str(made), about=str(made.pk), after=told(made))
    put_in_force(community)
    return made


@transaction.atomic
def edit_field(
    field: ProfileField,
    wishes: FieldWishes,
    *,
    by: Membership,
    community: Community,
    version: int | None = None,
) -> ProfileField:
    """Change what a field is called, offers and asks; answers stay. `version` is the one its form started from.

    Raises NotAllowed, FieldChanged, FieldRefused (an option that somebody has chosen is not deleted).
    """
    _check_may(by)
    field = _fresh(field, _locked(community))
    if version is not None and version != field.version:
        raise FieldChanged
    before = told(field)
    _refuse_losing_options(field, wishes)
    _store(field, wishes)
    field.version += 1
    if record(
        by, "edit_profile_field", what=str(field), about=str(field.pk), before=before, after=told(field)
    ):
        field.save()
        put_in_force(community)
    return field


@transaction.atomic
def order_fields(ids: Sequence[int], *, by: Membership, community: Community) -> bool:
    """Put the fields in this order; those that are not named follow. False if they stood so. Raises NotAllowed."""
    _check_may(by)
    fields = _locked(community)
    living = [one for one in fields if not one.retired]
    known = {one.pk: one for one in living}
    named = [known[pk] for pk in dict.fromkeys(ids) if pk in known]
    wanted = [*named, *(one for one in living if one not in named)]
    if wanted == living:
        return False
    for place, one in enumerate([*wanted, *(one for one in fields if one.retired)]):
        one.place = place
    ProfileField.objects.bulk_update(fields, ["place"])
    record(by, "order_profile_fields", before=order_of(living), after=order_of(wanted))
    put_in_force(community)
    return True


def retire_field(field: ProfileField, *, by: Membership, community: Community) -> bool:
    """Ask and show it no more; answers stay. False if it was put away. Raises NotAllowed, FieldChanged."""
    return _put_away(field, True, by=by, community=community)


def restore_field(field: ProfileField, *, by: Membership, community: Community) -> bool:
    """Ask and show it again, with the answers that were there. False if it was. Raises NotAllowed, FieldChanged."""
    return _put_away(field, False, by=by, community=community)


@transaction.atomic
def _put_away(field: ProfileField, retired: bool, *, by: Membership, community: Community) -> bool:
    _check_may(by)
    field = _fresh(field, _locked(community))
    if field.retired == retired:
        return False
    field.retired = retired
    field.save(update_fields=["retired"])
    act = "retire_profile_field" if retired else "restore_profile_field"
    before, after = {"retired": not retired}, {"retired": retired}
    record(by, act, what=str(field), about=str(field.pk), before=before, after=after)
    put_in_force(community)
    return True


@transaction.atomic
def delete_field(field: ProfileField, *, by: Membership, community: Community) -> None:
    """Delete a field with all answers and files; a job takes the answers out of profiles.

    Raises NotAllowed, FieldChanged, FieldRefused while a space lets people in by it.
    """
    _check_may(by)
    field = _fresh(field, _locked(community))
    spaces = spaces_by(field.key)
    if spaces:
        names = ", ".join(space.name for space in spaces)
        raise FieldRefused(_("Spaces let people in by it: %(names)s. Change them first.") % {"names": names})
    record(by, "delete_profile_field", what=str(field), about=str(field.pk), before=told(field))
    delete_files_of_field(field)
    field.delete()
    put_in_force(community)
    forget_answers.delay_on_commit(community_id=community.pk, key=field.key)


def put_in_force(community: Community) -> None:
    """Copy the fields onto the community’s row, where pages read them; right everywhere within a second."""
    fresh = locked_community(community)
    rows = ProfileField.objects.in_order()
    fresh.settings = {**fresh.settings, IN_FORCE: [_in_force(row) for row in rows]}
    fresh.save(update_fields=["settings", "updated_at"])
    transaction.on_commit(forget_all)


def _in_force(row: ProfileField) -> dict[str, Any]:
    return {**told(row), "key": row.key, "retired": row.retired}


def told(field: ProfileField) -> dict[str, Any]:
    """What the journal keeps of a field."""
    return {name: getattr(field, name) for name in KEPT}


def order_of(fields: Sequence[ProfileField]) -> dict[str, Any]:
    return {"order": [str(one) for one in fields], "ids": [one.pk for one in fields]}


def wishes_from(kept: Mapping[str, Any]) -> FieldWishes:
    """What was told of a field, as wishes again."""
    return FieldWishes(**{name: kept[name] for name in KEPT if name != "kind"})


def spaces_by(key: str) -> list[Space]:
    """The spaces whose readers, starters or repliers are told by a field."""
    named = Q(pk__in=[])
    for right in ("read", "start", "reply"):
        named |= Q(**{f"let_in__{right}__field": key})
    return list(Space.objects.filter(named).in_order())


def answers_to(field: ProfileField, option: int | None = None) -> int:
    """How many people have answered it, or have chosen one of its options."""
    people = Membership.objects.filter(profile__has_key=field.key)
    return int((people if option is None else people.filter(holding(field.key, [option]))).count())


def _check_may(by: Membership) -> None:
    if not can_edit_profile_fields(by):
        raise NotAllowed


def _locked(community: Community) -> list[ProfileField]:
    """All fields in order, for this transaction alone."""
    Community.objects.select_for_update().only("pk").get(pk=community.pk)
    return list(ProfileField.objects.select_for_update().in_order())


def _fresh(field: ProfileField, fields: Sequence[ProfileField]) -> ProfileField:
    """As it is stored now. Raises FieldChanged where it was deleted meanwhile."""
    found = next((one for one in fields if one.pk == field.pk), None)
    if found is None:
        raise FieldChanged
    return found


def _store(field: ProfileField, wishes: FieldWishes) -> None:
    kind = KINDS[field.kind]
    field.names = _said(wishes.names)
    field.helps = _said(wishes.helps)
    if not field.names:
        raise FieldRefused(_("Give it a name."), field="names")
    field.seen_by, field.required = wishes.seen_by, wishes.required
    field.at_joining = wishes.at_joining and kind.can_ask_at_joining
    field.filters = wishes.filters and kind.can_filter
    field.options = _numbered(field, wishes.options) if kind.has_options else []
    if kind.has_options and not any(not one["off"] for one in field.options):
        raise FieldRefused(_("Write at least one answer that can be chosen."), field="options")


def _said(names: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in names.items() if text}


def _numbered(field: ProfileField, options: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Options with their numbers; new ones get the next."""
    if len(options) > MOST_OPTIONS:
        raise FieldRefused(_("%(most)s answers at most.") % {"most": MOST_OPTIONS}, field="options")
    numbered = []
    for one in options:
        id = one.get("id")
        if id is None or not 0 < id <= field.options_made:
            field.options_made += 1
            id = field.options_made
        numbered.append({"id": id, "names": _said(one["names"]), "off": bool(one.get("off"))})
    return numbered


def _refuse_losing_options(field: ProfileField, wishes: FieldWishes) -> None:
    staying = {one.get("id") for one in wishes.options}
    for option in field.options:
        if option["id"] in staying:
            continue
        name = said_in(option["names"], "")
        chosen = answers_to(field, option["id"])
        if chosen:
            words = ngettext(
                "%(n)s person has chosen “%(name)s”: stop offering it instead of deleting it.",
                "%(n)s people have chosen “%(name)s”: stop offering it instead of deleting it.",
                chosen,
            )
            number = number_format(chosen, use_l10n=True, force_grouping=True)
            raise FieldRefused(words % {"n": number, "name": name}, field="options")
        for space in spaces_by(field.key):
            if any(option["id"] in said.get("options", ()) for said in space.let_in.values() if said):
                raise FieldRefused(
                    _("“%(space)s” lets people in by “%(name)s”. Change the space first.")
                    % {"space": space.name, "name": name},
                    field="options",
                )
