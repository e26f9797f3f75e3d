"""What a page sends by itself may come after anything has changed: no error in the browser, none in the log, nothing
written in anybody’s name; and a script that sends something new is listed first."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from communities.journal.models import Change
from communities.journal.refusals import REFUSED as TRIED
from communities.limits import MINUTE, TABLE, Limited, Trust, Window
from communities.memory import forget_all
from communities.unasked import REFUSED
from tests.sweeps.address import Address
from tests.sweeps.addresses import COMMUNITY, PLATFORM
from tests.sweeps.audiences import EVERYBODY
from tests.sweeps.unasked import BY_ITSELF, CHANGES, PRESSED, SENDERS, UNASKED, Unasked, sender
from tests.sweeps.world import World

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"
SENT = re.compile(
    r"\b(?:fetch|sendBeacon)\(\s*(?P<sent>`[^`]*`|[\w.]+(?:\(\)[\w.]+)?)"
    r"|\.open\(\"POST\", (?P<older>[\w.]+)\)"
    r"|\.ajax\(\w+, (?P<htmx>\w+)"
)
NAMES = [f"{one.script} {one.route} {number}" for number, one in enumerate(UNASKED)]
every = pytest.mark.parametrize("one", UNASKED, ids=NAMES)


def test_each_request_of_a_script_is_listed() -> None:
    found: dict[str, list[str]] = {}
    for path in sorted(SCRIPTS.rglob("*.mjs")):
        for one in SENT.finditer(path.read_text()):
            found.setdefault(path.relative_to(SCRIPTS).as_posix(), []).append(one[one.lastgroup or 0])
    listed = {
        name: sorted([*BY_ITSELF.get(name, []), *PRESSED.get(name, [])]) for name in {*BY_ITSELF, *PRESSED}
    }
    assert {name: sorted(sent) for name, sent in found.items()} == listed
    assert {one.script for one in UNASKED} == set(BY_ITSELF)
    for name in BY_ITSELF:
        assert '"X-Unasked": "1"' in (SCRIPTS / name).read_text(), name


def test_no_template_sends_by_itself() -> None:
    """htmx waits for a press: what looks again by itself is watching.mjs."""
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        assert not re.search(r"hx-(trigger|get)\b", path.read_text()), path


def ask(world: World, one: Unasked, state: str) -> Any:
    """What it is answered."""
    assert one.route in (PLATFORM if one.on_platform else COMMUNITY)
    path = Address(EVERYBODY, one.args, query=one.query).path(one.route, world)
    path = path if one.on_platform else world.here.url(path)
    client = sender(world, one.role, state)
    if one.data is None:
        return client.get(path, headers=one.headers)
    data = {name: value() if callable(value) else value for name, value in one.data.items()}
    return client.post(path, data, headers=one.headers)


def quietly(world: World, one: Unasked, state: str, caplog: pytest.LogCaptureFixture) -> Any:
    """Answered without an error that a browser or a log reports, and nobody is said to have tried anything."""
    with caplog.at_level(logging.WARNING):
        caplog.clear()
        answer = ask(world, one, state)
    # A former address of the settings of the editor leads to the present one.
    assert answer.status_code in (200, 204) or (one.data is None and answer.status_code == 302), answer
    said = [
        record.getMessage() for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR
    ]
    assert said == []
    with world.here.scope():
        assert not Change.objects.filter(act=TRIED).exists()
    return answer


@every
@pytest.mark.parametrize("state", CHANGES)
def test_whatever_became_of_the_place(
    one: Unasked, state: str, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with world.here.scope():
        CHANGES[state](world)
    forget_all()
    quietly(world, one, state, caplog)


@every
@pytest.mark.parametrize("state", SENDERS)
def test_whoever_sends_it_by_now(
    one: Unasked, state: str, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    answer = quietly(world, one, state, caplog)
    if state == "signed out" and one.role != "visitor":
        assert answer.headers.get(REFUSED, "401") == "401"


@pytest.mark.parametrize(
    ("one", "become"),
    [pytest.param(one, name, id=f"{one.route} {name}") for one in UNASKED for name in one.gone],
)
def test_whatever_became_of_the_thing(
    one: Unasked, become: str, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with world.here.scope():
        one.gone[become](world)
    quietly(world, one, become, caplog)


@every
def test_however_often(
    one: Unasked,
    world: World,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.LIMITS_BY_TRUST = True
    for act in Limited:
        monkeypatch.setitem(TABLE, act, dict.fromkeys(Trust, (Window(0, MINUTE),)))
    quietly(world, one, "too often", caplog)


def test_a_refusal_is_told_and_keeps_nothing(world: World) -> None:
    """The status is in a header, and a draft that somebody else saved says so in words."""
    claim, draft = UNASKED[0], next(one for one in UNASKED if "saved elsewhere" in one.gone)
    assert ask(world, claim, "signed out").headers[REFUSED] == "401"
    assert ask(world, claim, "in a preview").headers[REFUSED] == "403"
    with world.here.scope():
        draft.gone["saved elsewhere"](world)
    said = ask(world, draft, "as it was").json()
    assert said["stopped"]
    assert said["error"]
    assert "version" not in said


def test_the_same_by_a_press_is_refused(world: World) -> None:
    """Only what says that it was not asked is answered so."""
    path = world.here.url(f"/moderation/c/{world.case.ref}/claim/")
    assert world.client("member").post(path).status_code == 403
    assert world.client("visitor").post(path).status_code == 302


def test_a_page_that_looks_again_is_not_seen_once_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(
        "communities.middleware._recorders", [lambda request, _answer: seen.append(request.path)]
    )
    path = world.here.url("/manage/import/")
    world.client("manager").get(path, headers={"x-unasked": "1"})
    assert seen == []
    world.client("manager").get(path)
    assert seen == [path]
