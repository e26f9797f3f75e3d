"""Profile fields in recipes: proposed, edited, applied, undone, kept in a blueprint and cloned without any answer."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.test import Client

from communities.console.recipe.catalogue import blueprint_named
from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.models import AppliedPart, Recipe, SavedBlueprint
from communities.console.recipe.parts import parts
from communities.console.recipe.proposing import proposal_of
from communities.console.recipe.services import (
    apply_parts,
    clone_community,
    found_by_recipe,
    save_as_blueprint,
    undo_part,
)
from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from communities.people.fields.defined import fields_of
from communities.people.fields.services import (
    FieldWishes,
    add_field,
    edit_field,
    retire_field,
    told,
    wishes_from,
)
from communities.people.models import ProfileField
from communities.scoping import community_scope
from tests.communities.console.recipe.conftest import PLACE
from tests.conftest import Cast

BOAT = FieldWishes(
    {"en": "Boat", "fr": "Bateau"},
    helps={"en": "Where you sail on."},
    options=[
        {"id": None, "names": {"en": "Dinghy", "fr": "Dériveur"}, "off": False},
        {"id": None, "names": {"en": "Barge"}, "off": True},
        {"id": None, "names": {"en": "Yacht"}, "off": False},
    ],
    seen_by="members",
    required=True,
    at_joining=True,
    filters=True,
)


def proposed(shape: str = "chapters") -> list[dict[str, Any]]:
    blueprint = blueprint_named(shape)
    assert blueprint is not None
    return [dict(one) for one in blueprint.parts["fields"]]


def apply(here: Cast, by: Membership | None = None) -> list[AppliedPart]:
    return apply_parts(here.community, by=by or here.manager, values={"fields": proposed()})


def fields_in(community: Community) -> list[ProfileField]:
    with community_scope(community):
        return list(ProfileField.objects.in_order())


def test_applying_adds_what_is_missing_and_members_are_asked(here: Cast) -> None:
    with here.scope():
        add_field("place", FieldWishes({"fr": "section"}), by=here.owner, community=here.community)
        (row,) = apply(here)
        assert apply(here) == []
    assert len(row.made["fields"]) == 2, "a field of that name, in whichever language, stays as it is"
    community = Community.objects.get(pk=here.community.pk)
    asked = {field.names.get("en"): field for field in fields_of(community)}
    assert asked["Happy to help with"].options[2].names == {"en": "Accounts", "fr": "Les comptes"}
    assert asked["Happy to help with"].filters
    assert asked["Happy to help with"].seen_by == "members"


def test_who_may_apply_them(here: Cast) -> None:
    with here.scope(), pytest.raises(NotAllowed):
        apply(here, by=here.moderator)
    assert not fields_in(here.community)


def _edit(here: Cast, field: ProfileField) -> None:
    wishes = wishes_from(told(field) | {"names": {"en": "Section"}})
    edit_field(field, wishes, by=here.owner, community=here.community)


def _put_away(here: Cast, field: ProfileField) -> None:
    retire_field(field, by=here.owner, community=here.community)


def _answer(here: Cast, field: ProfileField) -> None:
    Membership.objects.filter(pk=here.member.pk).update(
        profile={field.key: {"said": "Lyon", "words": ["lyon"]}}
    )


@pytest.mark.parametrize("since", [_edit, _put_away, _answer])
def test_what_somebody_has_used_is_not_undone(here: Cast, since: Any) -> None:
    with here.scope():
        (row,) = apply(here)
        since(here, ProfileField.objects.in_order().first())
        with pytest.raises(WrittenSince):
            undo_part(row, by=here.owner)
        assert ProfileField.objects.count() == 3


def test_what_nobody_has_used_is_undone(here: Cast) -> None:
    with here.scope():
        (row,) = apply(here)
        ProfileField.objects.in_order().last().delete()
        assert undo_part(row, by=here.owner)
        assert not ProfileField.objects.exists()


def _answered(here: Cast) -> ProfileField:
    """A place that asks for the boat, and a member who has said it."""
    with here.scope():
        boat = add_field("choice", BOAT, by=here.owner, community=here.community)
        _put_away(
            here, add_field("text", FieldWishes({"en": "Former"}), by=here.owner, community=here.community)
        )
        Membership.objects.filter(pk=here.member.pk).update(profile={boat.key: 1})
    return boat


def test_a_clone_asks_the_same_and_knows_no_answer(here: Cast) -> None:
    boat = _answered(here)
    recipe = clone_community(Community.objects.get(pk=here.community.pk), by=here.owner.member)
    said = SavedBlueprint.objects.get().said["fields"]
    assert [one["name"]["en"] for one in said] == ["Boat"], "what was put away stays behind"
    assert said[0]["answers"] == [{"en": "Dinghy", "fr": "Dériveur"}, {"en": "Yacht"}]
    recipe.place = {**PLACE, "owner_email": "", "owner_name": "Ada"}
    recipe.done = ["place"]
    recipe.save()
    community = found_by_recipe(recipe, by=here.owner.member)
    (copied,) = fields_in(community)
    for name in ("kind", "names", "helps", "seen_by", "required", "at_joining", "filters"):
        assert getattr(copied, name) == getattr(boat, name), name
    assert [one["names"] for one in copied.options] == said[0]["answers"]
    assert copied.key != boat.key
    with community_scope(community):
        assert not any(Membership.objects.values_list("profile", flat=True))


def test_a_blueprint_of_a_place_that_changed_its_language_keeps_every_name(here: Cast) -> None:
    _answered(here)
    Community.objects.filter(pk=here.community.pk).update(language="fr")
    community = Community.objects.get(pk=here.community.pk)
    with here.scope():
        saved = save_as_blueprint(community, by=here.owner, name="Ours")
        again = parts["fields"].describe(community)
    assert saved.said["fields"] == again
    assert again[0]["answers"] == [{"en": "Dinghy", "fr": "Dériveur"}, {"en": "Yacht", "fr": "Yacht"}]


@pytest.fixture
def chapters(recipe: Recipe) -> Recipe:
    recipe.blueprint = "chapters"
    recipe.save()
    return recipe


def sent(page: Any) -> dict[str, Any]:
    """What a browser sends of the form as it stands: of a list, its first answer where none is chosen."""
    rows = page.context["form"].set
    data = {f"{rows.prefix}-{name}": value for name, value in rows.management_form.initial.items()}
    for bound in [field for row in rows for field in row]:
        value = bound.value()
        if value is None and isinstance(bound.field.widget, forms.Select):
            value = next(iter(bound.field.choices))[0]
        if value not in (None, False):
            data[bound.html_name] = "on" if value is True else value
    return data | {"version": page.context["recipe"].version}


def stored(recipe: Recipe) -> list[dict[str, Any]]:
    fresh = Recipe.objects.get(pk=recipe.pk)
    return next(one.values for one in proposal_of(fresh) if one.name == "fields")


def test_the_proposal_shows_and_edits_them(client: Client, chapters: Recipe) -> None:
    page = client.get(f"/new/{chapters.pk}/").content.decode().partition('id="fields"')[2]
    for words in (
        "Happy to help with",
        "Several choices",
        "seen by: Members",
        "asked at joining",
        "Accounts",
    ):
        assert words in page
    address = f"/new/{chapters.pk}/parts/fields/"
    data = sent(client.get(address))
    assert client.post(address, data).status_code == 302, "the empty row asks for nothing"
    assert stored(chapters) == proposed()
    data = sent(client.get(address)) | {
        "row-0-names-en": "Branch",
        "row-1-options-en": "Accounts\r\n\r\nCooking",
        "row-1-options-fr": "Les comptes\r\nLa cuisine",
        "row-2-DELETE": "on",
        "row-3-kind": "date",
        "row-3-names-en": "Member since",
    }
    assert client.post(address, data).status_code == 302
    branch, helps, since = stored(chapters)
    assert branch["names"] == {"en": "Branch", "fr": "Section"}
    assert helps["options"] == [
        {"en": "Accounts", "fr": "Les comptes"},
        {"en": "Cooking", "fr": "La cuisine"},
    ]
    assert (since["kind"], since["names"], since["seen_by"]) == ("date", {"en": "Member since"}, "everybody")


def test_languages_that_are_not_spoken_keep_their_words(client: Client, chapters: Recipe) -> None:
    chapters.place = {**PLACE, "languages": ["en"]}
    chapters.save()
    address = f"/new/{chapters.pk}/parts/fields/"
    page = client.get(address)
    assert "row-0-names-fr" not in page.content.decode()
    data = sent(page) | {"row-1-options-en": "Accounts\nCooking"}
    assert client.post(address, data).status_code == 302
    assert stored(chapters)[0]["names"]["fr"] == "Section"
    assert stored(chapters)[1]["options"] == [{"en": "Accounts", "fr": "Les comptes"}, {"en": "Cooking"}]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"row-0-names-en": ""}, "This field is required"),
        ({"row-1-options-en": " "}, "Write at least one answer that can be chosen."),
        ({"row-1-options-fr": "Les comptes"}, "Write the same number of answers in each language."),
        ({"row-1-options-en": "One\none"}, "One answer is there twice."),
        ({"row-1-options-en": "x" * 81}, "An answer has 80 characters at most."),
        ({"row-2-filters": "on"}, "Only choices and places can be filters."),
        ({"row-2-kind": "file", "row-2-at_joining": "on"}, "A file cannot be asked for at joining"),
        ({"row-2-names-en": "section"}, "Two fields have the same name."),
    ],
)
def test_what_is_wrong_is_said_and_stays(client: Client, chapters: Recipe, changes: Any, words: str) -> None:
    address = f"/new/{chapters.pk}/parts/fields/"
    answer = client.post(address, sent(client.get(address)) | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert stored(chapters) == proposed()


def test_the_empty_row_of_spaces_asks_for_nothing(client: Client, chapters: Recipe) -> None:
    address = f"/new/{chapters.pk}/parts/spaces/"
    assert client.post(address, sent(client.get(address))).status_code == 302
