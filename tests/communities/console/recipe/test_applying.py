"""A recipe applied to a community that exists, undone, kept as a blueprint, cloned."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from communities.console.recipe.answers import Answers
from communities.console.recipe.catalogue import blueprint_named, blueprints
from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.models import AppliedPart, Recipe, SavedBlueprint
from communities.console.recipe.parts import parts
from communities.console.recipe.proposing import blueprint_of, propose
from communities.console.recipe.services import (
    apply_parts,
    clone_community,
    found_by_recipe,
    save_as_blueprint,
    undo_part,
)
from communities.content.models import Space, State, Thread
from communities.content.services import save_draft
from communities.exceptions import NotAllowed
from communities.homepage import arrangement_of
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.journal.services import undo
from communities.launch.models import Stage
from communities.launch.services import open_stage
from communities.models import Community, Membership
from communities.scoping import community_scope
from communities.texts.models import TextVersion
from communities.texts.services import RuleWords, draft_of, edit_rule, rules_to_be
from members.models import Member
from tests.communities.console.recipe.conftest import PLACE
from tests.conftest import Cast
from tests.factories import make_thread


def values(*names: str, shape: str = "fans") -> dict[str, Any]:
    blueprint = blueprint_named(shape)
    assert blueprint is not None
    proposal = {one.name: one.values for one in propose(blueprint, Answers(), language="en")}
    return {name: proposal[name] for name in names or proposal}


def apply(here: Cast, *names: str, by: Membership | None = None) -> list[AppliedPart]:
    return apply_parts(here.community, by=by or here.owner, values=values(*names), blueprint="fans")


def test_the_page_offers_what_is_missing_and_adds_nothing_else(here: Cast) -> None:
    client = here.sign_in(here.owner)
    page = client.get(here.url("/manage/recipe/?blueprint=fans"))
    assert page.status_code == 200
    spaces = next(one for one in page.context["offered"] if one.name == "spaces")
    # The cast has a blog at /journal/ already: that one stays as it is.
    new = ["questions", "show", "talk", "in-use", "in-pictures", "challenges"]
    assert [one["slug"] for one in spaces.values] == new
    client.post(here.url("/manage/recipe/?blueprint=fans"), {"parts": ["spaces"]})
    with here.scope():
        assert Space.objects.filter(slug="journal").count() == 1
        assert Space.objects.get(slug="journal").name == "Journal"
        assert Space.objects.get(slug="show").prompt
        (row,) = AppliedPart.objects.all()
        assert (row.part, row.by_id) == ("spaces", here.owner.pk)
        change = Change.objects.get()
        assert (change.act, change.about) == ("recipe_applied", str(row.pk))
        assert (
            change.what
            == "6 spaces: Questions, Show and tell, Conversations, Reviews, In pictures, Challenges"
        )
    again = client.get(here.url("/manage/recipe/?blueprint=fans"))
    assert "spaces" not in [one.name for one in again.context["offered"]]
    assert "Ask, and mark the answer that helped." in str(row.values)
    assert "What did you make, and what would you do differently?" in again.content.decode()


def test_who_may(here: Cast, elsewhere: Cast) -> None:
    assert here.sign_in(here.manager).get(here.url("/manage/recipe/")).status_code == 200
    for lesser in (here.moderator, here.marketing, here.ambassador, here.member):
        client = here.sign_in(lesser)
        assert client.get(here.url("/manage/recipe/")).status_code == 403
        assert client.post(here.url("/manage/recipe/save/"), {"name": "Ours"}).status_code == 403
    assert here.sign_in(here.manager).post(here.url("/manage/recipe/save/"), {"name": "x"}).status_code == 403
    assert Client().get(here.url("/manage/recipe/")).status_code == 302
    with here.scope():
        with pytest.raises(NotAllowed):
            apply(here, "rules", by=here.moderator)
        # Objectives are the marketing lead’s and the owner’s: nothing of the rest is made either.
        with pytest.raises(NotAllowed):
            apply(here, "rules", "objectives", by=here.manager)
        assert not AppliedPart.objects.exists()
        (row,) = apply(here, "rules")
    elsewhere_client = elsewhere.sign_in(elsewhere.owner)
    assert elsewhere_client.post(elsewhere.url(f"/manage/recipe/parts/{row.pk}/undo/")).status_code == 404


def test_a_manager_is_not_offered_what_only_an_owner_may(here: Cast) -> None:
    offered = here.sign_in(here.manager).get(here.url("/manage/recipe/?blueprint=fans")).context["offered"]
    assert {"objectives", "forecast"}.isdisjoint(one.name for one in offered)
    assert "rules" in [one.name for one in offered]


def test_each_part_is_undone_where_nobody_has_used_it(here: Cast) -> None:
    before = Community.objects.get(pk=here.community.pk)
    with here.scope():
        threads = Thread.objects.count()
        for row in reversed(apply(here)):
            assert undo_part(row, by=here.owner)
            assert not undo_part(row, by=here.owner), "undone once"
        assert set(Space.objects.values_list("slug", flat=True)) == {"rigging", "journal"}
        assert Thread.objects.count() == threads
        assert not Stage.objects.exists()
        assert rules_to_be() == []
    after = Community.objects.get(pk=here.community.pk)
    for name in ("open_features", "moderation_mode", "tagline", "about"):
        assert getattr(after, name) == getattr(before, name), name


def _edit_draft(here: Cast, row: AppliedPart) -> None:
    draft = Thread.objects.filter(state=State.DRAFT, space__slug="questions").select_related("space").get()
    save_draft(draft, by=here.owner, title=draft.title, body="<p>My own words.</p>")


def _write(here: Cast, row: AppliedPart) -> None:
    make_thread(Space.objects.get(slug="talk"), by=here.member)


def _open(here: Cast, row: AppliedPart) -> None:
    open_stage(Stage.objects.in_order().first(), by=here.owner)


def _rewrite(here: Cast, row: AppliedPart) -> None:
    community = Community.objects.get(pk=here.community.pk)
    draft = draft_of("rules")
    assert draft is not None
    words = RuleWords({"en": "Be nice."}, {"en": "It is nicer."})
    edit_rule(community, 1, by=here.owner, words=words, revision=draft.revision)
    community.tagline = "Ours"
    community.open_features = ["forums"]
    community.moderation_mode = "pre"
    community.settings = {"home": {"layout": "desk"}}
    community.save()


@pytest.mark.parametrize(
    ("part", "since"),
    [
        ("spaces", _edit_draft),
        ("spaces", _write),
        ("plan", _open),
        ("rules", _rewrite),
        ("welcome", _rewrite),
        ("modules", _rewrite),
        ("moderation", _rewrite),
        ("home", _rewrite),
    ],
)
def test_what_was_used_since_is_not_undone(here: Cast, part: str, since: Any) -> None:
    with here.scope():
        row = next(one for one in apply(here) if one.part == part)
        since(here, row)
        with pytest.raises(WrittenSince):
            undo_part(row, by=here.owner)
    answer = here.sign_in(here.owner).post(here.url(f"/manage/recipe/parts/{row.pk}/undo/"), follow=True)
    assert "Something has been written or changed there since" in answer.content.decode()


def test_the_journal_undoes_it_too(here: Cast) -> None:
    with here.scope():
        apply(here, "rules")
        change = Change.objects.get(act="recipe_applied")
        undo(change, here.owner)
        assert rules_to_be() == []
        assert Change.objects.get(undoes=change).by_id == here.owner.pk
        with pytest.raises(NothingToUndo):
            undo(change, here.owner)


def test_own_words_stay(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(tagline="Knots, sails and stories")
    with here.scope():
        apply(here, "welcome")
    fresh = Community.objects.get(pk=here.community.pk)
    assert fresh.tagline == "Knots, sails and stories"
    assert fresh.about


def test_modules_never_take_texts_away(here: Cast) -> None:
    with here.scope():
        here.blog.save()
        apply_parts(here.community, by=here.owner, values={"modules": {"features": ["forums"]}})
    assert set(Community.objects.get(pk=here.community.pk).open_features) == {"forums", "blogs"}


def test_a_further_recipe_switches_nothing_off(here: Cast) -> None:
    modules = parts["modules"]
    with here.scope():
        assert modules.missing(here.community, {"features": ["forums"]}) == {}
        here.community.open_features = ["forums", "directory"]
        missing = modules.missing(here.community, {"features": ["forums", "blogs"]})
    assert set(missing["features"]) == {"forums", "blogs", "directory"}


def test_a_space_gets_no_address_that_means_something_else(here: Cast) -> None:
    texts = dict.fromkeys(("description", "prompt", "first_title", "first_body", "mode"), "")
    whom = {"audience": "public", "posting": "members", "asks": False}
    values = [{"name": "New", "kind": "forum", "drawing": "pages"} | texts | whom]
    with here.scope():
        apply_parts(here.community, by=here.owner, values={"spaces": values})
        assert Space.objects.get(name="New").slug == "new-2"
        assert parts["spaces"].missing(here.community, values) == []


def test_a_blueprint_of_a_community_holds_nobody(here: Cast) -> None:
    with here.scope():
        apply(here)
        make_thread(here.forum, by=here.member, title="A private matter")
    client = here.sign_in(here.owner)
    assert client.post(here.url("/manage/recipe/save/"), {"name": ""}).status_code == 422
    assert client.post(here.url("/manage/recipe/save/"), {"name": "Ours"}).status_code == 302
    saved = SavedBlueprint.objects.get()
    text = str(saved.said)
    assert saved.account == here.owner.member
    assert "Rigging" in text
    assert "A private matter" not in text
    for person in (here.owner, here.manager, here.member):
        assert person.display_name not in text
        assert person.handle not in text
    page = client.get(here.url(f"/manage/recipe/?blueprint=own-{saved.pk}"))
    assert page.status_code == 200
    # Kept again, it is replaced.
    client.post(here.url("/manage/recipe/save/"), {"name": "Ours"})
    assert SavedBlueprint.objects.count() == 1


def test_what_a_space_is_besides_is_made_and_kept(here: Cast) -> None:
    said = values("spaces", shape="corporate_blogs")
    own = values("spaces", shape="expert_blogs")
    here.community.open_features = ["blogs"]
    here.community.save()
    with here.scope():
        apply_parts(here.community, by=here.owner, values=said)
        assert all(space.has("reviewed") for space in Space.objects.filter(slug__in=["in-our-words", "news"]))
        # What needs a part that is not there stays off: nobody could write there.
        apply_parts(
            here.community, by=here.owner, values={"spaces": [own["spaces"][0] | {"switches": ["own_blogs"]}]}
        )
        assert not Space.objects.get(slug="articles").has("own_blogs")
        kept = {one["slug"]: one["switches"] for one in parts["spaces"].describe(here.community)}
    assert (kept["news"], kept["articles"], kept["rigging"]) == (["reviewed"], [], [])


def test_a_community_is_cloned(here: Cast, operator: Member) -> None:
    with here.scope():
        apply(here)
    client = Client()
    client.force_login(operator)
    asked = client.post(f"/new/clone/{here.community.slug}/")
    begun = client.post(asked["Location"], {"reason": "ticket 330: a sister place"})
    recipe = Recipe.objects.get()
    assert begun["Location"] == f"/new/{recipe.pk}/place/", "only the place is still to be said"
    client.post(begun["Location"], PLACE)
    copy = found_by_recipe(Recipe.objects.get(), by=operator)
    original = Community.objects.get(pk=here.community.pk)
    assert set(copy.open_features) == set(original.open_features)
    assert (copy.currency, copy.moderation_mode) == (original.currency, original.moderation_mode)
    assert (copy.tagline, copy.about) == (original.tagline, original.about)
    assert (arrangement_of(copy), copy.drawing) == (arrangement_of(original), original.drawing)
    with here.scope():
        spaces = list(Space.objects.order_by("place", "id").values_list("slug", "name", "prompt", "asks"))
        stages = list(Stage.objects.in_order().values_list("name", "features", "criteria"))
        rules = rules_to_be()
        assert rules
    with community_scope(copy):
        assert (
            list(Space.objects.order_by("place", "id").values_list("slug", "name", "prompt", "asks"))
            == spaces
        )
        assert list(Stage.objects.in_order().values_list("name", "features", "criteria")) == stages
        assert rules_to_be() == rules
        assert Membership.objects.count() == 1
        assert not Thread.objects.exists()


def test_only_its_owner_and_the_operator_clone(here: Cast, elsewhere: Cast, settings: Any) -> None:
    settings.COMMUNITIES_BY_MEMBERS = True
    for other in (here.manager, here.member, elsewhere.owner):
        with pytest.raises(NotAllowed):
            clone_community(here.community, by=other.member)
        client = here.sign_in(other)
        assert client.post(f"/new/clone/{here.community.slug}/").status_code == 403
    assert not Recipe.objects.exists()
    assert here.sign_in(here.owner).post(f"/new/clone/{here.community.slug}/").status_code == 302
    with here.scope(), pytest.raises(NotAllowed):
        save_as_blueprint(here.community, by=here.manager, name="Theirs")


def test_the_page_costs_few_queries(here: Cast, queries: Any) -> None:
    client = here.sign_in(here.owner)
    with here.scope():
        apply(here)
    client.get(here.url("/manage/recipe/?blueprint=support"))
    with queries(most=22):
        client.get(here.url("/manage/recipe/?blueprint=support"))


def test_a_blueprint_that_names_what_is_no_more_gives_way(here: Cast, operator: Member) -> None:
    with here.scope():
        apply(here)
    recipe = clone_community(here.community, by=operator)
    saved = SavedBlueprint.objects.get()
    saved.said["modules"] = ["telepathy"]
    saved.account = here.owner.member
    saved.save()
    page = here.sign_in(here.owner).get(here.url("/manage/recipe/"))
    assert page.status_code == 200
    assert f"own-{saved.pk}" not in page.content.decode()
    assert blueprint_of(Recipe.objects.get(pk=recipe.pk)).name in {one.name for one in blueprints()}


def test_what_a_blueprint_cannot_hold_is_said(here: Cast) -> None:
    long = {"rule": {"en": "Say it in a thousand words. " * 40}, "reason": {"en": "So that it is long."}}
    with here.scope():
        TextVersion.objects.create(kind="rules", number=1, content=[{"number": 1, **long}])
    answer = here.sign_in(here.owner).post(here.url("/manage/recipe/save/"), {"name": "Ours"})
    assert answer.status_code == 422
    assert "cannot be kept as a recipe" in answer.content.decode()
    assert not SavedBlueprint.objects.exists()


def test_an_account_keeps_so_many_blueprints(here: Cast) -> None:
    SavedBlueprint.objects.bulk_create(
        SavedBlueprint(account=here.owner.member, name=f"Number {number}", said={}, language="en")
        for number in range(50)
    )
    answer = here.sign_in(here.owner).post(here.url("/manage/recipe/save/"), {"name": "Ours"})
    assert answer.status_code == 422
    assert SavedBlueprint.objects.count() == 50
