"""Listings in the colours of their language, marked once, as a text is stored.

What reads a language is made of patterns that a text can be written against, so it runs in a process of its own, with
bounds (`marking`): whatever takes too long stays as it was written, and no other process ever loads it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import escape, unescape
from pathlib import Path

from communities.content.text.sanitising import strip_all_else

# Of one listing and of all of a text, in characters; what is longer is looked up, not read.
LONGEST = 20_000
MOST = 60_000
# Marked parts of a text: each is a tag to be read again.
MOST_PARTS = 4_000
PATIENCE = 30  # seconds by the clock; those of the processor are counted by the process itself

_LISTING = re.compile(r'<pre><code class="language-(\w+)">([^<]*)</code></pre>')
_ROOT = Path(__file__).resolve().parents[3]
_PROGRAM = "from communities.content.text.marking import main; main()"

Parts = list[tuple[str, str]]


def coloured(html: str) -> str:
    """A clean text with the parts of its listings marked by classes; without them, where they cannot be told."""
    found = [(one[1], unescape(one[2])) for one in _LISTING.finditer(html) if one[1] != "text"]
    wanted = [(language, words) for language, words in found if len(words) <= LONGEST]
    if not wanted or sum(len(words) for _language, words in wanted) > MOST:
        return html
    known = dict(zip(wanted, _marked_apart(wanted), strict=False))
    left = MOST_PARTS

    def mark(match: re.Match[str]) -> str:
        nonlocal left
        parts = known.get((match[1], unescape(match[2])), [])
        if not parts or len(parts) > left:
            return match[0]
        left -= len(parts)
        inside = "".join(
            f'<span class="{name}">{escape(words, quote=False)}</span>'
            if name
            else escape(words, quote=False)
            for name, words in parts
        )
        return strip_all_else(f'<pre><code class="language-{match[1]}">{inside}</code></pre>')

    return _LISTING.sub(mark, html)


def _marked_apart(listings: list[tuple[str, str]]) -> list[Parts]:
    """The parts of each listing, by the class that each has; nothing where they could not be told in time."""
    command = [sys.executable, "-c", _PROGRAM]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(listings).encode(),
            capture_output=True,
            cwd=_ROOT,
            # What the server knows is none of its business.
            env={},
            timeout=PATIENCE,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        # Also where the machine starts no more processes: the text is kept all the same.
        return []
    if done.returncode:
        return []
    read: list[Parts] = json.loads(done.stdout)
    # A reader that leaves something out, or adds a line, is not believed.
    return [
        parts if "".join(words for _name, words in parts) == text else []
        for parts, (_language, text) in zip(read, listings, strict=True)
    ]
