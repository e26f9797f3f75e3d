"""From what was written, with facts in braces, to the HTML that readers get: through the rendering of posts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from communities.content.text.extracts import plain_text
from communities.content.text.rendering import Format, render
from communities.models import Community
from communities.texts.exceptions import TextRefused
from communities.texts.facts import Fact, Value, facts, known
from communities.texts.markdown import CannotSay, as_markdown, same_text
from communities.texts.models import MAX_CHARACTERS
from communities.wording import in_language

NAMED = re.compile(r"\{([a-z_]{2,40})\}")
_ALONE = re.compile(r"<p>\s*\{([a-z_]{2,40})\}\s*</p>")
_TAGS = re.compile(r"(<[^>]*>)")

# How one fact is shown, in a sentence.
Show = Callable[[Fact, Value], str]


def facts_named(source: str) -> list[str]:
    """The names in braces, each once, whether there are such facts or not."""
    return list(dict.fromkeys(NAMED.findall(source)))


def format_of(said: Mapping[str, str]) -> Format:
    """How the words of a language are kept: as Markdown, but for what Markdown cannot say."""
    return "html" if said.get("format") == "html" else "markdown"


def as_kept(source: str, fmt: Format, former: Mapping[str, str] | None = None) -> dict[str, str]:
    """The words of a language as they are kept, from what was typed. What the editor was given and gave back stays as
    it was kept; what it has changed becomes Markdown again where that says all of it. Raises TextTooLong."""
    if fmt != "html" or not source.strip():
        return {"source": source}
    written = _rendered(source, fmt)
    if former and same_text(written, _rendered(former["source"], format_of(former))):
        return {name: former[name] for name in ("source", "format") if name in former}
    try:
        said = as_markdown(written)
    except CannotSay:
        said = ""
    if said and same_text(written, _rendered(said)):
        return {"source": said}
    return {"source": written, "format": "html"} if written else {"source": ""}


def refuse_source(source: str, fmt: Format = "markdown") -> None:
    """Raises TextRefused for a source that is too long, names a fact that there is not, or puts a list into a
    sentence; TextTooLong for what cannot be rendered."""
    # What the editor writes has its tags, too: that much is as long as any text may be.
    if fmt == "markdown" and len(source) > MAX_CHARACTERS:
        raise TextRefused(
            _("This text is too long: %(most)s characters are allowed.") % {"most": MAX_CHARACTERS}
        )
    for name in facts_named(source):
        if name not in facts:
            raise TextRefused(
                _("There is no fact called {%(name)s}. Take one of the list, or leave the braces out.")
                % {"name": name}
            )
    html = _rendered(source, fmt)
    for name in facts_named(_ALONE.sub("", html)):
        if facts[name].block:
            raise TextRefused(
                _("{%(name)s} is a list: it needs a paragraph of its own, with an empty line around it.")
                % {"name": name}
            )


def plainly(said: Mapping[str, str], community: Community, language: str) -> str:
    """The HTML for readers, with the facts as they are now; what is missing says so. `said` as `as_kept` makes it."""
    return shown(said, community, language, _in_words)


def opened(said: Mapping[str, str]) -> str:
    """The HTML that the editor opens, with facts by their names in braces."""
    return _rendered(said["source"], format_of(said))


def shown(said: Mapping[str, str], community: Community, language: str, show: Show) -> SafeString:
    """The HTML of the words of a language, with each fact as `show` says it."""
    with translation.override(language):
        html = opened(said)
        values = known(community, facts_named(html))
        html = _ALONE.sub(lambda match: _block(match, values, show), html)
        return trusted(_in_sentences(html, values, show))


def trusted(html: str) -> SafeString:
    """HTML that was made here, as it was kept when it was published: sanitised, its facts escaped."""
    return mark_safe(html)  # noqa: S308  sanitised by `render`, facts escaped


def words_of(html: str) -> str:
    """The words alone, for comparing versions."""
    return plain_text(html)


def rules_as_text(rules: Sequence[Mapping[str, Any]], languages: Sequence[str]) -> str:
    """The rules of a version as one text, for comparing versions."""
    lines = []
    for one in rules:
        reason = in_language(one.get("reason", {}), languages)[0]
        lines.append(f"{one['number']}. {in_language(one['rule'], languages)[0]}")
        lines += [reason, ""] if reason else [""]
    return "\n".join(lines).strip()


def _rendered(source: str, fmt: Format = "markdown") -> str:
    return render(source, fmt=fmt, mentions={}, media_prefixes=("/media/",)).html


def _in_words(fact: Fact, value: Value) -> str:
    if not value:
        gap = _("not said yet")
        return f"<strong>[{escape(gap)}]</strong>"
    return escape(str(value))


def _block(match: re.Match[str], values: Mapping[str, Value], show: Show) -> str:
    name = match[1]
    value = values.get(name)
    if not isinstance(value, list) or not value:
        return match[0]
    lines = "".join(f"<li>{show(facts[name], line)}</li>" for line in value)
    return f"<ul>{lines}</ul>"


def _in_sentences(html: str, values: Mapping[str, Value], show: Show) -> str:
    """Puts facts into the words between tags alone: an address that names one stays as it was typed."""

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            return match[0]
        value = values[name]
        return show(facts[name], ", ".join(value) if isinstance(value, list) else value)

    parts = _TAGS.split(html)
    return "".join(part if part.startswith("<") else NAMED.sub(put, part) for part in parts)
