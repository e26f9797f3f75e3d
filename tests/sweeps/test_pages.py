"""Every page is valid HTML in both languages, and says nothing in English in French; every template is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from communities.notifications.emails import build_mail
from communities.notifications.models import Notification
from communities.texts import software_facts
from config.error_views import refuse_csrf, show_error
from members.emails import brand_of
from tests.kinds.notes.sweep import ADDRESSES as NOTES
from tests.sweeps.addresses import COMMUNITY, PLATFORM, Address
from tests.sweeps.addresses_of_accounts import PERSON
from tests.sweeps.audiences import OPENS
from tests.sweeps.flows import go_through_all
from tests.sweeps.french import IN_ENGLISH, left_in_english
from tests.sweeps.markup import faults, faults_of, parsed
from tests.sweeps.walking import Visit, places, visit, watched_templates
from tests.sweeps.world import World

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATUSES = (400, 403, 404, 409, 410, 413, 429, 500, 503)
FACTS = {"seconds": 5, "megabytes": 10}
PAGES = [("community", route) for route in COMMUNITY] + [("platform", route) for route in PLATFORM]
PAGES.remove(("platform", "mails/<slug:name>/body/"))  # whatever a mail holds, in its frame
PAGES.remove(("community", "manage/newsletters/<int:pk>/preview/"))  # the same
# Everybody in French, where words may be missing; and who sees least and most in English.
READERS = (
    *(("visitor", "en"), ("owner", "en")),
    *((role, "fr") for role in ("visitor", "newcomer", "member", "owner", "operator")),
)
# Differs between two requests for one page: what keeps others from sending its forms.
OWN_TO_REQUEST = re.compile(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"')
# The pages that were checked in a browser, and those that were not: every page stands in one of the two lists.
CONFORMANCE = yaml.safe_load(software_facts.CONFORMANCE.read_text(encoding="utf-8"))
LISTED = [
    (where, route)
    for found in ("pages", "not_checked")
    for where, listed in CONFORMANCE[found].items()
    for route in listed
]
# On one's own machine only.
FOR_DEVELOPERS = ("style/", "mails/", "mails/<slug:name>/", "demo/")
# Not shown by the sweep, each with the reason.
SHOWN_ELSEWHERE = {
    "account/email.html": "allauth's page should ACCOUNT_CHANGE_EMAIL be off; it is email_change.html",
}


def looked_at(world: World, where: str, route: str) -> list[Visit]:
    address = (COMMUNITY if where == "community" else PLATFORM)[route]
    path = (world.here.prefix if where == "community" else "") + address.path(route, world)
    host = {"host": "testserver" if where == "community" else "localhost"}
    return [
        visit(world, role, "GET", path, OPENS, **host, **{"accept-language": language})
        for role, language in READERS
        if address.get[role] == OPENS
    ]


@pytest.mark.parametrize(("where", "route"), PAGES)
def test_pages_are_valid_html_and_in_one_language(world: World, where: str, route: str) -> None:
    """One test for both: reading a page costs more than drawing it. Who sees what others see is not read twice."""
    read = set()
    for seen in looked_at(world, where, route):
        if seen.response.status_code != 200 or not seen.is_page:
            continue
        text = seen.response.content.decode()
        if (same := OWN_TO_REQUEST.sub("", text)) in read:
            continue
        read.add(same)
        tree, complaints = parsed(text)
        found = faults_of(tree, complaints, seen.path)
        if route == "style/":  # the links of a sample lead nowhere
            found = [fault for fault in found if not fault.startswith("link to #")]
        language = seen.response.headers["Content-Language"]
        assert found == [], f"{seen.path} as {seen.role} in {language}"
        if route not in IN_ENGLISH:
            assert left_in_english(tree) == [], f"{seen.path} as {seen.role}"
    if read and route not in NOTES and route not in FOR_DEVELOPERS:
        # A person’s own pages are the same on every host, and count once.
        host = "community" if route in PERSON else where
        assert (host, route) in LISTED, "check it in a browser, and write it into texts/conformance.yaml"


def test_the_statement_counts_pages_that_exist() -> None:
    """The proposed accessibility statement gives their number: none of them twice, none that is gone."""
    assert len(LISTED) == len(set(LISTED))
    existing = {("community", route) for route in COMMUNITY} | {("platform", route) for route in PLATFORM}
    assert set(LISTED) - existing == set(), "these are gone: take them out of texts/conformance.yaml"


def test_error_pages_are_valid_html(world: World) -> None:
    for language in ("en", "fr"):
        with translation.override(language):
            for status in STATUSES:
                page = show_error(_request(world), status, **FACTS).content.decode()
                assert faults(page) == [], (status, language)


def test_every_template_is_shown_to_somebody(world: World) -> None:
    with watched_templates() as seen:
        for _route, address, path, headers in places(world):
            _show(world, address, path, headers)
        _show_errors(world)
        _show_mails(world)
        go_through_all(world)
    known = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*") if path.suffix != ".md"}
    for name in known:
        get_template(name)
    unseen = sorted(known - seen - set(SHOWN_ELSEWHERE))
    assert not unseen, "\n".join(unseen)
    assert set(SHOWN_ELSEWHERE) - known == set(), "these are gone: take them off the list"


def _show(world: World, address: Address, path: str, headers: dict[str, str]) -> None:
    for role in ("visitor", "newcomer", "member", "owner", "operator"):
        if address.get[role] == OPENS:
            visit(world, role, "GET", path, OPENS, **headers)
        if address.post is not None and address.post[role] == OPENS:
            visit(world, role, "POST", path, OPENS, address.fields(world), **headers)
            visit(world, role, "POST", path, OPENS, {}, **headers)


def _show_errors(world: World) -> None:
    for status in STATUSES:
        show_error(_request(world), status, **FACTS)
    refuse_csrf(_request(world))


def _show_mails(world: World) -> None:
    context = brand_of(_request(world)).context | {
        "code": "123456",
        "from_email": "a@example.org",
        "subject": "S",
        "timestamp": timezone.now(),
    }
    for folder in ("account/email", "account/messages"):
        for path in sorted((TEMPLATES / folder).iterdir()):
            text = render_to_string(f"{folder}/{path.name}", context)
            assert "{{" not in text
            if path.suffix == ".html":
                # A mail has no navigation to skip.
                assert [fault for fault in faults(text) if fault != "0 main"] == [], path.name
    with world.here.scope():
        notification = (
            Notification.objects.select_related(
                "membership__member", "thread__space", "post__author", "actor"
            )
            .filter(path="")
            .latest("id")
        )
        mail = build_mail(world.here.community, notification)
    assert mail is not None


def _request(world: World) -> HttpRequest:
    request = RequestFactory().get("/")
    request.community = world.here.community
    return request
