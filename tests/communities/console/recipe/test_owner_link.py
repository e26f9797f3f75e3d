"""The owner’s mail: one link, once, for some days; it signs in and confirms the address."""

from __future__ import annotations

import datetime
import re

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from communities.console.recipe.catalogue import blueprint_named
from communities.console.recipe.emails import token_of
from communities.console.recipe.exceptions import LinkSpent
from communities.console.recipe.models import OwnerLink
from communities.console.recipe.services import found_community, send_owner_link, use_owner_link
from communities.models import Community, Membership
from communities.scoping import community_scope
from members.models import Member
from tests.conftest import Cast
from tests.factories import make_person
from tests.mailing import delivered


def found(email: str = "ada@example.org", language: str = "en") -> Community:
    blueprint = blueprint_named("fans")
    assert blueprint is not None
    owner = Member.objects.filter(email=email).first() or Member.objects.create_user(email)
    return found_community(
        owner=owner, blueprint=blueprint, currency="EUR", name="Loft", owner_name="Ada", language=language
    )


def path_in_mail(body: str) -> str:
    match = re.search(r"(/c/\S+/enter/\S+)", body)
    assert match, body
    return match[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Loft is ready for you"), ("fr", "Loft vous attend")]
)
def test_one_mail_one_link_and_the_owner_is_in(language: str, subject: str) -> None:
    community = found(language=language)
    (letter,) = delivered()
    assert (letter.to, letter.subject) == (["ada@example.org"], subject)
    path = path_in_mail(str(letter.body))
    client = Client()
    page = client.get(path)
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert "_auth_user_id" not in client.session, "mail programs look at links too"
    entered = client.post(path)
    assert entered["Location"] == f"/c/{community.slug}/manage/start/"
    assert client.get(entered["Location"]).status_code == 200
    address = EmailAddress.objects.get(email="ada@example.org")
    assert address.verified
    assert address.primary
    assert len(delivered()) == 1, "the address is not proved a second time"


@pytest.mark.django_db
def test_it_opens_once() -> None:
    found()
    path = path_in_mail(str(delivered()[0].body))
    assert Client().post(path).status_code == 302
    again = Client()
    assert again.post(path).status_code == 410
    assert again.get(path).status_code == 410
    assert "_auth_user_id" not in again.session


@pytest.mark.django_db
def test_its_time_ends_and_a_new_one_goes_to_the_same_address() -> None:
    community = found()
    path = path_in_mail(str(delivered()[0].body))
    with community_scope(community):
        OwnerLink.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert Client().post(path).status_code == 410
    page = Client().get(path).content.decode()
    assert "This link no longer works" in page
    sent = Client().post(f"{path}/again")
    assert sent.status_code == 302
    first, second = delivered()
    assert second.to == first.to
    assert Client().post(path_in_mail(str(second.body))).status_code == 302


@pytest.mark.django_db
def test_a_usable_link_sends_no_second_one() -> None:
    found()
    path = path_in_mail(str(delivered()[0].body))
    assert Client().post(f"{path}/again").status_code == 302
    assert len(delivered()) == 1


@pytest.mark.django_db
def test_a_new_link_ends_the_former() -> None:
    community = found()
    with community_scope(community):
        former = OwnerLink.objects.get()
        send_owner_link(community, Membership.objects.get())
        with pytest.raises(LinkSpent):
            use_owner_link(former)


def test_forged_and_foreign_links_do_not_exist(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        token = token_of(OwnerLink.objects.create(membership=here.owner))
    assert Client().get(here.url(f"/enter/{token}")).status_code == 200
    assert Client().get(elsewhere.url(f"/enter/{token}")).status_code == 404
    assert Client().post(elsewhere.url(f"/enter/{token}")).status_code == 404
    assert Client().get(here.url(f"/enter/{token[:-2]}")).status_code == 404
    assert Client().post(here.url("/enter/nonsense/again")).status_code == 404


@pytest.mark.django_db
def test_a_link_in_a_mailbox_that_is_left_opens_nothing() -> None:
    """Whoever gets the former address does not get the account with it."""
    found()
    path = path_in_mail(str(delivered()[0].body))
    Member.objects.filter(email="ada@example.org").update(email="ada@elsewhere.example")
    client = Client()
    for answer in (client.get(path), client.post(path), client.post(f"{path}/again")):
        assert answer.status_code == 404
    assert "_auth_user_id" not in client.session
    assert len(delivered()) == 1


@pytest.mark.django_db
def test_a_password_that_somebody_else_set_before_is_gone() -> None:
    person = make_person(email="ada@example.org", password="set by somebody else")
    found()
    Client().post(path_in_mail(str(delivered()[0].body)))
    person.refresh_from_db()
    assert not person.has_usable_password()


@pytest.mark.django_db
def test_an_owner_who_was_proved_before_keeps_the_password() -> None:
    person = make_person(email="ada@example.org", password="my own long password")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    found()
    Client().post(path_in_mail(str(delivered()[0].body)))
    person.refresh_from_db()
    assert person.check_password("my own long password")


@pytest.mark.django_db
def test_without_the_link_one_code_is_enough() -> None:
    """The code that signs in proves the address: no second one is asked for."""
    call_command("create_community", "loft", "--name", "Loft", "--owner", "ada@example.org")
    client = Client()
    assert len(delivered()) == 1
    client.post("/sign-in/", {"login": "ada@example.org", "by": "code"})
    found = re.search(r"^\s*(\d{6})\s*$", str(delivered()[-1].body), re.M)
    assert found
    assert client.post("/sign-in/code/", {"code": found[1], "action": "verify"}).status_code == 302
    assert client.get("/communities/").status_code == 200
    assert EmailAddress.objects.get(email="ada@example.org").verified
    assert len(delivered()) == 2, "the link that was not used, and one code"


def test_an_owner_who_is_banned_or_gone_is_not_let_in(here: Cast) -> None:
    with here.scope():
        link = OwnerLink.objects.create(membership=here.owner)
        Membership.objects.filter(pk=here.owner.pk).update(status="banned")
        with pytest.raises(LinkSpent):
            use_owner_link(link)
