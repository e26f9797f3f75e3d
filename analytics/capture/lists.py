"""The public lists that tell people from machines and search engines from other sites.

Copies are shipped in `data/` with their licences. `manage.py update_lists DIR` installs newer ones under the
installation's own folder, where they are preferred.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

SHIPPED = Path(__file__).parent / "data"
SPAMMERS, CRAWLERS, ISBOT = "matomo-referrer-spammers.txt", "crawler-user-agents.json", "isbot-patterns.json"
ENGINES, SOCIALS, ASSISTANTS = "matomo-SearchEngines.yml", "matomo-Socials.yml", "matomo-AIAssistants.yml"
FILES = (SPAMMERS, CRAWLERS, ISBOT, ENGINES, SOCIALS, ASSISTANTS)


class BadList(Exception):
    """A list file cannot be used; the message says which and why."""


def installed_folder() -> Path:
    return Path(settings.VAR_DIR) / "lists"


def read_list(name: str) -> str:
    """The newest copy of one list."""
    newer = installed_folder() / name
    return (newer if newer.is_file() else SHIPPED / name).read_text(encoding="utf-8")


@cache
def spam_domains() -> frozenset[str]:
    return _spammers(read_list(SPAMMERS))


@cache
def machine_agents() -> list[re.Pattern[str]]:
    """Patterns of crawlers and other programs; a match of any means that no person reads."""
    return [_either(_crawlers(read_list(CRAWLERS)), 0), _either(_isbot(read_list(ISBOT)), re.IGNORECASE)]


@cache
def site_list(name: str) -> dict[str, list[tuple[list[str], list[str]]]]:
    """Of ENGINES, SOCIALS or ASSISTANTS: name → [(hosts, parameters that hold the words searched)]."""
    return _sites(read_list(name))


def install_lists(folder: Path, into: Path) -> dict[str, int]:
    """Check the lists in `folder` and install them; entries per file. Raises BadList and installs nothing."""
    counts: dict[str, int] = {}
    texts: dict[str, str] = {}
    for name in FILES:
        try:
            text = (folder / name).read_text(encoding="utf-8")
            found = CHECKS[name](text)
        except (
            OSError,
            ValueError,
            re.error,
            yaml.YAMLError,
            TypeError,
            KeyError,
            AttributeError,
        ) as problem:
            raise BadList(f"{name}: {problem}") from problem
        if not found:
            raise BadList(f"{name}: no entries")
        counts[name] = len(found)
        # Only the patterns are used; the examples are twenty times their size.
        texts[name] = json.dumps(found, indent=0) + "\n" if name == CRAWLERS else text
    into.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (into / name).write_text(text, encoding="utf-8")
    forget_lists()
    return counts


def forget_lists() -> None:
    for kept in (spam_domains, machine_agents, site_list):
        kept.cache_clear()


def _spammers(text: str) -> frozenset[str]:
    return frozenset(line.strip().lower() for line in text.splitlines() if line.strip())


def _crawlers(text: str) -> list[str]:
    patterns = [entry["pattern"] if isinstance(entry, dict) else str(entry) for entry in json.loads(text)]
    _either(patterns, 0)
    return patterns


def _isbot(text: str) -> list[str]:
    patterns = [_translated(pattern) for pattern in json.loads(text)]
    _either(patterns, re.IGNORECASE)
    return patterns


def _either(patterns: list[str], flags: int) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags)


def _translated(pattern: str) -> str:
    """From the JavaScript dialect: each lookbehind needs one width, a dash after a class in brackets a backslash."""

    def split(found: re.Match[str]) -> str:
        return "".join(f"(?<!{one})" for one in found[1].split("|"))

    pattern = re.sub(r"(\\[dws])-(?=[^\]])", r"\1\\-", pattern)
    return re.sub(r"\(\?<!([^()]*\|[^()]*)\)", split, pattern)


def _sites(text: str) -> dict[str, list[tuple[list[str], list[str]]]]:
    sites: dict[str, list[tuple[list[str], list[str]]]] = {}
    for name, entries in yaml.safe_load(text).items():
        groups = [entry if isinstance(entry, dict) else {"urls": [entry]} for entry in entries]
        sites[str(name)] = [
            ([str(url).lower() for url in group["urls"]], [str(key) for key in group.get("params") or []])
            for group in groups
        ]
    return sites


CHECKS: dict[str, Callable[[str], Any]] = {
    SPAMMERS: lambda text: sorted(_spammers(text)),
    CRAWLERS: _crawlers,
    ISBOT: _isbot,
    ENGINES: _sites,
    SOCIALS: _sites,
    ASSISTANTS: _sites,
}
