"""Moderation knows subjects only: nothing outside `moderation/subjects/` asks what kind of thing a case is about."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from communities.scoping import CommunityOwned
from moderation.models import Case, Decision
from moderation.subjects.base import Subject, subjects

ROOT = Path(settings.BASE_DIR)
# The columns that are one subject's: read through a case, a decision, a row of the queue, or in a filter.
ASKS = re.compile(
    r"\bcase\.(?:post|person|edit|thing)(?:_id)?\b|\bcase__(?:post|person|edit|thing)|\bperson_id\b"
    r"|\bsubject(?:\.name)? [=!]= |\bis_profile\b|\bisinstance\("
)
# Parts of pages that belong to one subject.
OWN_PARTS = {
    "case_text",
    "case_edit",
    "case_beside",
    "neighbour",
    "case_profile",
    "report_text",
    "report_profile",
}


def sources() -> list[Path]:
    code = [
        path
        for path in (ROOT / "moderation").rglob("*.py")
        if not {"subjects", "migrations"} & set(path.relative_to(ROOT).parts)
    ]
    pages = (
        path for path in (ROOT / "templates" / "moderation").glob("*.html") if path.stem not in OWN_PARTS
    )
    return sorted([*code, *pages])


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_asks_which_subject_it_is(path: Path) -> None:
    asked = [line.strip() for line in path.read_text().splitlines() if ASKS.search(line)]
    assert asked == [], "say it in the subject, and ask that"


def test_the_sweep_finds_what_it_looks_for() -> None:
    for line in (
        "if case.post is None:",
        "{% if case.person_id %}",
        "cases.filter(case__post=post)",
        'if case.subject == "text":',
        "if isinstance(thing, Post):",
    ):
        assert ASKS.search(line), line
    assert ASKS.search("case.posted_at") is None


@pytest.mark.parametrize("subject", subjects(), ids=lambda subject: subject.name)
def test_each_subject_is_whole(subject: Subject[Any]) -> None:
    """What a page, an address or a row asks is there, and the acts say all that a decision needs."""
    assert issubclass(subject.model, CommunityOwned)
    for template in (subject.case_template, subject.report_template):
        assert (ROOT / "templates" / template).is_file()
    names = {act.name for act in subject.acts}
    assert {"approve", "restore"} <= names
    limits = {name: Decision._meta.get_field("act").max_length for name in names}
    assert all(len(name) <= (limit or 0) for name, limit in limits.items())
    for act in subject.acts:
        assert len(act.outcome) <= (Case._meta.get_field("outcome").max_length or 0)
        assert act.needs_ground is act.restricts, act.name
        if act.restricts:
            assert act.headline, act.name
            assert act.effect, act.name
            assert act.answer, act.name
    assert len(subject.reports_as) <= 24
    assert subject.reports_as.startswith("report_")
    assert len(subject.hides_as) <= 24
    assert subject.hides_as.startswith("hide_")


def test_no_two_subjects_share_a_door_or_a_model() -> None:
    doors = [door for subject in subjects() for door in subject.doors]
    assert len(doors) == len(set(doors))
    models = [subject.model for subject in subjects()]
    assert len(models) == len(set(models))
