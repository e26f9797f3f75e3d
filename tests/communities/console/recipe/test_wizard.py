"""From the first question to a draft: saved at every step, resumed, edited, founded."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.console.recipe.answers import WORDS
from communities.console.recipe.exceptions import AlreadyFounded
from communities.console.recipe.models import AppliedPart, OwnerLink, Recipe
from communities.console.recipe.services import found_by_recipe
from communities.content.models import Space
from communities.exceptions import DomainError
from communities.journal.models import Change
from communities.launch.models import Stage
from communities.models import Community, Membership
from communities.scoping import community_scope
from communities.texts.services import rules_to_be
from members.models import Member
from tests.communities.console.recipe.conftest import PLACE, STEPS
from tests.factories import make_community, make_person
from tests.mailing import delivered

PARTS = ["modules", "spaces", "moderation", "plan", "rules", "welcome", "objectives", "forecast"]


def answer_all(client: Client) -> Recipe:
    address = "/new/"
    for name, said in STEPS.items():
        assert address == "/new/" or address.endswith(f"/{name}/")
        answer = client.post(address, said)
        assert answer.status_code == 302, answer.content.decode()
        address = answer["Location"]
    recipe = Recipe.objects.get()
    assert address == f"/new/{recipe.pk}/"
    return recipe


def test_the_whole_way_to_a_draft(client: Client) -> None:
    recipe = answer_all(client)
    page = client.get(f"/new/{recipe.pk}/").content.decode()
    assert "A proposal for Sail and Sew" in page
    assert "Nobody answers in the evening" in page
    made = client.post(f"/new/{recipe.pk}/found/", {"parts": PARTS})
    assert made["Location"] == f"/new/{recipe.pk}/done/"
    # Pressed twice, or gone back to: it leads where the first press did.
    again = client.post(f"/new/{recipe.pk}/found/", {"parts": PARTS})
    assert again["Location"] == client.get(f"/new/{recipe.pk}/")["Location"] == made["Location"]
    community = Community.objects.get(slug="sail-and-sew")
    assert (community.state, community.currency, community.member_count) == ("draft", "GBP", 1)
    with community_scope(community):
        owner = Membership.objects.get()
        assert (owner.role, owner.display_name) == ("owner", "Ada Loom")
        assert OwnerLink.objects.get().membership_id == owner.pk
        assert Space.objects.exists()
        assert Stage.objects.exists()
    recipe.refresh_from_db()
    assert recipe.community == community
    assert "owner_email" not in recipe.place, "the owner’s address stays with the owner’s account alone"
    done = client.get(f"/new/{recipe.pk}/done/").content.decode()
    assert "Sail and Sew is a draft" in done
    assert 'href="/operator/"' in done


def test_what_the_operator_prepared_is_not_said_to_be_the_owners_doing(
    operator: Member, recipe: Recipe
) -> None:
    with community_scope(found_by_recipe(recipe, by=operator)):
        assert Change.objects.exists()
        assert not Change.objects.exclude(by=None, by_platform=True).exists()
        assert not AppliedPart.objects.exclude(by=None).exists()
    (letter,) = delivered()
    assert "The operator of" in str(letter.body)


def test_who_founds_for_themselves_did_it(recipe: Recipe) -> None:
    recipe.place = {**PLACE, "owner_email": "", "owner_name": "Ada"}
    recipe.account = make_person(email="ada@example.org")
    recipe.save()
    with community_scope(found_by_recipe(recipe, by=recipe.account)):
        assert not Change.objects.exclude(by__role="owner").exists()
        assert AppliedPart.objects.filter(by__role="owner").exists()


def test_it_is_saved_at_every_step_and_survives_signing_out(client: Client, operator: Member) -> None:
    client.post("/new/", STEPS["brand"])
    recipe = Recipe.objects.get()
    client.post(f"/new/{recipe.pk}/audience/", STEPS["audience"])
    client.logout()
    again = Client()
    again.force_login(operator)
    page = again.get("/communities/").content.decode()
    assert f"/new/{recipe.pk}/" in page
    assert again.get(f"/new/{recipe.pk}/")["Location"] == f"/new/{recipe.pk}/aim/"
    kept = again.get(f"/new/{recipe.pk}/audience/").content.decode()
    assert "Nobody answers in the evening" in kept
    assert "18400" in kept


@pytest.mark.parametrize(
    ("step", "change", "field"),
    [
        ("brand", {"brand": "luxury"}, "brand"),
        ("audience", {"reach": "-4"}, "reach"),
        ("aim", {"aim": ""}, "aim"),
        ("motives", {"motives": []}, "motives"),
        ("means", {"currency": "XXX"}, "currency"),
        ("means", {"hours": "many"}, "hours"),
        ("place", {"slug": "www"}, "slug"),
        ("place", {"slug": "-x"}, "slug"),
        ("place", {"colour": "red; }"}, "colour"),
        ("place", {"time_zone": "Mars/Base"}, "time_zone"),
        ("place", {"name": ""}, "name"),
        ("place", {"owner_email": "nobody"}, "owner_email"),
    ],
)
def test_bad_input_is_answered_beside_its_field(
    client: Client, recipe: Recipe, step: str, change: dict[str, Any], field: str
) -> None:
    before = (recipe.answers, recipe.place)
    answer = client.post(f"/new/{recipe.pk}/{step}/", STEPS[step] | change)
    assert answer.status_code == 422
    assert f'id="id_{field}'.encode() in answer.content
    # What is folded since it was filled in opens where it was refused.
    assert (b'class="fold plan-part" open>' in answer.content) == (field in ("slug", "time_zone"))
    recipe.refresh_from_db()
    assert (recipe.answers, recipe.place) == before
    assert not Community.objects.exists()


def test_an_address_that_is_taken_is_answered_with_a_free_one(client: Client, recipe: Recipe) -> None:
    make_community(slug="sail-and-sew")
    answer = client.post(f"/new/{recipe.pk}/place/", PLACE)
    assert answer.status_code == 422
    assert "Free: “sail-and-sew-2”" in answer.content.decode()
    # Taken between the two: the proposal says so, and nothing is half made.
    answer = client.post(f"/new/{recipe.pk}/found/", {"parts": ["rules"]})
    assert answer.status_code == 422
    assert "Another community has this address" in answer.content.decode()
    assert Community.objects.count() == 1


def test_an_operator_cannot_be_the_owner(client: Client, recipe: Recipe, operator: Member) -> None:
    Recipe.objects.update(place=PLACE | {"owner_email": operator.email})
    answer = client.post(f"/new/{recipe.pk}/found/", {"parts": ["rules"]})
    assert answer.status_code == 422
    assert "An operator has no presence in communities" in answer.content.decode()
    assert not Community.objects.exists()


def test_people_found_for_themselves_where_settings_say_so(db: None, settings: Any) -> None:
    person = make_person(email="ada@example.org")
    client = Client()
    client.force_login(person)
    assert client.get("/new/").status_code == 404
    settings.COMMUNITIES_BY_MEMBERS = True
    recipe = answer_all(client)
    made = client.post(f"/new/{recipe.pk}/found/", {"parts": ["modules", "spaces"]})
    assert made["Location"] == "/c/sail-and-sew/manage/start/"
    assert client.post(f"/new/{recipe.pk}/found/")["Location"] == made["Location"]
    community = Community.objects.get()
    with community_scope(community):
        assert Membership.objects.get().member == person
        assert not OwnerLink.objects.exists(), "who is signed in needs no link"
    assert client.get(made["Location"]).status_code == 200


def test_nobody_else_sees_or_changes_a_recipe(client: Client, recipe: Recipe) -> None:
    other = Client()
    other.force_login(make_person(is_operator=True))
    for path in ("", "shape/", "parts/rules/", "brand/", "done/"):
        assert other.get(f"/new/{recipe.pk}/{path}").status_code == 404
    for path in ("found/", "discard/", "parts/rules/reset/"):
        assert other.post(f"/new/{recipe.pk}/{path}").status_code == 404
    assert Client().get(f"/new/{recipe.pk}/").status_code == 302
    assert Recipe.objects.filter(pk=recipe.pk).exists()
    with pytest.raises(DomainError):
        found_by_recipe(recipe, by=make_person(is_operator=True))


def rows_of(client: Client, address: str) -> dict[str, Any]:
    """The form of a part as a browser would send it unchanged."""
    form = client.get(address).context["form"]
    data: dict[str, Any] = {"version": str(client.get(address).context["recipe"].version)}
    sets = [form.set.management_form, *form.set.forms] if hasattr(form, "set") else [form]
    for one in sets:
        for bound in one:
            value = bound.value()
            if value not in (None, False):
                data[bound.html_name] = value
    return data


def test_a_part_is_edited_before_it_applies(client: Client, recipe: Recipe) -> None:
    address = f"/new/{recipe.pk}/parts/rules/"
    data = rows_of(client, address)
    data |= {"row-0-rule": "Say what you sail.", "row-1-DELETE": "on"}
    data |= {"row-2-place": "1", "row-0-place": "2"}
    saved = client.post(address, data)
    assert saved["Location"] == f"/new/{recipe.pk}/#rules"
    recipe.refresh_from_db()
    rules = [one["rule"] for one in recipe.edited["rules"]]
    assert rules[1] == "Say what you sail."
    assert "When you ask, say what you tried. When you answer, say what you know." not in rules
    # Answers given later leave it as it is; what was not edited follows them.
    client.post(f"/new/{recipe.pk}/audience/", STEPS["audience"] | {"reach": "10"})
    page = client.get(f"/new/{recipe.pk}/").content.decode()
    assert "Say what you sail." in page
    client.post(f"/new/{recipe.pk}/found/", {"parts": ["rules"]})
    community = Community.objects.get()
    with community_scope(community):
        assert [one["rule"][community.language] for one in rules_to_be()] == rules
    with community_scope(community):
        assert not Space.objects.exists(), "what was left out is not made"
        assert [row.part for row in AppliedPart.objects.all()] == ["rules"]


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_saved_as_it_was_proposed(client: Client, recipe: Recipe, part: str) -> None:
    address = f"/new/{recipe.pk}/parts/{part}/"
    proposed = next(one for one in client.get(f"/new/{recipe.pk}/").context["proposal"] if one.name == part)
    saved = client.post(address, rows_of(client, address))
    assert saved.status_code == 302, saved.content.decode()
    recipe.refresh_from_db()
    assert recipe.edited[part] == proposed.values
    assert client.post(f"{address}reset/").status_code == 302
    recipe.refresh_from_db()
    assert part not in recipe.edited


def test_two_windows_do_not_overwrite_each_other(client: Client, recipe: Recipe) -> None:
    address = f"/new/{recipe.pk}/parts/welcome/"
    data = rows_of(client, address)
    assert client.post(address, data | {"tagline": "First"}).status_code == 302
    late = client.post(address, data | {"tagline": "Second"})
    assert late.status_code == 409
    assert "Second" in late.content.decode(), "what was typed stays"
    recipe.refresh_from_db()
    assert recipe.edited["welcome"]["tagline"] == "First"


@pytest.mark.parametrize(
    ("part", "change", "says"),
    [
        ("spaces", {"row-0-name": ""}, "This field is required"),
        ("spaces", {"row-0-first_body": ""}, "A first text has a title and a text, or neither."),
        ("plan", {"row-1-gauge_threads": ""}, "Choose at least one gauge to wait for."),
        ("plan", {"row-1-gauge_threads": "-2"}, "greater than or equal to 0"),
        ("objectives", {"row-0-target": "0"}, "greater than or equal to 0.01"),
        ("forecast", {"asks_low": "9"}, "This is more than the likely value."),
        ("welcome", {"tagline": "x" * 161}, "at most 160"),
    ],
)
def test_a_part_that_cannot_be_says_why(
    client: Client, recipe: Recipe, part: str, change: dict[str, str], says: str
) -> None:
    address = f"/new/{recipe.pk}/parts/{part}/"
    answer = client.post(address, rows_of(client, address) | change)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    recipe.refresh_from_db()
    assert recipe.edited == {}


def test_modules_switched_off_take_their_spaces_along(client: Client, recipe: Recipe) -> None:
    address = f"/new/{recipe.pk}/parts/modules/"
    client.post(address, {"version": "1", "features": ["forums"]})
    page = client.get(f"/new/{recipe.pk}/")
    spaces = next(one for one in page.context["proposal"] if one.name == "spaces").values
    assert {one["kind"] for one in spaces} == {"forum"}
    answer = client.post(address, {"version": "2", "features": ["tags"]})
    assert answer.status_code == 422
    assert "Keep at least one place where people can write." in answer.content.decode()


def test_another_shape_proposes_everything_anew(client: Client, recipe: Recipe) -> None:
    Recipe.objects.update(edited={"rules": []})
    page = client.get(f"/new/{recipe.pk}/shape/").content.decode()
    assert "Ideas box" in page
    assert client.post(f"/new/{recipe.pk}/shape/", {"blueprint": "gone"}).status_code == 422
    client.post(f"/new/{recipe.pk}/shape/", {"blueprint": "ideas_box"})
    recipe.refresh_from_db()
    assert (recipe.blueprint, recipe.edited) == ("ideas_box", {})
    assert "You said, we did" in client.get(f"/new/{recipe.pk}/").content.decode()


def test_too_few_hours_are_said(client: Client, recipe: Recipe) -> None:
    client.post(f"/new/{recipe.pk}/means/", STEPS["means"] | {"hours": "2"})
    assert "2 hours a week carry about 50 active people" in client.get(f"/new/{recipe.pk}/").content.decode()


def test_a_recipe_is_thrown_away(client: Client, recipe: Recipe) -> None:
    client.post(f"/new/{recipe.pk}/discard/")
    assert not Recipe.objects.exists()


def test_a_founded_recipe_is_kept(client: Client, recipe: Recipe) -> None:
    Recipe.objects.update(founded_at=timezone.now())
    assert client.post(f"/new/{recipe.pk}/discard/")["Location"] == f"/new/{recipe.pk}/"
    assert Recipe.objects.exists()


@pytest.mark.parametrize("path", ["means/", "shape/", "parts/welcome/", "parts/welcome/reset/", "discard/"])
def test_what_is_changed_as_it_is_founded_leads_to_what_was_made(
    client: Client, recipe: Recipe, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Founded between the reading of the recipe and the change of it, in another window."""

    def founded(*_args: object, **_more: object) -> None:
        raise AlreadyFounded

    monkeypatch.setattr("communities.console.recipe.services.recipes.locked", founded)
    words = {"tagline": "Ask.", "about": "Here one asks.", "version": str(recipe.version)}
    sent = STEPS["means"] | words | {"blueprint": "support"}
    assert client.post(f"/new/{recipe.pk}/{path}", sent)["Location"] == f"/new/{recipe.pk}/"


