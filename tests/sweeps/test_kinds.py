"""Kinds of content are known in their own folders only: elsewhere nothing asks which one it has before it.

Whoever adds a kind must not have to look for such places, and whoever reads one should not find half of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from communities.content.kinds import KINDS

ROOT = Path(__file__).parents[2]
FLOORS = ("analytics", "communities", "config", "members", "moderation")
# Files that say such a word and mean something else, each with what it means.
ELSEWHERE = {
    "communities/animation/calendar/views.py": "texts to write, without a day",
    "communities/animation/surveys/models.py": "questions of a survey",
    **dict.fromkeys(
        (
            "communities/demo/polling.py",
            *(
                f"communities/polls/{name}.py"
                for name in ("disclosing", "inset", "models", "notices", "showing", "views")
            ),
        ),
        "what a poll asks",
    ),
    **dict.fromkeys(
        (
            "communities/demo/calling.py",
            *(f"communities/calls/{name}.py" for name in ("disclosing", "inset", "models/calls")),
        ),
        "what a call asks",
    ),
    "communities/console/people/forms.py": "questions that the team asks those who want to join",
    "communities/console/people/queries.py": "notes among the team about a member",
    "communities/demo/reading.py": "files of the demo",
    "communities/demo/presenting.py": "where the words of a customer lead",
    "communities/polls/rewording.py": "what a poll asks",
    "config/services/made_ahead.py": "folders of templates",
    "communities/demo/gathering.py": "pictures that were shown of an event",
    "communities/demo/launching.py": "what the files call pictures in texts",
    "members/mails/reports/notices.py": "what a mail server reports",
    "moderation/models.py": "what happened to a case",
    "analytics/capture/together.py": "what visitors’ browsers told",
    "communities/launch/forms.py": "questions that the team asks those who want to join",
    "communities/launch/services/asking.py": "questions that the team asks those who want to join",
    "communities/people/acts.py": "questions that the team asks those who want to join",
    "communities/people/models.py": "notes among the team about a member",
    "communities/people/requests.py": "questions that the team asks those who want to join",
    "communities/promotions/models.py": "places of pages where a banner stands",
    "communities/transfer/report.py": "what an import's report counts",
    "communities/transfer/arrivals.py": "what an import's report counts",
    "communities/transfer/wordpress_survey.py": "what WordPress calls its texts",
    "communities/transfer/services/import_stackexchange.py": "what the report and the old site count",
    "communities/transfer/services/import_wordpress.py": "what WordPress calls its texts",
    "communities/transfer/staging.py": "a column of the staged dump",
    "communities/transfer/forwarding.py": "addresses of Stack Exchange",
}
# Beside kinds: what stands under texts, and offers with codes.
OTHER_PACKAGES = ("communities.calls", "communities.polls", "analytics.offers")
# What reads a kind from another folder, each with the reason. The demo, which is made of all kinds, is asked apart.
READERS = {
    "analytics/capture/articles.py": "how often an article was opened, for its author: a seam of blogs",
    "analytics/capture/boxes.py": "how many people opened an ideas box: a seam of ideas",
    "analytics/capture/rollups.py": "which kinds of days that seam wants",
    "analytics/roi/articles.py": "what was sold after an article: a seam of blogs",
    "analytics/roi/portable.py": "a line of the ledger that a delivered application has made",
    "analytics/roi/reviewing.py": "ways out to offers, and whose an order is: seams of reviews",
    "moderation/subjects/own_blog.py": "what a blog says of itself, as a subject of moderation",
}
# Names of thread kinds that are words of other things too: only what compares with them can mean the kind.
PLAIN_WORDS = frozenset({"announcement", "idea", "note", "review"})


def _folders() -> list[str]:
    """Where kinds are at home: the packages of their URLconfs, and their templates."""
    packages = [kind.urls.rpartition(".")[0].replace(".", "/") for kind in KINDS]
    return [f"{folder}/" for folder in [*packages, *(f"templates/{kind.path}" for kind in KINDS)]]


def _files(*endings: str, tops: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    homes = tuple(_folders())
    for top in tops:
        for path in sorted((ROOT / top).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in endings and not name.startswith(homes) and "/migrations/" not in name:
                yield name, path.read_text()


def _words() -> re.Pattern[str]:
    """Names of kinds, of their threads, features and lists; and any route of theirs."""
    names = {kind.name for kind in KINDS} | {kind.path for kind in KINDS}
    names |= {name for kind in KINDS for name in kind.thread_names}
    names |= {feature.name for kind in KINDS for feature in kind.features}
    paths = "|".join(kind.path for kind in KINDS)
    return re.compile(rf"(?:{'|'.join(sorted(names))}|(?:{paths}):[\w-]+)")


def _packages() -> list[str]:
    return [*(kind.urls.rpartition(".")[0] for kind in KINDS), *OTHER_PACKAGES]


@pytest.mark.parametrize("package", _packages())
def test_three_lines_outside_its_folder_put_it_together(package: str) -> None:
    """That it is installed, on which floor it stands and, where it is no kind, its addresses; a line more for each job
    of the clock, and its addresses in the sweeps."""
    if package.startswith("tests."):
        return
    known = re.compile(rf"""["'(]{re.escape(package)}[.\w]*["')]""")
    lines = [
        f"{path.name}: {line.strip()}"
        for path in sorted((ROOT / "config").rglob("*.py"))
        if path.name != "schedule.py"
        for line in path.read_text().splitlines()
        if known.search(line)
    ]
    floors = re.findall(r'^ +"[\w |()]+",$', (ROOT / "pyproject.toml").read_text(), re.M)
    name = package.rpartition(".")[2]
    lines += [line.strip() for line in floors if re.search(rf"\b{name}\b", line)]
    assert 2 <= len(lines) <= 3, "\n".join(lines)


def test_only_these_read_a_kind_from_another_folder() -> None:
    packages = [package for package in _packages() if not package.startswith("tests.")]
    homes = tuple(f"{package.replace('.', '/')}/" for package in packages)
    imported = re.compile(rf"^\s*(?:from|import) (?:{'|'.join(re.escape(one) for one in packages)})\b", re.M)
    readers = {
        name
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*.py"))
        if not (name := path.relative_to(ROOT).as_posix()).startswith(
            (*homes, "communities/demo/", "analytics/demo/")
        )
        and imported.search(path.read_text())
    }
    assert readers == set(READERS)


def test_python_names_no_kind_outside_its_folder() -> None:
    words = _words()
    found: list[str] = []
    for name, source in _files(".py", tops=FLOORS):
        if name in ELSEWHERE:
            continue
        for node in ast.walk(ast.parse(source)):
            compares = isinstance(node, ast.Compare)
            for word in ast.walk(node) if compares else [node]:
                text = word.value if isinstance(word, ast.Constant) else None
                if isinstance(text, str) and words.fullmatch(text) and (compares or text not in PLAIN_WORDS):
                    found.append(f"{name}:{word.lineno}: {text}")
    assert not found, "\n".join(found)


def test_templates_name_no_kind_outside_its_folder() -> None:
    words = _words()
    tags = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
    quoted = re.compile(r"""["']([\w:-]+)["']""")
    found = [
        f"{name}: {tag}"
        for name, text in _files(".html", ".txt", tops=("templates", "communities"))
        for tag in tags.findall(text)
        if not tag.startswith(("{% translate", "{% blocktranslate"))
        and any(words.fullmatch(word) for word in quoted.findall(tag) if word not in PLAIN_WORDS)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_exceptions_are_still_needed(name: str) -> None:
    words = _words()
    strings = [
        node.value
        for node in ast.walk(ast.parse((ROOT / name).read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert any(words.fullmatch(text) for text in strings)
