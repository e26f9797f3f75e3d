"""The French of the interface: complete, with the words of the glossary, typeset as French is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import gettext, ngettext

from config.translations import MARKERS, PROJECT, Entry, marked_sentences, read_catalog, untranslated

CATALOG = PROJECT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
PACKAGES = ("config", "members", "communities", "moderation", "analytics")

NO_BREAK, NARROW = "\u00a0", "\u202f"
TAG = re.compile(r"<[^>]+>")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")

# What no French sentence may contain, with the reason a translator reads.
TYPOGRAPHY = {
    "an apostrophe is ’": r"'",
    "quotation marks are « » and inside them “ ”": r'"',
    "an ellipsis is …": r"\.\.\.",
    "no exclamation mark": r"!",
    "a narrow no-break space stands before ; and ?": rf"[^{NARROW}][;?](?!\w)",
    "a no-break space stands before :": rf"[^{NO_BREAK}]:(?=\s|$)",
    "a no-break space stands inside « »": rf"«(?!{NO_BREAK})|(?<!{NO_BREAK})»",
    "a no-break space stands before % and €": r"\s(?<!\u00a0)[%€](?!\()|\d[%€]",
    "a no-break space stands between a number and its unit": (
        r"(?:\d|\)[sd]) (?:ms|s|min|h|[kMG]?o|px|jours?|heures?|minutes?|secondes?|caractères?|pixels)\b"
    ),
    "a narrow no-break space stands between thousands": r"\d[ ,.]\d{3}\b",
    "no two spaces in a row": r"\S {2,}",
    "capitals keep their accents": (
        r"\b(?:E(?:tat|tape|crire|crit|crivez|diteur|vénement)|Etes|Elément)|^A (?:propos|lire|vous|quoi)\b"
    ),
    "no middle dot, no brackets for genders": r"\w·\w|\w\((?:e|s|ne|trice)\)",
    "people are said vous": r"\b(?:tu|toi|ton|tes)\b",
}

# The ✗ words of the glossary that would be tempting in this interface, and what to say instead.
FORBIDDEN = {
    r"utilisat(?:eur|rice)s?": "membre",
    r"(?:groupes?|tenant)": "communauté",
    r"(?:login|username|identifiant)s?": "pseudonyme",
    r"karma|réputation": "niveau de confiance",
    r"admin(?:istrateur|istratrice)?s?|webmaster|censeurs?": "modération, responsable de communauté",
    r"staff": "équipe",
    r"influenceu(?:r|se)s?|VIP": "programme ambassadeur",
    r"rubriques?|sous-forums?": "espace",
    r"discussions?": "fil",
    r"billets?": "article",
    r"commentaires?|post": "message, réponse",
    r"(?:meilleure réponse|solution)s?": "réponse acceptée",
    r"planifi(?:er|é|ée|és|ées)|planning": "programmer, calendrier",
    r"mis en ligne|mettre en ligne": "publier",
    r"édition": "version",
    r"étiquettes?|hashtags?|tags?": "mot-clé",
    r"likes?|j’aime|favoris?": "réaction, marque-page",
    r"s’abonner|abonn(?:é|ement|ements)|désabonn\w*": "suivre",
    r"PJ|upload\w*|téléverse\w*": "pièce jointe, envoyer",
    r"MP|DM|chat": "message privé",
    r"plaintes?|contestations?": "signalement, recours",
    r"bann(?!ière)\w*|bâillon\w*": "exclusion, lecture seule",
    r"quarantaine|escalad\w*": "mise en attente, transmettre",
    r"illégal\w*": "illicite",
    r"paliers?|phases?": "étape",
    r"sponsoris\w*|épinglage": "à la une, épinglé",
    r"CGU": "conditions générales",
    r"prospects?|leads?": "contact qualifié",
    r"onboarding|dashboard|feedback|newsfeed": "accueil, aujourd’hui",
    r"(?<!e-)mails?|courriels?|mél": "e-mail",
    r"valider|soumettre|soumis|soumission|cliquez ici|ok|oups": "un verbe et son objet",
    r"mlle|mademoiselle": "rien",
}
# Sentences about other software speak its language: WordPress has comments, labels and groups.
ABOUT_OTHERS = "communities/transfer/"
# « groupe d’affinités » is said of people, « tu » is the name of a form of address.
ALLOWED = {("groupe", "A brand whose audience is already a group with affinities"), ("tu", "tu")}


@cache
def catalog() -> list[Entry]:
    return [entry for entry in read_catalog(CATALOG) if entry.sentence]


def translations() -> Iterator[tuple[Entry, str]]:
    for entry in catalog():
        for text in entry.translations.values():
            yield entry, text


@cache
def said() -> dict[str, tuple[Entry, Path]]:
    """Every sentence of the interface in English, by its key: code and templates are read through once."""
    return marked_sentences()


def misprints(rule: str, text: str) -> list[str]:
    return re.findall(TYPOGRAPHY[rule], PLACEHOLDER.sub("%(x)s", TAG.sub("", text)), re.IGNORECASE)


def forbidden_in(text: str) -> list[str]:
    plain = PLACEHOLDER.sub("", TAG.sub("", text))
    return [
        found[0]
        for word in FORBIDDEN
        for found in re.finditer(rf"(?<!\w)(?:{word})(?!\w)", plain, re.IGNORECASE)
    ]


def test_every_sentence_is_said_in_french() -> None:
    assert untranslated("fr") == []


def test_nothing_is_fuzzy_or_empty() -> None:
    assert [entry.sentence for entry in catalog() if not entry.is_translated] == []


def test_values_and_marks_are_those_of_the_sentence() -> None:
    assert [entry.sentence for entry in catalog() if not entry.keeps_placeholders] == []
    wrong = [
        text
        for entry, text in translations()
        if sorted(TAG.findall(text)) != sorted(TAG.findall(entry.sentence))
    ]
    assert wrong == []


def test_plural_forms_are_both_there_and_say_their_number() -> None:
    wrong = [
        entry.sentence
        for entry in catalog()
        if entry.plural is not None
        and (
            sorted(entry.translations) != [0, 1]
            or (PLACEHOLDER.findall(entry.translations[1]) == [] and PLACEHOLDER.findall(entry.plural))
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("rule", TYPOGRAPHY)
def test_typography(rule: str) -> None:
    wrong = [
        text
        for entry, text in translations()
        if misprints(rule, text) and ("tu", entry.sentence) not in ALLOWED
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("an apostrophe is ’", "l'article"),
        ("a narrow no-break space stands before ; and ?", "Supprimer ?"),
        ("a no-break space stands before :", "Aperçu : %(title)s"),
        ("a no-break space stands inside « »", "« mot »"),
        ("a no-break space stands between a number and its unit", "%(n)s min"),
        ("capitals keep their accents", "Ecrire"),
        ("no middle dot, no brackets for genders", "connecté(e)"),
    ],
)
def test_the_rules_find_what_they_are_for(rule: str, wrong: str) -> None:
    assert misprints(rule, wrong)


def test_words_are_those_of_the_glossary() -> None:
    wrong = {
        text: found
        for entry, text in translations()
        if not (entry.key in said() and said()[entry.key][1].is_relative_to(PROJECT / ABOUT_OTHERS))
        for found in [[word for word in forbidden_in(text) if (word, entry.sentence) not in ALLOWED]]
        if found
    }
    assert wrong == {}


def test_forbidden_words_are_found_whole_and_in_any_case() -> None:
    assert forbidden_in("Commentaires de l’utilisateur") == ["utilisateur", "Commentaires"]
    assert forbidden_in("Un e-mail hors ligne, une publication") == []


def test_english_sentences_are_typeset_too() -> None:
    wrong = [key for key, (entry, _path) in said().items() if re.search(r"'|\.\.\.|!", entry.sentence)]
    assert wrong == []


@cache
def not_extracted() -> tuple[list[str], list[str]]:
    """Other names for gettext, and sentences in f-strings: all code is read through once for both."""
    aliases, hidden = [], []
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                    aliases += [
                        f"{path}: {name.name} as {name.asname}"
                        for name in node.names
                        if name.name in MARKERS and name.asname not in (None, "_")
                    ]
                elif isinstance(node, ast.JoinedStr):
                    hidden += [
                        f"{path}:{call.lineno}"
                        for call in ast.walk(node)
                        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in MARKERS
                    ]
    return aliases, hidden


def test_the_extraction_knows_every_name_for_gettext() -> None:
    """Neither makemessages nor our check sees a sentence in a function that goes by another name."""
    assert not_extracted()[0] == []


def test_the_extraction_reads_every_marked_sentence() -> None:
    """xgettext does not look into f-strings."""
    assert not_extracted()[1] == []


def test_no_number_is_grouped_unless_a_tag_asks_for_it() -> None:
    page = Template('<a href="/posts/{{ n }}/">{{ n }}</a> {% number n %} {{ n|number }}')
    with translation.override("fr"):
        shown = page.render(Context({"n": 6757}))
    assert shown == f'<a href="/posts/6757/">6757</a> 6{NARROW}757 6{NARROW}757'


def test_django_s_own_sentences_use_our_words() -> None:
    with translation.override("fr"):
        assert "e-mail" in gettext("Enter a valid email address.")
        one, many = "%(n)s reply", "%(n)s replies"
        assert [ngettext(one, many, n) % {"n": n} for n in (0, 1, 2)] == [
            "0 réponse",
            "1 réponse",
            "2 réponses",
        ]
