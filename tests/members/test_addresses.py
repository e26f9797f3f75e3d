"""An address that no header can hold is refused wherever one is typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import get_resolver
from django.utils.module_loading import import_string
from hypothesis import example, given, settings
from hypothesis import strategies as st

from communities.launch.forms import JoinForm
from members.addresses import AddressField, check_address, fold_address
from members.forms import RelabelledForm
from members.mails import server
from members.mails.building import Brand, Letter, build
from members.mails.models import OutgoingMail
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast

POISON = "x@xn--é.com"


@pytest.mark.parametrize("address", [POISON, f"a@{'b' * 64}.org", "", "a@b", "a b@example.org"])
def test_what_cannot_be_written_to_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        check_address(address)


@pytest.mark.parametrize("address", ["jane@example.org", "jane@exämple.org", "o'neil+x@sub.example.org"])
def test_what_can_be_is_taken(address: str) -> None:
    check_address(address)


@pytest.mark.django_db
def test_every_field_that_takes_one_refuses_it(here: Cast) -> None:
    newcomer = {"display_name": "Ines", "email": POISON, "rules": "on"}
    assert Client().post(here.url("/join/"), newcomer).status_code == 422
    report = {"email": POISON, "language": "en"}
    assert here.sign_in(here.marketing).post(here.url("/results/reports/"), report).status_code == 422
    make_plan(here, ("team", ["forums"]), ("waiting", ["tags"]), ("everyone", ["join"]), opened=1)
    assert Client().post(here.url("/waiting-list/"), {"email": POISON}).status_code == 422
    invited = here.sign_in(here.manager).post(here.url("/me/invitations/"), {"addresses": POISON})
    assert invited.status_code == 422
    with here.scope():
        assert not OutgoingMail.objects.exists()
    assert not OutgoingMail.objects.exists()


class Mute(server._Plain):
    """The conversation as it is spoken, with a server that takes everything."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.does_esmtp, self.esmtp_features = True, {}
        self.helo_resp = self.ehlo_resp = b"here"

    def send(self, s: Any) -> None:
        self.sent += s if isinstance(s, bytes) else s.encode("ascii")

    def getreply(self) -> tuple[int, bytes]:
        return (354 if self.sent.endswith(b"data\r\n") else 250), b"good"


def commands(address: str) -> list[bytes]:
    """The lines of a conversation that hands one mail over, by the code that does."""
    connection = server.EmailBackend(host="localhost")
    connection.connection = Mute()
    mail = build(Letter(address, "A code", "mail/test_letter"), Brand("Parvis <no-reply@example.org>"))
    server.hand_over(mail, connection, before_text=lambda: None)
    return connection.connection.sent.split(b"\r\n")


LABELS = st.text(alphabet="ab-xn09éßøиİ\u200b中.", min_size=1, max_size=14)
LOCALS = st.one_of(
    st.text(alphabet="ab.+'\"\\@\x01\x0b \u00ad\n", min_size=1, max_size=8),
    st.text(alphabet="ab\\\x01\x7f!#", max_size=6).map(lambda said: f'"{said}"'),
    st.just("x"),
)


@settings(max_examples=400, deadline=None)
@given(
    local=LOCALS, labels=st.lists(LABELS, min_size=1, max_size=3), end=st.sampled_from(["com", "xn--é", "é"])
)
@example(local="x", labels=["xn--é"], end="com")
@example(local='"\x01"', labels=["example"], end="org")
@example(local="x", labels=["a" * 70], end="org")
def test_whatever_the_field_takes_can_be_sent(
    monkeypatch_module: None, local: str, labels: list[str], end: str
) -> None:
    try:
        address = AddressField().clean(f"{local}@{'.'.join(labels)}.{end}")
    except ValidationError:
        return
    said = commands(address)
    (to,) = [line for line in said if line.lower().startswith(b"rcpt to:")]
    assert to.isascii()
    assert b"<" in to
    assert b">" in to
    headers = said[: said.index(b"")]
    assert sum(line.startswith(b"To: ") for line in headers) == 1
    assert all(31 < sign < 127 or sign == 9 for line in headers for sign in line)


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[None]:
    """A letter of two words: what its templates say is not the matter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("members.mails.building.render_to_string", lambda *_given: "<p>Words</p>")
        yield


def test_what_nobody_sees_is_no_part_of_an_address() -> None:
    assert AddressField().clean("\u200bjane@example.org\u00ad ") == "jane@example.org"


# Allauth’s own forms whose views of ours take another one.
REPLACED = {
    "SignupForm": "launch.forms.JoinForm, whose `clean_email` asks the adapter",
    "BaseSignupForm": "the base of SignupForm",
}


def test_every_form_that_takes_an_address_has_this_rule() -> None:
    """By class: each field for addresses is an `AddressField`, or stands in a form that adds its rule."""
    other: list[str] = []
    for form in _all_forms(forms.BaseForm):
        named = [
            name
            for name, field in getattr(form, "base_fields", {}).items()
            if isinstance(field, forms.EmailField)
        ]
        loose = [name for name in named if not isinstance(form.base_fields[name], AddressField)]
        if not loose or issubclass(form, (RelabelledForm, JoinForm)) or form.__module__.startswith("tests."):
            continue
        if form.__module__.startswith("django."):
            continue
        if form.__module__.startswith("allauth.") and (form.__name__ in REPLACED or _is_replaced(form)):
            continue
        other.append(f"{form.__module__}.{form.__name__}: {loose}")
    assert other == []


def _all_forms(base: type) -> Iterator[Any]:
    import_all_forms()
    for form in base.__subclasses__():
        yield form
        yield from _all_forms(form)


def import_all_forms() -> None:
    get_resolver("config.urls").url_patterns  # noqa: B018
    get_resolver("config.platform_urls").url_patterns  # noqa: B018


def _is_replaced(form: type) -> bool:
    ours = [import_string(name) for name in django_settings.ACCOUNT_FORMS.values()]
    return any(issubclass(one, form) for one in ours)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "name"), [("/sign-in/", "login"), ("/password/forgot/", "email")])
def test_no_door_of_accounts_writes_to_it(here: Cast, path: str, name: str) -> None:
    answer = Client().post(here.url(path), {name: POISON, "by": "code"})
    assert answer.status_code in (200, 422)
    assert "valid" in answer.content.decode()
    assert not OutgoingMail.objects.exists()


def test_addresses_are_folded_in_one_place() -> None:
    """What two places fold in two ways, or Python in one and a database in another, is two addresses."""
    own_way = re.compile(
        r"(?:mail|address|recipient|username)\b[^\n=]*\.(?:strip\(\)\.lower|lower\(\)\.strip|casefold)\(\)"
        r"|lower\((?:b?trim\()?\w*\.?(?:recipient|address)\b"
    )
    assert own_way.search("address = mail.recipient.strip().lower()")
    assert own_way.search("where failing.address = lower(trim(first.recipient))")
    found = [
        str(file.relative_to(django_settings.BASE_DIR))
        for package in ("members", "communities", "moderation", "analytics", "config")
        for file in (Path(django_settings.BASE_DIR) / package).rglob("*.py")
        if own_way.search(file.read_text(encoding="utf-8"))
    ]
    assert found == ["members/addresses.py"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [(" Jane@Example.ORG\n", "jane@example.org"), ("ΓΙΩΡΓΟΣ@example.org", "γιωργος@example.org")],
)
def test_a_folded_address_stays_as_it_is(written: str, kept: str) -> None:
    assert fold_address(written) == fold_address(kept) == kept
