"""The door: code or password, in the community’s brand, leading nowhere but to own paths."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from communities.models import Membership
from config import settings as written
from members.mails.models import OutgoingMail
from members.models import Member
from tests.conftest import Cast
from tests.mailing import delivered


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def proven(membership: Membership) -> Member:
    person = membership.member
    assert isinstance(person, Member)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def code_in_last_mail() -> str:
    found = re.search(r"^\s*(\d{6})\s*$", str(delivered()[-1].body), re.MULTILINE)
    assert found is not None
    return found.group(1)


def test_a_code_opens_the_door(here: Cast) -> None:
    person, client = proven(here.member), Client()
    sent = client.post(here.url("/sign-in/"), {"login": person.email, "by": "code", "next": here.url("/me/")})
    assert sent.status_code == 302
    assert sent["Location"].startswith(here.url("/sign-in/code/"))
    message = delivered()[-1]
    assert message.subject == f"Your code: {code_in_last_mail()}"
    assert here.community.name in message.from_email
    assert here.community.name in str(message.body)
    opened = client.post(sent["Location"], {"code": code_in_last_mail(), "action": "verify"})
    assert (opened.status_code, opened["Location"]) == (302, here.url("/me/"))
    assert client.get(here.url("/me/")).status_code == 200


def test_the_mail_is_branded_and_in_the_language_of_the_page(here: Cast) -> None:
    here.community.sender_name, here.community.sender_email = "The loft", "loft@example.org"
    here.community.legal = {"publisher": "Loft and Daughters"}
    here.community.save()
    Client().post(here.url("/sign-in/"), {"login": proven(here.member).email, "by": "code"})
    message = delivered()[-1]
    html = str(message.alternatives[0][0])
    assert message.from_email == "The loft <loft@example.org>"
    assert "Loft and Daughters" in html
    assert 'style="' in html
    assert "example.com" not in str(message.body)


def test_an_unknown_address_gets_the_same_page(here: Cast) -> None:
    person = proven(here.member)
    known = Client().post(here.url("/sign-in/"), {"login": person.email, "by": "code"}, follow=True)
    unknown = Client().post(here.url("/sign-in/"), {"login": "nobody@example.org", "by": "code"}, follow=True)
    strip = re.compile(r"[\w.-]+@example\.org|value=\"[^\"]+\"|nonce=\"[^\"]+\"")
    assert known.redirect_chain == unknown.redirect_chain
    assert strip.sub("", known.content.decode()) == strip.sub("", unknown.content.decode())
    assert delivered()[-1].to == ["nobody@example.org"]


def test_a_password_opens_the_door_and_the_session_is_a_new_one(here: Cast) -> None:
    person, client = proven(here.member), Client()
    client.get(here.url("/sign-in/"))
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = str(before)
    answer = client.post(
        here.url("/sign-in/"), {"login": person.email, "password": "correct horse battery", "by": "password"}
    )
    assert (answer.status_code, answer["Location"]) == (302, here.url("/"))
    assert client.session.session_key != before


@pytest.mark.parametrize("typed", [" {}", "{}\u00a0", "{a}-{b}", "\u200b{a} {b}", "wide"])
def test_a_code_is_taken_as_it_is_pasted(here: Cast, typed: str) -> None:
    client = Client()
    page = client.post(here.url("/sign-in/"), {"login": proven(here.member).email, "by": "code"})["Location"]
    assert b"maxlength" not in re.search(rb'<input[^>]*name="code"[^>]*>', client.get(page).content)[0]
    wrong = client.post(page, {"code": "000000", "action": "verify"})
    assert b"any more" not in wrong.content
    code = code_in_last_mail()
    wide = "".join(chr(0xFF10 + int(figure)) for figure in code)
    pasted = wide if typed == "wide" else typed.format(code, a=code[:3], b=code[3:])
    assert client.post(page, {"code": pasted, "action": "verify"}).status_code == 302


def test_a_wrong_password_is_refused_and_the_code_stays_open(here: Cast) -> None:
    person, client = proven(here.member), Client()
    wrong = {"login": person.email, "password": "wrong", "by": "password"}
    answers = [client.post(here.url("/sign-in/"), wrong) for _try in range(7)]
    assert answers[0].status_code == 422
    assert b"You can ask for a code instead" in answers[0].content
    right = Client().post(here.url("/sign-in/"), wrong | {"password": "correct horse battery"})
    assert right.status_code == 422
    assert b"Ask for a code by e-mail" in right.content
    sent = Client().post(here.url("/sign-in/"), {"login": person.email, "by": "code"})
    assert sent.status_code == 302
    assert delivered()[-1].to == [person.email]


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/c/other/", "/"],
)
def test_the_way_after_is_a_path_of_this_community(here: Cast, target: str) -> None:
    person = proven(here.member)
    form = {"login": person.email, "password": "correct horse battery", "by": "password", "next": target}
    assert Client().post(here.url("/sign-in/"), form)["Location"] == here.url("/")


def test_a_closed_account_stays_outside(here: Cast) -> None:
    person, client = proven(here.member), Client()
    Member.objects.filter(pk=person.pk).update(is_active=False)
    form = {"login": person.email, "password": "correct horse battery", "by": "password"}
    answer = client.post(here.url("/sign-in/"), form)
    assert not client.session.get("_auth_user_id")
    assert answer.status_code in (302, 422)
    page = client.get(here.url("/sign-in/closed/"))
    assert page.status_code == 200
    assert b"This account is closed" in page.content


def test_signing_out_leads_home(here: Cast) -> None:
    client = here.sign_in(here.member)
    assert client.get(here.url("/sign-out/")).status_code == 200
    assert client.post(here.url("/sign-out/"))["Location"] == here.url("/")
    assert client.get(here.url("/me/")).status_code == 302


def test_without_a_token_the_page_says_what_to_do(here: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(here.url("/sign-in/"), {"login": "a@example.org"})
    assert answer.status_code == 403
    assert b"<h1" in answer.content


def test_the_door_of_the_platform_works_too(here: Cast) -> None:
    person, client = proven(here.member), Client()
    form = {"login": person.email, "password": "correct horse battery", "by": "password"}
    assert client.post("/sign-in/", form)["Location"] == "/"
    assert client.get("/communities/").status_code == 200


def test_pages_of_the_door_are_kept_by_nobody(here: Cast) -> None:
    page = Client().get(here.url("/sign-in/"))
    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex"


def test_a_forgotten_password_is_replaced_by_a_link(here: Cast) -> None:
    person, client = proven(here.member), Client()
    assert client.post(here.url("/password/forgot/"), {"email": person.email}).status_code == 302
    link = re.search(r"http://\S+/password/reset/\S+/", str(delivered()[-1].body))
    assert link is not None
    path = urlsplit(link.group(0)).path
    form_page = client.get(path)
    assert form_page.status_code == 302
    assert "set-password" in form_page["Location"]
    saved = client.post(form_page["Location"], {"password1": "a longer pass phrase"})
    assert saved.status_code == 302
    person.refresh_from_db()
    assert person.check_password("a longer pass phrase")
    assert b"does not work any longer" in client.get(path).content


def test_a_password_set_before_the_address_was_proven_is_dropped(here: Cast) -> None:
    person, client = here.member.member, Client()
    assert isinstance(person, Member)
    EmailAddress.objects.create(user=person, email=person.email, verified=False, primary=True)
    sent = client.post(here.url("/sign-in/"), {"login": person.email, "by": "code"})
    client.post(sent["Location"], {"code": code_in_last_mail(), "action": "verify"})
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified


def test_security_settings_change_password_and_address(here: Cast) -> None:
    person, client = proven(here.member), here.sign_in(here.member)
    assert client.get(here.url("/me/security/")).status_code == 200
    changed = client.post(
        here.url("/me/security/password/"),
        {"oldpassword": "correct horse battery", "password1": "another pass phrase"},
    )
    assert changed["Location"] == here.url("/me/security/")
    assert delivered()[-1].subject == "Your security settings changed"
    asked = client.post(here.url("/me/security/email/"), {"email": "new@example.org", "action_add": ""})
    assert asked["Location"] == here.url("/email/confirm/")
    client.post(here.url("/email/confirm/"), {"code": code_in_last_mail(), "action": "verify"})
    person.refresh_from_db()
    assert person.email == "new@example.org"


def test_security_settings_are_for_people_signed_in(here: Cast) -> None:
    answer = Client().get(here.url("/me/security/"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(here.url("/sign-in/"))


def test_too_many_tries_are_slowed_down(here: Cast, settings: object) -> None:
    client = Client()
    answers = {
        client.post(here.url("/sign-in/"), {"login": f"a{n}@example.org", "by": "code"}).status_code
        for n in range(40)
    }
    assert 429 in answers


def test_codes_to_one_address_are_counted_by_minute_hour_and_day(
    here: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ACCOUNT_RATE_LIMITS = written.ACCOUNT_RATE_LIMITS
    clock = [1_800_000_000.0]
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: clock[0])
    address = here.member.member.email  # type: ignore[union-attr]

    def asked(every: float, times: int) -> int:
        """How many codes leave."""
        before = OutgoingMail.objects.count()
        for _time in range(times):
            clock[0] += every
            answer = Client().post(here.url("/sign-in/"), {"login": address, "by": "code"})
        if answer.status_code != 302:
            assert "3 a minute, 10 an hour and 30 a day at most" in answer.content.decode()
        return OutgoingMail.objects.count() - before

    assert asked(1, 5) == 3
    assert asked(61, 12) == 7, "ten in the hour"
    assert asked(3600 / 9, 40) == 20, "thirty in the day"


def test_language_is_kept_and_leads_back(here: Cast) -> None:
    client = here.sign_in(here.member)
    answer = client.post(here.url("/choices/language/"), {"language": "fr", "next": here.url("/rules/")})
    assert answer["Location"] == here.url("/rules/")
    assert client.cookies["django_language"].value == "fr"
    assert Member.objects.get(pk=here.member.member_id).language == "fr"
    assert client.get(here.url("/rules/"))["Content-Language"] == "fr"
    away = client.post(here.url("/choices/language/"), {"language": "xx", "next": "https://evil.example/"})
    assert away["Location"] == here.url("/")
    assert reverse("members:set-language") == "/choices/language/"
