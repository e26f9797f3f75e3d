"""Customers are presented with their consent: asked, dated, withdrawn at once, ordered by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.promotions.customers import services
from communities.promotions.customers.exceptions import CustomerError, HasDeclined
from communities.promotions.customers.merging import move_stories
from communities.promotions.customers.models import CustomerStory
from tests.conftest import Cast

WORDS = "The rope outlived two boats."


def ask(here: Cast, person: Membership, quote: str = WORDS) -> CustomerStory:
    return services.ask_customer(
        person.handle, by=here.marketing, company="Quay & Sons", quote=quote, target="/forums/"
    )


def agree(person: Membership, *, agrees: bool = True) -> None:
    services.answer_as_customer(by=person, agrees=agrees)
    forget_all()


def page(client: Client, here: Cast, path: str = "/customers/", status: int = 200) -> str:
    answer = client.get(here.url(path))
    assert answer.status_code == status
    return answer.content.decode()


def test_nobody_reads_the_words_before_their_person_agrees_or_after_they_no_longer_do(
    here: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    team, person = here.sign_in(here.marketing), here.sign_in(here.member)
    form = {"handle": here.member.handle, "company": "Quay & Sons", "quote": WORDS, "target": "/forums/"}
    refused = team.post(here.url("/manage/customers/"), form | {"handle": "nobody-here"})
    assert refused.status_code == 422
    assert WORDS in refused.content.decode()
    assert team.post(here.url("/manage/customers/"), form).status_code == 302
    with here.scope():
        assert Notification.objects.filter(membership=here.member, kind="customer_asked").count() == 1
    assert "May we feature you" in page(person, here, "/notifications/")
    for visitor in (Client(), here.sign_in(here.ambassador), team):
        page(visitor, here, status=404)
        assert WORDS not in page(visitor, here, "/")
    assert WORDS in page(person, here, "/customers/mine/")
    page(here.sign_in(here.ambassador), here, "/customers/mine/", 404)
    # Agreed: on the page and on the home page, with name, company and link.
    assert person.post(here.url("/customers/mine/"), {"answer": "yes"}).status_code == 302
    forget_all()
    shown = page(Client(), here)
    assert WORDS in shown
    assert here.member.display_name in shown
    assert "Quay &amp; Sons" in shown
    assert f'href="{here.prefix}/forums/"' in shown
    assert WORDS in page(Client(), here, "/")
    assert WORDS in page(here.sign_in(here.ambassador), here, "/")
    with here.scope():
        assert CustomerStory.objects.get().agreed_at is not None
    # Taken back: gone at once, also from the page that was kept for visitors, and dated.
    with django_capture_on_commit_callbacks(execute=True):
        assert person.post(here.url("/customers/mine/"), {"answer": "no"}).status_code == 302
    page(Client(), here, status=404)
    assert WORDS not in page(Client(), here, "/")
    assert "No, since" in page(team, here, "/manage/customers/")


def test_whoever_has_said_no_is_not_asked_again_nor_forgotten(here: Cast) -> None:
    with here.scope():
        story = ask(here, here.member)
        agree(here.member, agrees=False)
        with pytest.raises(CustomerError):
            ask(here, here.member)
        with pytest.raises(HasDeclined):
            services.change_customer(story, by=here.marketing, company="", quote="Other words", target="")
        with pytest.raises(HasDeclined):
            services.remove_customer(story, by=here.marketing)
        assert Notification.objects.filter(membership=here.member, kind="customer_asked").count() == 1
        # Their own mind they may change.
        agree(here.member)
        assert [one.pk for one in CustomerStory.objects.shown()] == [story.pk]


def test_other_words_need_another_consent(here: Cast) -> None:
    with here.scope():
        story = ask(here, here.member)
        agree(here.member)
        said = {"company": "Quay & Sons", "target": "/forums/"}
        assert not services.change_customer(story, by=here.manager, quote=WORDS, **said)
        assert services.change_customer(story, by=here.manager, quote="It outlived three.", **said)
        assert not CustomerStory.objects.shown().exists()
        assert Notification.objects.filter(membership=here.member, kind="customer_asked").count() == 2
    # Of the two lines the one about the words that stand is left.
    bell = page(here.sign_in(here.member), here, "/notifications/")
    assert bell.count("May we feature you") == 1


def test_the_order_is_the_teams(here: Cast) -> None:
    with here.scope():
        people = (here.member, here.ambassador, here.moderator)
        stories = [ask(here, person, f"Words {number}") for number, person in enumerate(people)]
        for person in people:
            agree(person)
        services.move_customer(stories[2], by=here.marketing, up=True)
        services.move_customer(stories[0], by=here.marketing, up=True)
        services.move_customer(stories[1], by=here.marketing, up=False)
        assert [one.quote for one in CustomerStory.objects.shown()] == ["Words 0", "Words 2", "Words 1"]
        Membership.objects.filter(pk=here.moderator.pk).update(status="left")
        assert [one.quote for one in CustomerStory.objects.shown()] == ["Words 0", "Words 1"]


def test_who_does_not_speak_for_the_brand_presents_nobody(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        story = ask(here, here.member)
        agree(here.member)
        for person in (here.member, here.moderator, here.ambassador):
            with pytest.raises(NotAllowed):
                services.remove_customer(story, by=person)
            with pytest.raises(NotAllowed):
                services.ask_customer(here.ambassador.handle, by=person, quote=WORDS)
    for person in (here.member, here.moderator):
        assert here.sign_in(person).get(here.url("/manage/customers/")).status_code == 403
    owner = elsewhere.sign_in(elsewhere.owner)
    assert owner.get(elsewhere.url(f"/manage/customers/{story.pk}/")).status_code == 404
    assert owner.get(elsewhere.url("/customers/")).status_code == 404
    with elsewhere.scope():
        assert not CustomerStory.objects.exists()


def test_one_person_with_two_memberships_is_presented_once_and_a_no_counts(here: Cast) -> None:
    with here.scope():
        ask(here, here.member)
        ask(here, here.ambassador)
        agree(here.member)
        agree(here.ambassador, agrees=False)
        move_stories(here.member.pk, here.ambassador.pk)
        assert [(one.person_id, one.agreed_at) for one in CustomerStory.objects.all()] == [
            (here.member.pk, None)
        ]
