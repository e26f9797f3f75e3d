"""House rules: each with its number for good, in versions that decisions keep citing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.texts import services
from communities.texts.exceptions import NothingToDo, TextChanged, TextRefused
from communities.texts.services import RuleWords
from communities.wording import rules_in_force
from moderation.models import Decision
from tests.conftest import Cast
from tests.factories import make_person, make_rules
from tests.moderation.acts import decide, reported

pytestmark = pytest.mark.django_db


def fresh(cast: Cast) -> Community:
    forget_all()
    return Community.objects.get(pk=cast.community.pk)


def words(rule: str) -> RuleWords:
    return RuleWords({"en": rule, "fr": f"{rule} (fr)"}, {"en": "It lasts."})


def numbers(cast: Cast) -> list[int]:
    return [rule.number for rule in rules_in_force(fresh(cast))]


def test_a_rule_keeps_its_number_whatever_its_place(here: Cast) -> None:
    with here.scope():
        make_rules("One.", "Two.", "Three.")
        act = {"by": here.manager}
        services.move_rule(here.community, 3, steps=-2, **act)
        services.remove_rule(here.community, 2, revision=1, **act)
        services.add_rule(here.community, words=words("Four."), revision=2, **act)
        services.edit_rule(here.community, 1, words=words("One, and more."), revision=3, **act)
        assert numbers(here) == [1, 2, 3], "nothing holds before it is published"
        services.publish_text(here.community, "rules", by=here.manager, revision=4)
        assert numbers(here) == [3, 1, 4]
        services.add_rule(here.community, words=words("Five."), **act)
        services.remove_rule(here.community, 4, revision=1, **act)
        services.publish_text(here.community, "rules", by=here.manager, revision=2)
        services.add_rule(here.community, words=words("Six."), **act)
        services.publish_text(here.community, "rules", by=here.manager, revision=1)
    assert numbers(here) == [3, 1, 5, 6], "a number that was taken once is never given again"
    assert [rule.rule for rule in rules_in_force(fresh(here), "fr")][1] == "One, and more. (fr)"


def test_rules_are_refused_by_sentences(here: Cast) -> None:
    with here.scope():
        with pytest.raises(NotAllowed):
            services.add_rule(here.community, by=here.moderator, words=words("x"))
        with pytest.raises(TextRefused, match="one language"):
            services.add_rule(here.community, by=here.owner, words=RuleWords({"en": " "}))
        with pytest.raises(NothingToDo):
            services.remove_rule(here.community, 99, by=here.owner)
        services.add_rule(here.community, by=here.owner, words=words("One more."))
        with pytest.raises(TextChanged):
            services.add_rule(here.community, by=here.owner, words=words("At once."))
        for n in range(1, 34):
            services.add_rule(here.community, by=here.owner, words=words("More."), revision=n)
        with pytest.raises(TextRefused, match="40"):
            services.add_rule(here.community, by=here.owner, words=words("Too many."), revision=34)


def test_a_decision_keeps_the_version_that_it_cites(here: Cast) -> None:
    with here.scope():
        make_rules("Say where you know it from.", "No adverts.")
        decision = decide(reported(here), by=here.moderator, act="remove", ground="2")
        assert decision.rules_version == 1
    owner, page = here.sign_in(here.owner), here.url("/manage/texts/rules/2/remove/")
    asked = owner.get(page).content.decode()
    assert "1 decision cites it." in asked
    assert owner.post(page, {"revision": "0"}).status_code == 302
    assert owner.post(here.url("/manage/texts/rules/publish/"), {"revision": "1"}).status_code == 302
    assert numbers(here) == [1]
    assert "No adverts." not in Client().get(here.url("/rules/")).content.decode()
    author = here.sign_in(here.member)
    statement = author.get(here.url(f"/me/decisions/{decision.ref}/")).content.decode()
    assert "No adverts." in statement
    assert f'href="{here.url("/legal/rules/1/#r-2")}"' in statement
    kept = Client().get(here.url("/legal/rules/1/")).content.decode()
    assert 'id="r-2"' in kept
    assert "No adverts." in kept


def test_a_ground_that_is_no_rule_cites_no_version(here: Cast) -> None:
    with here.scope():
        assert decide(reported(here), by=here.moderator, act="remove").rules_version is None
        assert Decision.objects.count() == 1


def test_joining_keeps_which_versions_were_agreed_to(here: Cast) -> None:
    with here.scope():
        make_rules("Be kind.")
        services.adopt(here.community, "terms", {"en": "First."}, by=here.owner)
        services.adopt(here.community, "terms", {"en": "Second."}, by=here.owner)
    client = Client(headers={"accept-language": "en"})
    person = make_person()
    client.force_login(person)
    page = client.get(here.url("/join/")).content.decode()
    assert "Be kind." in page
    assert here.url("/legal/terms/") in page
    client.post(here.url("/join/"), {"display_name": "Ada", "handle": "ada", "rules": "on"})
    with here.scope():
        ada = Membership.objects.get(member=person)
        assert (ada.accepted_rules, ada.accepted_terms) == (1, 2)
        assert (here.member.accepted_rules, here.member.accepted_terms) == (None, None)
        services.adopt(here.community, "terms", {"en": "Third."}, by=here.owner)
    forget_all()
    page, own = here.url(f"/manage/members/{ada.pk}/"), here.url("/me/data/")
    for reader in (here.sign_in(here.manager).get(page), client.get(own)):
        shown = reader.content.decode()
        assert f'<a href="{here.url("/legal/rules/1/")}">House rules, version 1</a>' in shown
        assert f'<a href="{here.url("/legal/terms/2/")}">Terms and conditions, version 2</a>' in shown
        assert shown.count("older than today’s") == 1
        assert "older than today’s, version 3" in shown
    assert "version" not in here.sign_in(here.member).get(own).content.decode().partition("<main")[2]


def test_reading_the_rules_in_force_asks_no_table(here: Cast, queries: Any) -> None:
    with here.scope():
        make_rules("Be kind.")
    community = fresh(here)
    with queries(most=0):
        assert rules_in_force(community)[0].rule == "Be kind."


def test_a_form_without_words_comes_back_with_what_was_typed(here: Cast) -> None:
    manager = here.sign_in(here.manager)
    answer = manager.post(
        here.url("/manage/texts/rules/new/"), {"rule_en": "", "reason_en": "Because.", "revision": "0"}
    )
    assert answer.status_code == 422
    assert "Because." in answer.content.decode()
    stale = manager.post(here.url("/manage/texts/rules/new/"), {"rule_en": "Late.", "revision": "7"})
    assert stale.status_code == 409
    assert "Late." in stale.content.decode()


def test_a_version_of_rules_to_come_leaves_the_present_ones_to_decisions(here: Cast) -> None:
    with here.scope():
        make_rules("Be kind.")
        services.add_rule(here.community, by=here.owner, words=words("Be brief."))
        tomorrow = timezone.now() + datetime.timedelta(days=1)
        services.publish_text(here.community, "rules", by=here.owner, revision=1, at=tomorrow)
        assert numbers(here) == [1]
        decision = decide(reported(here), by=here.moderator, act="remove", ground="1")
        assert decision.rules_version == 1


def test_a_recipe_puts_rules_into_the_draft_and_takes_them_out_again(here: Cast) -> None:
    with here.scope():
        first, second = words("One."), words("Two.")
        services.propose_rules(here.community, by=here.owner, rules=[first, second])
        assert [rule["rule"]["en"] for rule in services.rules_to_be()] == ["One.", "Two."]
        assert numbers(here) == [], "nobody reads a draft"
        services.take_rules_out(here.community, by=here.owner, rules=[first])
        assert [rule["number"] for rule in services.rules_to_be()] == [2]
        with pytest.raises(NothingToDo):
            services.take_rules_out(here.community, by=here.owner, rules=[first])
        services.take_rules_out(here.community, by=here.owner, rules=[second])
        assert services.rules_to_be() == []
        make_rules("Zero.")
        services.propose_rules(here.community, by=here.owner, rules=[second])
        assert [rule["number"] for rule in services.rules_to_be()] == [1, 2]
        with pytest.raises(NotAllowed):
            services.propose_rules(here.community, by=here.moderator, rules=[first])
        with pytest.raises(TextRefused, match="40"):
            services.propose_rules(here.community, by=here.owner, rules=[first] * 40)