def test_no_budget_need_be_said(client: Client, recipe: Recipe) -> None:
    client.post(f"/new/{recipe.pk}/means/", STEPS["means"] | {"launch_budget": "", "budget": ""})
    page = client.get(f"/new/{recipe.pk}/").content.decode()
    assert "GBP, 12 hours a week" in page


def test_where_each_community_has_a_host_its_founder_gets_the_link(db: None, settings: Any) -> None:
    """The session of the platform’s host is not that of the community’s."""
    settings.COMMUNITIES_BY_MEMBERS = settings.COMMUNITY_SUBDOMAINS = True
    client = Client()
    client.force_login(make_person(email="ada@example.org"))
    recipe = answer_all(client)
    made = client.post(f"/new/{recipe.pk}/found/", {"parts": ["rules"]})
    assert made["Location"] == f"/new/{recipe.pk}/done/"
    with community_scope(Community.objects.get()):
        assert OwnerLink.objects.count() == 1


def test_recipes_are_not_begun_without_end(client: Client, operator: Member) -> None:
    Recipe.objects.bulk_create(Recipe(account=operator) for _number in range(50))
    answer = client.post("/new/", STEPS["brand"])
    assert answer.status_code == 422
    assert "Fifty at most" in answer.content.decode()
    assert Recipe.objects.count() == 50


def test_each_choice_is_explained_in_its_own_words() -> None:
    said = [words for of_question in WORDS.values() for words in of_question.values()]
    assert len(said) == 16
    assert len({str(words) for words in said}) == 16
