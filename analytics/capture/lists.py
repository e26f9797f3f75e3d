"""Lists that tell people from machines and search engines from other sites.

What is known without any file: the crawlers of the package crawler-user-agents, and the sites of known_sites.py.
`manage.py update_lists FOLDER` adds public lists that an operator has downloaded, under the installation's own
folder; none is shipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import crawleruseragents
import yaml
from django.conf import settings

from analytics.capture import known_sites
from analytics.capture.known_sites import Sites

SPAMMERS, CRAWLERS, ISBOT = "matomo-referrer-spammers.txt", "crawler-user-agents.json", "isbot-patterns.json"
ENGINES, SOCIALS, ASSISTANTS = "matomo-SearchEngines.yml", "matomo-Socials.yml", "matomo-AIAssistants.yml"
FILES = (SPAMMERS, CRAWLERS, ISBOT, ENGINES, SOCIALS, ASSISTANTS)
KNOWN: dict[str, Sites] = {
    ENGINES: known_sites.SEARCH_ENGINES,
    SOCIALS: known_sites.SOCIAL_NETWORKS,
    ASSISTANTS: known_sites.ASSISTANTS,
}

Hosts = dict[str, list[tuple[list[str], list[str]]]]


class BadList(Exception):
    """A list file cannot be used; the message says which and why."""


def installed_folder() -> Path:
    return Path(settings.VAR_DIR) / "lists"


def read_list(name: str) -> str:
    """An installed list, or nothing."""
    path = installed_folder() / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@cache
def spam_domains() -> frozenset[str]:
    return known_sites.REFERRER_SPAMMERS | _spammers(read_list(SPAMMERS))


@cache
def machine_agents() -> list[re.Pattern[str]]:
    """Patterns of crawlers and other programs; a match of any means that the client is not a person."""
    crawlers, isbot = read_list(CRAWLERS), read_list(ISBOT)
    packaged = _patterns(crawleruseragents.CRAWLER_USER_AGENTS_DATA)
    found = [_either(_crawlers(crawlers) if crawlers else packaged, 0)]
    return [*found, _either(_isbot(isbot), re.IGNORECASE)] if isbot else found


@cache
def site_list(name: str) -> Hosts:
    """Of ENGINES, SOCIALS or ASSISTANTS: name → [(hosts, parameters that hold the words searched)]."""
    sites: Hosts = {site: [(hosts.split(), keys.split())] for site, (hosts, keys) in KNOWN[name].items()}
    listed = read_list(name)
    for site, groups in (_sites(listed) if listed else {}).items():
        sites[site] = sites.get(site, []) + groups
    return sites


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
    patterns = _patterns(json.loads(text))
    _either(patterns, 0)
    return patterns


def _patterns(entries: Iterable[Any]) -> list[str]:
    return [entry["pattern"] if isinstance(entry, dict) else str(entry) for entry in entries]


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


def _sites(text: str) -> Hosts:
    sites: Hosts = {}
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
