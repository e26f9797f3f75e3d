"""The twelve blueprints: read strictly, and each applied whole, in both languages."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils.text import slugify

from analytics.roi.models import Objective, Rate
from communities.console.recipe.answers import Aim, Answers, Audience, Brand, Motive
from communities.console.recipe.catalogue import FOLDER, best_for, blueprint_named, blueprints, read_file
from communities.console.recipe.exceptions import BlueprintError
from communities.console.recipe.models import AppliedPart
from communities.console.recipe.proposing import propose
from communities.console.recipe.schema import DATA, At, Blueprint, read_blueprint
from communities.console.recipe.services import apply_parts, found_community
from communities.content.kinds import kind_of
from communities.content.models import Space, State, Thread
from communities.content.steps import begins_with_a_text
from communities.homepage import LAYOUTS
from communities.launch.models import Stage
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.people.models import ProfileField
from communities.scoping import community_scope
from communities.texts.services import rules_to_be
from tests.factories import make_person

SHAPES = {
    "fans", "expert_blogs", "event_network", "chapters", "closed_network", "ideas_box", "beta_zone", "influencers",
    "shop", "corporate_blogs", "support", "many_blogs",
}  # fmt: skip
EACH = pytest.mark.parametrize("name", sorted(SHAPES))
FANS = FOLDER / "01-fans.yaml"
NAME = {"en": "Team", "fr": "Équipe"}
FIELD = {"kind": "text", "name": NAME}


def test_there_is_one_for_each_shape() -> None:
    assert {one.name for one in blueprints()} == SHAPES


def founded(name: str, language: str) -> Community:
    blueprint = blueprint_named(name)
    assert blueprint is not None
    return found_community(
        owner=make_person(email="ada@example.org"),
        blueprint=blueprint,
        currency="EUR",
        name="Loft",
        owner_name="Ada",
        language=language,
        languages=("en", "fr"),
    )


def test_first_texts_are_ready_but_for_what_an_expert_signs() -> None:
    """A place begins by reading and publishing; one text at most is left to be written."""
    outlines = [[one for one in each.parts["spaces"] if one["first_outline"]] for each in blueprints()]
    assert {len(left) for left in outlines} == {0, 1}
    assert all(one["kind"] == "blog" for left in outlines for one in left)


@pytest.mark.django_db
@EACH
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_is_applied_whole(name: str, language: str) -> None:
    community = founded(name, language)
    blueprint = blueprint_named(name)
    proposal = {one.name: one.values for one in propose(blueprint, Answers(), language=language)}
    assert community.state == Community.State.DRAFT
    assert set(community.open_features) == set(proposal["modules"]["features"])
    assert community.moderation_mode == proposal["moderation"]["mode"]
    assert community.tagline == proposal["welcome"]["tagline"]
    assert community.about == proposal["welcome"]["about"]
    with community_scope(community):
        rules = [(one["rule"][language], one["reason"][language]) for one in rules_to_be()]
        assert rules == [(one["rule"], one["reason"]) for one in proposal["rules"]]
        spaces = list(Space.objects.order_by("place"))
        assert [space.slug for space in spaces] == [one["slug"] for one in proposal["spaces"]]
        assert all(space.name and space.description and space.prompt for space in spaces)
        if language == "fr":
            named = [slugify(space.name.replace("’", "-")) for space in spaces]
            assert [space.slug for space in spaces] == named
        drafts = Thread.objects.filter(state=State.DRAFT)
        begun = {one["slug"] for one in proposal["spaces"] if one["first_title"]}
        assert {draft.space_id for draft in drafts} == {one.pk for one in spaces if one.slug in begun}
        assert begun >= {one.slug for one in spaces if begins_with_a_text(one)}, (
            "nobody comes into an empty room"
        )
        is_besides = {one["slug"]: one["switches"] for one in proposal["spaces"]}
        assert all(space.has(name) for space in spaces for name in is_besides[space.slug])
        addresses = [space.get_absolute_url() for space in spaces]
        addresses += [kind_of(draft).draft_url(draft) for draft in drafts.select_related("space")]
        outlines = [one["slug"] for one in proposal["spaces"] if one["first_outline"]]
        assert sorted(drafts.filter(outline=True).values_list("space__slug", flat=True)) == sorted(outlines)
        assert {draft.author.role for draft in drafts.select_related("author")} == {"owner"}
        assert not Thread.objects.exclude(state=State.DRAFT).exists(), "nothing is published by itself"
        stages = list(Stage.objects.in_order())
        assert [stage.name for stage in stages] == [one["name"] for one in proposal["plan"]]
        assert [stage.criteria for stage in stages] == [one["criteria"] for one in proposal["plan"]]
        assert {stage.state for stage in stages} == {Stage.State.CLOSED}
        fields = [(field.kind, field.names) for field in ProfileField.objects.in_order()]
        assert fields == [(one["kind"], one["names"]) for one in proposal.get("fields", [])]
        assert Objective.objects.open().count() == len(proposal["objectives"])
        kept = set(AppliedPart.objects.values_list("part", flat=True))
        assert set(proposal) - kept <= {"moderation"}, "a mode that is the usual one is no change"
        assert AppliedPart.objects.get(part="forecast").values["assumptions"]
        owner = Membership.objects.get(role="owner").member
    assert community.settings["home"] == proposal["home"]
    _is_there_for_everybody(community, owner)
    if language == "en":
        client = Client()
        client.force_login(owner)
        for address in addresses:
            assert client.get(f"/c/{community.slug}{address}").status_code == 200, address


def _is_there_for_everybody(community: Community, owner: Any) -> None:
    """Once it is open: for a visitor in the other language, for a member in its own."""
    Community.objects.filter(pk=community.pk).update(state=Community.State.OPEN)
    forget_all()
    other = "en" if community.language == "fr" else "fr"
    visitor = Client(headers={"accept-language": other})
    member = Client(headers={"accept-language": community.language})
    member.force_login(owner)
    for client, language in ((visitor, other), (member, community.language)):
        page = client.get(f"/c/{community.slug}/")
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()
        assert f'class="home is-{community.settings["home"]["layout"]}"' in page.content.decode()
    assert visitor.get(f"/c/{community.slug}/rules/").status_code == 200
    assert community.about[:40] in visitor.get(f"/c/{community.slug}/about/").content.decode()


def test_their_homes_differ() -> None:
    """A shape is seen at once: no two of them begin with the same page."""
    homes = [str(blueprint.parts["home"]) for blueprint in blueprints()]
    assert len(set(homes)) == len(SHAPES)
    assert {blueprint.parts["home"]["layout"] for blueprint in blueprints()} == set(LAYOUTS)


@pytest.mark.django_db
def test_the_first_stage_opens_and_lets_nobody_in_but_the_team() -> None:
    from communities.launch.services import open_stage

    community = founded("fans", "en")
    with community_scope(community):
        owner = Membership.objects.get(role="owner")
        assert open_stage(Stage.objects.in_order().first(), by=owner)
    community.refresh_from_db()
    assert community.launch["begun"]


@pytest.mark.django_db
def test_applying_it_again_changes_nothing() -> None:
    community = founded("fans", "en")
    proposal = propose(blueprint_named("fans"), Answers(), language="en")
    with community_scope(community):
        owner = Membership.objects.get(role="owner")
        owner.community = community
        before = (Space.objects.count(), Thread.objects.count(), Stage.objects.count(), Rate.objects.count())
        assert apply_parts(community, by=owner, values={one.name: one.values for one in proposal}) == []
        after = (Space.objects.count(), Thread.objects.count(), Stage.objects.count(), Rate.objects.count())
    assert before == after


def test_answers_lead_to_different_shapes() -> None:
    chosen = {
        best_for(Answers(brand=brand, audience=audience, aim=aim, motives=(motive,))).name
        for brand in Brand.values
        for audience in Audience.values
        for aim in Aim.values
        for motive in Motive.values
    }
    assert chosen == SHAPES, "a shape that no answers lead to"


def _without(path: str) -> Any:
    def change(said: Any) -> None:
        *way, last = path.split(".")
        place = said
        for key in way:
            place = place[int(key) if key.isdigit() else key]
        del place[last]

    return change


def _with(path: str, value: Any) -> Any:
    def change(said: Any) -> None:
        *way, last = path.split(".")
        place = said
        for key in way:
            place = place[int(key) if key.isdigit() else key]
        place[int(last) if last.isdigit() else last] = value

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_without("spaces.2.prompt.fr"), "fans.yaml: spaces[2].prompt.fr: is missing"),
        (_with("spaces.0.prompt.fr", " "), "fans.yaml: spaces[0].prompt.fr: is empty"),
        (_with("spaces.0.kind", "tides"), "fans.yaml: spaces[0].kind: 'tides' is unknown; known are"),
        (
            _with("spaces.0.switches", ["own_blogs"]),
            "fans.yaml: spaces[0].switches[0]: 'own_blogs' is unknown",
        ),
        (_with("spaces.0.slug", "Über uns"), "fans.yaml: spaces[0].slug: must be small letters"),
        (_with("spaces.1.posters", "all"), "fans.yaml: spaces[1].posters: is unknown"),
        (_with("modules.0", "raffles"), "fans.yaml: modules[0]: 'raffles' is unknown"),
        (_with("plan.1.criteria.threads", 0), "fans.yaml: plan[1].criteria.threads: must be between"),
        (_with("plan.1.criteria", {"moons": 3}), "fans.yaml: plan[1].criteria.moons: is unknown"),
        (_with("plan.1.criteria", {}), "fans.yaml: plan[1].criteria: is missing"),
        (_with("plan.0.stage", "crew"), "fans.yaml: plan[0].stage: 'crew' is unknown"),
        (_with("rules.0", "politeness"), "fans.yaml: rules[0]: 'politeness' is unknown"),
        (_with("moderation.mode", "never"), "fans.yaml: moderation.mode: 'never' is unknown"),
        (_with("objectives.0.figure", "love"), "fans.yaml: objectives[0].figure: 'love' is unknown"),
        (_with("objectives.0.usual", [9, 1]), "fans.yaml: objectives[0].usual: must go from less to more"),
        (_with("forecast.lines", ["gold"]), "fans.yaml: forecast.lines[0]: 'gold' is unknown"),
        (_with("forecast.assumptions", {"asks": [3, 2, 1]}), "fans.yaml: forecast.assumptions.asks: must go"),
        (_with("home.layout", "tower"), "fans.yaml: home.layout: 'tower' is unknown; known are magazine"),
        (_with("home.order", ["weather"]), "fans.yaml: home.order[0]: 'weather' is unknown"),
        (_with("welcome.tagline.en", "x" * 161), "fans.yaml: welcome.tagline.en: has 161 signs"),
        (_with("fits", {"brands": ["luxury"]}), "fans.yaml: fits.brands[0]: 'luxury' is unknown"),
        (_with("fields", [{"kind": "mood"}]), "fans.yaml: fields[0].name: is missing"),
        (_with("fields", [FIELD | {"kind": "mood"}]), "fans.yaml: fields[0].kind: 'mood' is unknown"),
        (_with("fields", [FIELD | {"kind": "choice"}]), "fans.yaml: fields[0].answers: is missing"),
        (_with("fields", [FIELD | {"answers": [NAME]}]), "fans.yaml: fields[0].answers: a text has none"),
        (_with("fields", [FIELD | {"filter": True}]), "fans.yaml: fields[0].filter: a text is no filter"),
        (
            _with("fields", [FIELD | {"kind": "file", "at_joining": True}]),
            "fans.yaml: fields[0].at_joining: a file is not",
        ),
        (_with("fields", [FIELD | {"seen_by": "friends"}]), "fans.yaml: fields[0].seen_by: 'friends' is"),
        (_with("fields", [FIELD | {"name": {"en": "Team"}}]), "fans.yaml: fields[0].name.fr: is missing"),
        (_without("label"), "fans.yaml: label: is missing"),
    ],
)
def test_a_fault_is_said_with_its_place(change: Any, says: str) -> None:
    said = copy.deepcopy(yaml.safe_load(FANS.read_text()))
    change(said)
    with pytest.raises(BlueprintError, match=re.escape(says)):
        read_blueprint(said, At("fans.yaml", ("en", "fr")))


def test_a_file_that_is_no_yaml_is_said_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: [")
    with pytest.raises(BlueprintError, match=r"broken\.yaml: the file: is no YAML"):
        read_file(broken)


def test_a_faulty_blueprint_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from communities.console.recipe import registering

    assert registering._check_blueprints() == []

    def fail() -> None:
        raise BlueprintError("fans.yaml: label: is missing")

    monkeypatch.setattr(registering, "blueprints", fail)
    (error,) = registering._check_blueprints()
    assert "fans.yaml: label" in error.msg


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.yaml")), ids=lambda path: path.name)
def test_texts_are_written_with_typographic_signs(path: Path) -> None:
    for language, text in _texts(yaml.safe_load(path.read_text())):
        assert not re.search(r"['\"]|\.\.\.", text), text
        if language == "fr":
            assert not re.search(r"[^\u00a0][:»](?=\s|$)", text), text
            assert not re.search(r"[^\u202f][;!?](?=\s|$)", text), text
            assert "« " not in text, text


def _texts(said: Any, language: str = "") -> Any:
    if isinstance(said, str) and language:
        yield language, said
    elif isinstance(said, dict):
        for key, value in said.items():
            yield from _texts(value, key if key in ("en", "fr") else language)
    elif isinstance(said, list):
        for value in said:
            yield from _texts(value, language)


def test_a_blueprint_promises_nothing_that_does_not_exist() -> None:
    """Every space’s kind is open by the modules of its own blueprint, so that each is there once applied."""

    def shown(blueprint: Blueprint) -> set[str]:
        proposal = {one.name: one.values for one in propose(blueprint, Answers(), language="en")}
        return {one["slug"] for one in proposal["spaces"]}

    for blueprint in blueprints():
        assert shown(blueprint) == {one["slug"] for one in blueprint.parts["spaces"]}, blueprint.name
