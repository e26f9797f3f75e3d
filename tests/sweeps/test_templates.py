"""How templates are written: in lines, small, flat, and with addresses that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))
TEXTS = sorted(path for path in TEMPLATES.rglob("*.*") if path.suffix != ".md")
LONGEST_LINE = 120
LONGEST_FILE = 80
DEEPEST_CONDITION = 3
# Longer files, each with the reason: none today.
LONG: dict[str, str] = {}
# Where the address that is asked for may be missing, so that it is tested, each with the reason.
MAY_BE_MISSING = {
    "errors/403.html": "a refusal on a host that leads nowhere: nobody can sign in there",
    "errors/404.html": "a host that leads nowhere: nobody can sign in there",
}
# Pages of the platform's own host; all others are a community's, or stand on both.
OF_THE_PLATFORM = (
    frozenset(
        f"console/{name}.html"
        for name in (
            "demo_line",
            "demo_operator",
            "demo_people",
            "demo_shapes",
            "list_mails",
            "list_own_communities",
            "show_demo",
            "show_mail",
            "show_platform",
        )
    )
    | frozenset(
        f"operator/{path.name}"
        for path in (TEMPLATES / "operator").glob("*.html")
        if path.stem not in ("list_openings", "opening_bar", "opening_of_owner", "suspended")
    )
    | frozenset(f"console/arrivals/{path.name}" for path in (TEMPLATES / "console/arrivals").glob("*.html"))
    | frozenset(
        f"recipe/{name}.html"
        for name in (
            "answer_question",
            "answers",
            "begun",
            "choose_blueprint",
            "edit_part",
            "part",
            "show_founded",
            "show_proposal",
        )
    )
)

COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)
CONDITION = re.compile(r"\{%\s*(end)?(?:if|ifchanged)\b")
ADDRESS = re.compile(r"""\{%\s*url\s+(?:"([^"]+)"|'([^']+)')""")
ANY_ADDRESS = re.compile(r"\{%\s*url\b")
KEPT_ADDRESS = re.compile(r"\{%\s*url\b[^%]*\bas (\w+)\s*%\}")
TEST = re.compile(r"\{%\s*(?:if|elif)\b([^%]*)%\}")
QUOTED = re.compile(r"""\"[^\"]*\"|'[^']*'""")


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def source_of(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


def test_lines_and_files_are_short() -> None:
    for path in FILES:
        lines = path.read_text().splitlines()
        too_long = [number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE]
        assert not too_long, f"{name_of(path)}: lines {too_long}"
        assert len(lines) <= LONGEST_FILE or name_of(path) in LONG, f"{name_of(path)}: {len(lines)} lines"
    assert set(LONG) <= {name_of(path) for path in FILES if len(path.read_text().splitlines()) > LONGEST_FILE}


def test_conditions_are_not_deep() -> None:
    for path in FILES:
        depth = 0
        for found in CONDITION.finditer(source_of(path)):
            depth += -1 if found[1] else 1
            assert depth <= DEEPEST_CONDITION, name_of(path)


def test_addresses_exist() -> None:
    communities, platform = names_in("config.urls"), names_in("config.platform_urls")
    for path in TEXTS:
        known = platform if name_of(path) in OF_THE_PLATFORM else communities
        source = source_of(path)
        asked = {found[1] or found[2] for found in ADDRESS.finditer(source)}
        assert asked <= known, f"{name_of(path)}: {sorted(asked - known)}"
        by_name = len(ADDRESS.findall(source))
        assert by_name == len(ANY_ADDRESS.findall(source)), f"{name_of(path)}: a name that is not written out"


def test_an_address_is_not_tested_for() -> None:
    """`{% url … as x %}{% if x %}` hides a misspelled name: a part that has no page asks for what it is about."""
    tested = {name_of(path) for path in FILES if list(_tested_addresses(source_of(path)))}
    assert tested == set(MAY_BE_MISSING)


def _tested_addresses(source: str) -> Iterator[str]:
    tests = [QUOTED.sub("", found[1]) for found in TEST.finditer(source)]
    for name in KEPT_ADDRESS.findall(source):
        # To compare with the page's own address, as navigation does, is no test.
        alone = re.compile(rf"(?<![\w.]){name}(?![\w.])(?!\s*==)")
        compared = re.compile(rf"==\s*{name}\b")
        if any(alone.search(compared.sub("", test)) for test in tests) or re.search(
            rf"\b{name}\|default", source
        ):
            yield name


def names_in(urlconf: str) -> set[str]:
    return set(_names(get_resolver(urlconf).url_patterns, ""))


def _names(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _names(pattern.url_patterns, inner)
        elif pattern.name:
            yield space + pattern.name
