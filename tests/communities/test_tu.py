"""What addresses whoever reads it: each such sentence of French has a tu form, or a reason to say vous to everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.functional import Promise

from communities.disclosures import cookies, kept, taken
from communities.texts.software_facts import TABLES
from config.translations import PROJECT, Entry, read_catalog, said_where
from tests.test_translations import TAG, TYPOGRAPHY, forbidden_in, misprints

FRENCH = PROJECT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
TU = PROJECT / "locale" / "fr_TU" / "LC_MESSAGES" / "django.po"
# A pronoun, a possessive, or a verb in its polite form.
ADDRESSES = re.compile(
    r"\b(?:vous|votre|vos|vôtres?|êtes)\b|\b(?!(?:assez|chez|nez|rez)\b)\w{2,}ez\b"
    r"|(?:^|[.:;]\s|\bou )(?:re)?(?:dites|faites)\b",
    re.IGNORECASE,
)

# Who says vous to everybody, by the beginning of the file, and why.
FORMAL = {
    "moderation/": "reports, decisions and sanctions",
    "templates/moderation/": "reports, decisions and sanctions",
    "templates/account/email/": "mails about one’s account",
    "templates/members/mail_": "mails about one’s account",
    "templates/front/show_legal": "a legal text",
    "communities/texts/authorities": "a legal text",
    "communities/texts/software_facts": "a legal text",
}
# Outside communities there is no community to say tu.
PLATFORM = (
    "communities/console/arrivals/",
    "communities/console/operator/",
    "templates/console/arrivals/",
    "templates/console/demo_",
    "templates/console/list_mails",
    "templates/console/list_own_communities",
    "templates/console/show_demo",
    "templates/console/show_platform",
    "templates/operator/",
)
# Single sentences elsewhere that say vous, and why.
STAYS = {
    "vous": "the name of the form of address",
    "Legal texts and decisions always say “vous”. English makes no difference.": "the name of the form",
    "You said, we did": "said to all members at once",
    "You said, we did: %(title)s": "said to all members at once",
    "You said it, %(n)s vote": "said to all members at once",
    "Lawyers, doctors, craftsmen: others want to know what you know": "said to several people",
    "Yes, feature me like this": "said by the member to the team",
    "No, do not feature me": "said by the member to the team",
    "You can read but not write until %(silent)s.": "a sanction",
    "You keep your data, your account and the right to leave.": "a sanction",
    "Your membership is suspended. You can read what visitors read.": "a sanction",
    "Mails about decisions that concern you are always sent.": "a decision",
    "The page below says what was decided, under which rule, why, and what you can do.": "a decision",
}


def addressed() -> Iterator[tuple[str, Entry, list[str]]]:
    """The sentences of French that address whoever reads them, each with the files that say it."""
    french = {entry.key: entry for entry in read_catalog(FRENCH)}
    for key, (_entry, paths) in said().items():
        if any(ADDRESSES.search(text) for text in french[key].translations.values()):
            yield key, french[key], [path.relative_to(PROJECT).as_posix() for path in paths]


@cache
def said() -> dict[str, tuple[Entry, list[Path]]]:
    return said_where()


def facts() -> set[str]:
    """What the software keeps, in the words that the texts about privacy and cookies are made of, and nothing else."""
    words = [TABLES.values(), *((one.purpose, one.life) for one in cookies)]
    words += [*((one.what, one.until) for one in kept), [one.what for one in taken]]
    with translation.override("en"):
        return {str(word) for several in words for word in several if isinstance(word, Promise)}


@cache
def tu() -> dict[str, Entry]:
    return {entry.key: entry for entry in read_catalog(TU) if entry.key}


def test_what_addresses_its_reader_has_a_tu_form() -> None:
    """Write it into locale/fr_TU, or word the French so that it names nobody."""
    excused = facts() | STAYS.keys()
    without = [
        f"{paths[0]}: {entry.sentence!r}: {entry.translations[0]!r}"
        for key, entry, paths in addressed()
        if key not in tu()
        and entry.sentence not in excused
        and not all(path.startswith((*FORMAL, *PLATFORM)) for path in paths)
    ]
    assert without == []


def test_each_reason_to_say_vous_is_needed() -> None:
    there = list(addressed())
    without = {entry.sentence for key, entry, _paths in there if key not in tu()}
    assert STAYS.keys() - without == set()
    places = {path for _key, _entry, paths in there for path in paths}
    assert [start for start in (*FORMAL, *PLATFORM) if not any(p.startswith(start) for p in places)] == []


@pytest.mark.parametrize("rule", [rule for rule in TYPOGRAPHY if rule != "people are said vous"])
def test_it_is_typeset_as_the_other_form_is(rule: str) -> None:
    assert [
        text for entry in tu().values() for text in entry.translations.values() if misprints(rule, text)
    ] == []


def test_its_words_and_marks_are_those_of_the_other_form() -> None:
    french = {entry.key: entry for entry in read_catalog(FRENCH)}
    wrong = [
        text
        for key, entry in tu().items()
        for form, text in entry.translations.items()
        if forbidden_in(text) != forbidden_in(french[key].translations[form])
        or sorted(TAG.findall(text)) != sorted(TAG.findall(french[key].translations[form]))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "Vous y étiez\u202f?",
        "Enregistrez",
        "Le vôtre",
        "Dites pourquoi.",
        "Ou refaites-en un",
        "Êtes-vous là",
    ],
)
def test_who_addresses_is_found(text: str) -> None:
    assert ADDRESSES.search(text)


@pytest.mark.parametrize("text", ["Chez nous, c’est assez.", "Celles déjà faites restent.", "Ta réponse"])
def test_who_does_not_is_not(text: str) -> None:
    assert not ADDRESSES.search(text)
