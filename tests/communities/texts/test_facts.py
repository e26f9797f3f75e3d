"""The proposed texts say what the software does: cookies, lengths, recipients, measured colours."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import translation

from analytics.capture.consent import COOKIE_LIFE
from analytics.capture.tasks import KEPT_MONTHS
from communities.content.text.differences import difference
from communities.disclosures import cookies_of, kept, length_of
from communities.models import Community
from communities.texts.authorities import authorities, country_of_zone
from communities.texts.exceptions import TextRefused
from communities.texts.facts import facts, known, missing
from communities.texts.kinds import kinds
from communities.texts.proposals import FOLDER, proposal_for
from communities.texts.queries import only_changes
from communities.texts.rendering import facts_named, plainly, refuse_source
from communities.texts.software_facts import TABLES
from communities.theming import measure_theme, read_theme
from members.personal import records
from tests.communities.launch.conftest import LEGAL

LANGUAGES = [code for code, _name in django_settings.LANGUAGES]
PROSE = [kind.name for kind in kinds if not kind.is_rules]


def community(**fields: object) -> Community:
    return Community(
        name="Halyard", slug="halyard", language="en", languages=["en", "fr"], texts={}, **fields
    )


@pytest.mark.parametrize("kind", PROSE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_is_proposed_in_each_language_from_facts_that_exist(kind: str, language: str) -> None:
    source = (FOLDER / f"{kind}.{language}.md").read_text(encoding="utf-8")
    refuse_source(source)
    assert set(facts_named(source)) <= {fact.name for fact in facts}


@pytest.mark.parametrize("kind", PROSE)
def test_languages_name_the_same_facts_and_sections(kind: str) -> None:
    sources = [(FOLDER / f"{kind}.{code}.md").read_text(encoding="utf-8") for code in LANGUAGES]
    assert len({tuple(facts_named(source)) for source in sources}) == 1
    assert len({source.count("\n## ") for source in sources}) == 1


def test_rules_are_proposed_in_each_language() -> None:
    rules = proposal_for(community(), kinds["rules"])
    assert [rule["number"] for rule in rules] == list(range(1, len(rules) + 1))
    assert all(rule[part][code] for rule in rules for part in ("rule", "reason") for code in LANGUAGES)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "private person"),
        ({"registration": "HRB 42"}, ""),
        ({"registration": "HRB 42", "form": "GmbH"}, "GmbH"),
    ],
)
def test_a_company_is_no_private_person(given: dict[str, str], said: str) -> None:
    with translation.override("en"):
        assert known(community(legal=LEGAL | given), ["form"]) == {"form": said}


def test_what_is_missing_is_named_and_what_is_known_is_said() -> None:
    bare = community()
    with translation.override("en"):
        assert [fact.name for fact in missing(bare, ["publisher", "place", "cookies"])] == ["publisher"]
        assert "[not said yet]" in plainly({"source": "By {publisher}."}, bare, "en")
        whole = community(legal=LEGAL | {"publisher": "Loft & <Daughters>"})
        assert (
            plainly({"source": "By {publisher}."}, whole, "en") == "<p>By Loft &amp; &lt;Daughters&gt;.</p>"
        )
        assert "<ul><li>" in plainly({"source": "Here:\n\n{cookies}"}, whole, "en")


def test_a_fact_in_an_address_stays_as_it_was_typed() -> None:
    html = plainly({"source": "[here](https://example.org/{place})"}, community(), "en")
    assert "Halyard" not in html


def test_the_lengths_are_those_of_the_code(settings: object) -> None:
    settings.CAPTURE = True
    asking = community(settings={"audience": "consent"})
    with translation.override("en"):
        said = known(asking, ["cookies", "kept"])
        assert any("13 months" in line and "audience" in line for line in said["cookies"])
        assert any(f"{KEPT_MONTHS} months" in line for line in said["kept"])
        assert any("sessionid" in line and "30 days" in line for line in said["cookies"])
    assert COOKIE_LIFE == 395 * 24 * 60 * 60
    off = community(settings={"audience": "off"})
    assert not any(cookie.needs_consent for cookie in cookies_of(off))
    assert "visits" not in {one.name for one in kept if one.applies(off)}


def test_lengths_are_said_in_words() -> None:
    from datetime import timedelta

    with translation.override("en"):
        lengths = (timedelta(minutes=10), timedelta(days=1), timedelta(days=30), timedelta(days=365))
        assert [length_of(one) for one in lengths] == ["10 minutes", "1 day", "30 days", "1 year"]


def test_the_mail_server_is_named_and_nobody_else(settings: object) -> None:
    with translation.override("en"):
        settings.EMAIL_HOST = "mail.example.net"
        lines = known(community(legal=LEGAL), ["recipients"])["recipients"]
        assert len(lines) == 3
        assert "mail.example.net" in lines[1]
        settings.EMAIL_HOST = ""
        assert len(known(community(legal=LEGAL), ["recipients"])["recipients"]) == 2, "no state of one moment"


def test_the_contrast_is_the_measured_one() -> None:
    theme = {"hue": 238, "chroma": 0.1, "lightness": 0.43}
    figures = measure_theme(read_theme(theme))
    with translation.override("en"):
        said = known(community(theme=theme), ["contrast"])["contrast"]
    assert str(len(figures)) in said
    assert all(figure.holds for figure in figures) == ("all reach" in said)


@pytest.mark.parametrize("source", ["{nobody_knows}", "We set {cookies} in a line."])
def test_what_cannot_be_put_in_is_refused(source: str) -> None:
    with pytest.raises(TextRefused):
        refuse_source(source)


def test_no_stored_name_of_a_proposal_is_lost() -> None:
    names = {path.name.partition(".")[0] for path in Path(FOLDER).glob("*.md")}
    assert names == set(PROSE)


def test_each_table_that_members_take_away_has_a_name_of_theirs() -> None:
    exported = {record.personal.exported_as for record in records()} - {""}
    assert exported == set(TABLES)


def test_a_long_text_shows_the_lines_that_changed() -> None:
    old, new = (
        "One.\nTwo.\nThree is old.\nFour.\nFive.\nSix.",
        "One.\nTwo.\nThree is new.\nFour.\nFive.\nSix.",
    )
    shown = "|".join(piece.text for piece in only_changes(difference(old, new)))
    assert shown == "…\nThree is |old|new|.\n…"


def test_whom_to_complain_to_follows_from_the_country_of_the_publisher() -> None:
    assert country_of_zone("Europe/Berlin") == "DE"
    assert country_of_zone("Pacific/Auckland") == ""
    assert {"FR", "DE", "NO", "GB", "CH"} <= set(authorities())
    for language in LANGUAGES:
        with translation.override(language):
            said = {
                code: str(facts["authority"].value(community(legal=LEGAL | {"country": code})))
                for code in (*authorities(), "", "XX")
            }
        assert "CNIL" in said["FR"]
        assert "Land" in said["DE"]
        assert "CNIL" not in said["DE"] + said[""]
        assert said[""] == said["XX"], "nobody is named where nobody is known"
