"""The English of the interface says what its readers say; what once read like a translation does not come back."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from config.translations import PROJECT, marked_sentences, read_catalog

TEMPLATES = PROJECT / "templates"
# What somebody said once, and what is said instead.
BETTER = {
    "Six figures, and you are in": "Enter the 6-digit code",
    "Keep the offer": "Save offer",
    "Keep the rate": "Save rate",
    "Cost kept": "Cost saved",
    "Keep it ready": "Save as draft",
    "Come in first": "Join the waiting list",
    "Take a place": "Join the waiting list",
    "A measure against": "Sanction X",
    "Take the measure": "Apply sanction",
    "Without a ground the decision": "Choose a rule: the author will be told which",
    "Let it go": "Release",
    "In a space of its own": "By space",
    "What one counted thing is worth": "Rates",
    "Counts from outside": "External counts",
    "of a hundred": "a rate",
    "Numbers of refunds begin with": "Refund number prefix",
    "Number of a click-out": "Click ID",
    "watched no more": "Word removed",
    "Watch this word": "Add word",
    "What we send you": "Notification settings",
    "Whom you will meet": "Meet the members",
    "Who runs this place": "About us",
    "Look among unwanted mail": "Check your spam folder",
    "Goes out": "Scheduled for …",
    "Do not send it out": "Unschedule",
    "Walk through the place in these eyes": "View as this audience",
    "Three numbers and two typefaces": "Colour and type",
    "Vividness": "Saturation",
    "Read first ↓": "Browse first",
    "signs at most": "characters at most",
    "six figures": "six digits",
    "a line. ": "per line",
    "One a line": "One per line",
    "one press": "one click",
    "holds the word": "contains the word",
    "holds these words": "matches these words",
    "take one away": "remove one",
    "Take one away": "Remove one",
    "thrown away": "discarded",
    "Throw ": "Discard",
    "Lay ": "Give up",
    "by our clocks": "in our time zone",
    "our clocks count": "ours applies",
    "exists for nobody": "is no longer there for anybody",
    "of the law: a name": "the name of the lawyer who has checked it",
    "all the same": "anyway",
    "A gauge is short": "A gauge has not been reached",
    "gain something": "gain access",
    "Nobody fits": "Nobody matches",
    "Keep the banner": "Save banner",
    "Keep the draft": "Save draft",
    "Keep the cost": "Save cost",
    "Keep the objective": "Save objective",
    "The note is kept": "Note saved",
    "Beware": "Caution",
    "nought": "zero",
    "do not go together": "Wrong address or password",
    "Present password": "Current password",
    "asked first": "First come, first served",
    "stands on Today": "appears on Today",
    "will stand here": "will appear here",
    "Nobody of ": "None of",
    "did not leave. ": "was not sent",
    "in each line": "one per line",
    "advantage": "free, or in exchange for something; received free or for a benefit",
    "to come: ": "a future time",
    "Where one ": "Where to …",
    "does one ": "How do people …",
    "omebody of the team": "somebody on the team",
    "stands there already": "is already there",
    "its title as it stands": "its exact title",
    "ounts no more": "no longer counts",
    "gone then": "will be deleted",
    "go on on": "You can continue on …",
    "Look in your mail": "Check your e-mail",
    "ith commas between": "separated by commas",
    "A day of it": "Pick a day; readers only see the month",
    "Nobody reads it.": "Not shown to anyone",
    "eam alone reads": "Only the team can read …",
    "How bad is it": "Severity",
    "The way there leads": "This button leads to …",
    "eceives newcomers": "welcomes newcomers",
    "receive newcomers": "welcome newcomers",
    "rival’s": "a competitor’s",
    "goes on %(": "will be deleted on …",
    "are the most": "is the limit",
    "ails leave ": "are sent from …",
    "news leaves": "news is sent …",
    "ext on confidentiality": "confidentiality agreement",
    "paused by itself": "paused automatically",
    "people are before you": "ahead of you",
    "file holds": "This file contains …",
    "You are said to be": "Somebody says you are …",
    "Change this product": "Edit this …",
    "programme asks this address": "Your calendar app reads this address",
}
# Asks an owner what the text is about: no name of a page.
MEANT = {"Who runs this place and what for."}
GLOSSARY = PROJECT / "docs" / "developers" / "glossary.md"
BLOCK = re.compile(r"\{% (blocktranslate|comment)\b.*?\{% end\1 %\}", re.DOTALL)
TAG = re.compile(r"<[^>]*=[^>]*>", re.DOTALL)
GLUED = re.compile(r"(?:%\}|\}\}|>)\s*:(?=\s|\{|<)")


@cache
def sentences() -> frozenset[str]:
    """Every one of the interface: code and templates are read through once."""
    return frozenset(entry.sentence for entry, _file in marked_sentences().values())


def test_no_sentence_reads_like_a_translation() -> None:
    said = sentences() - MEANT
    assert len(said) > 3000
    found = {sentence: better for sentence in said for was, better in BETTER.items() if was in sentence}
    assert not found, "say rather what stands beside it"


def test_nothing_says_what_the_glossary_forbids() -> None:
    forbidden = [
        row.split("|")[4].strip()
        for row in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if row.count("|") == 5
    ]
    words = [word for word in forbidden if word and not word.startswith(("---", "do not say"))]
    assert len(words) > 20
    catalogs = [PROJECT / "locale" / name / "LC_MESSAGES" / "django.po" for name in ("fr", "fr_TU")]
    french = {text for one in catalogs for entry in read_catalog(one) for text in entry.translations.values()}
    said = french | sentences()
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
    assert not [text for text in said if pattern.search(text)]


@pytest.mark.parametrize("kind", ["html", "txt"])
def test_no_template_glues_a_colon_to_a_label(kind: str) -> None:
    """French sets a space before it: a colon belongs to a sentence that is translated, or is `{% colon %}`."""
    pages = sorted(TEMPLATES.rglob(f"*.{kind}"))
    assert pages
    assert not [f"{page.relative_to(TEMPLATES)}: {line}" for page in pages for line in glued_in(page)]


def glued_in(page: Path) -> list[str]:
    text = BLOCK.sub(" ", page.read_text(encoding="utf-8"))
    text = TAG.sub(lambda tag: tag.group(0).replace(":", " "), text)
    return [text[max(0, found.start() - 30) : found.end()].strip() for found in GLUED.finditer(text)]
