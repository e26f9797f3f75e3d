"""Shortcodes that nobody here knows: those of page builders, and of plug-ins. Their marks go, their words stay."""

from __future__ import annotations

import re
from collections import Counter
from html import escape

# A word in square brackets is somebody's word, unless it looks like a command.
MARK = re.compile(r"\[(?P<end>/?)(?P<name>[a-zA-Z][\w-]{1,60})(?P<rest>(?:\s[^\[\]]*)?)\]")
BUILDERS = re.compile(
    r"^(?:vc|wpb|et_pb|fusion|av|cs|tatsu|mk|nectar|dt|ux|su|ninja|wpforms|elementor|siteorigin|tm_pb|fl|x)_?[\w-]*"
)
SETS = re.compile(r"""\s[\w-]+\s*=\s*["'“”]""")
# Attributes that hold words of people, and those that hold where they lead.
WORDS = (
    "title",
    "heading",
    "subhead",
    "text",
    "content",
    "caption",
    "label",
    "button_text",
    "author",
    "quote",
)
TARGETS = ("url", "link", "href", "button_url", "src")
KEPT = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>)", re.DOTALL | re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def without_unknown(text: str, losses: Counter[str]) -> str:
    """The text without marks of unknown shortcodes; the words inside and in their attributes stay as paragraphs."""
    parts = KEPT.split(text)
    ended = {match["name"] for part in parts[::2] for match in MARK.finditer(part) if match["end"]}

    def plain(match: re.Match[str]) -> str:
        name, rest = match["name"], match["rest"]
        if not (match["end"] or name in ended or SETS.search(rest) or (BUILDERS.match(name) and "_" in name)):
            return match.group(0)
        if match["end"]:
            return "\n\n"
        losses["shortcode"] += 1
        return f"\n\n{_said(rest)}\n\n"

    return "".join(part if number % 2 else MARK.sub(plain, part) for number, part in enumerate(parts))


def _said(rest: str) -> str:
    said = {name.lower(): double or single for name, double, single in ATTRIBUTE.findall(rest)}
    words = [escape(said[name], quote=False) for name in WORDS if said.get(name)]
    target = next((said[name] for name in TARGETS if said.get(name, "").startswith(("http", "/"))), "")
    if target:
        label = words.pop() if words else escape(target, quote=False)
        words.append(f'<a href="{escape(target)}">{label}</a>')
    return "\n\n".join(words)
