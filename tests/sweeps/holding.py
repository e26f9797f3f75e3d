"""What must hold of every page, asked of visits that were made (`seeing`)."""

from __future__ import annotations

import re

import yaml

from communities.disclosures import cookies, cookies_of
from communities.texts import software_facts
from tests.kinds.notes.sweep import ADDRESSES as NOTES
from tests.sweeps.addresses_of_accounts import PERSON
from tests.sweeps.audiences import HIDES, REFUSES, SENDS_TO_SIGN_IN
from tests.sweeps.french import IN_ENGLISH, left_in_english
from tests.sweeps.markup import faults_of, parsed
from tests.sweeps.seeing import Seen
from tests.sweeps.walking import SESSION_TABLE, Visit
from tests.sweeps.world import World

JOURNAL = 'INSERT INTO "journal_change"'
# Whatever a mail holds, in its frame.
NO_PAGES = {("platform", "mails/<slug:name>/body/"), ("community", "manage/newsletters/<int:pk>/preview/")}
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
WHOLE = re.compile(rb"<!doctype|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)


def each_got_what_the_table_says(seen: Seen) -> None:
    """And nobody has changed anything by reading, or by trying what they may not do."""
    assert [str(v) for v in [*seen.read, *seen.acted] if v.got != v.expected] == []
    for one in seen.read:
        allowed = () if one.role == "visitor" else (SESSION_TABLE,)
        wrote = [sql for sql in one.writes if not any(name in sql for name in allowed)]
        assert wrote == [], f"{one.path} writes when read as {one.role}"
    refused = [v for v in seen.acted if v.got in (REFUSES, HIDES, SENDS_TO_SIGN_IN)]
    # A line about it in the journal (`tests/communities/journal/test_refusals.py`), and nothing else.
    kept = (SESSION_TABLE, JOURNAL)
    assert [str(v) for v in refused if any(not any(name in sql for name in kept) for sql in v.writes)] == []


def pages_are_valid_and_in_one_language(seen: Seen, where: str, route: str) -> None:
    """Reading a page costs more than drawing it: who sees what others see is not read twice."""
    read = set()
    for one in seen.read:
        if (where, route) in NO_PAGES or one.response.status_code != 200 or not one.is_page:
            continue
        text = one.response.content.decode()
        if (same := OWN_TO_REQUEST.sub("", text)) in read:
            continue
        read.add(same)
        _is_valid_and_in_one_language(one, text, route)
    if read and route not in NOTES and route not in FOR_DEVELOPERS:
        # A person’s own pages are the same on every host, and count once.
        host = "community" if route in PERSON else where
        assert (host, route) in LISTED, "check it in a browser, and write it into texts/conformance.yaml"


def _is_valid_and_in_one_language(one: Visit, text: str, route: str) -> None:
    tree, complaints = parsed(text)
    found = faults_of(tree, complaints, one.path)
    if route == "style/":  # the links of a sample lead nowhere
        found = [fault for fault in found if not fault.startswith("link to #")]
    language = one.response.headers["Content-Language"]
    assert found == [], f"{one.path} as {one.role} in {language}: {found}"
    if route not in IN_ENGLISH:
        left = left_in_english(tree)
        assert left == [], f"{one.path} as {one.role}: {left}"


def cookies_are_declared(seen: Seen, world: World) -> None:
    """The proposed texts about cookies are made of the declarations. Reading sets those that hold for this community;
    what somebody presses may set one that is declared for others."""
    here = {cookie.name for cookie in cookies_of(world.here.community) if not cookie.in_page}
    for one in seen.read:
        assert {*one.response.cookies, *world.client(one.role).cookies} <= here, str(one)
    anywhere = {cookie.name for cookie in cookies if not cookie.in_page}
    for one in seen.visits:
        assert {*one.response.cookies} <= anywhere, str(one)


def forms_are_answered_both_ways(seen: Seen) -> None:
    """Sent plainly a page or a redirect; sent by htmx a block, words, or where to go on."""
    for plain, placed in seen.placed:
        assert "HX-Redirect" not in plain.response.headers, f"{plain.path} as {plain.role}"
        _is_in_place(plain, placed)


def _is_in_place(plain: Visit, placed: Visit) -> None:
    answer = placed.response
    where = f"{placed.path} as {placed.role}: {answer.status_code}"
    assert not 300 <= answer.status_code < 400, where
    if not answer.streaming and placed.is_page:
        assert WHOLE.search(answer.content) is None, where
    if 300 <= plain.response.status_code < 400:
        # Where one would have been led, the block itself, or the sentence that one is signed out.
        led = answer.headers.get("HX-Redirect") is not None
        assert led or answer.status_code in (200, 204, 401), where
        if answer.status_code == 401:
            assert placed.role == "visitor" or b"/join/" in answer.content, where
    else:
        assert answer.status_code == plain.response.status_code, where
