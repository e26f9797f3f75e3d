"""What is covered in texts, on pages that show them: a group that says what it is, in the language of whoever reads.

Why a group, and what uncovers it: `content.text.spoilers`. What stands in the summary of a fold is none: its name would
be read in the place of its words, also once the fold is open.
"""

from __future__ import annotations

import re
from html import escape

from django.utils.translation import gettext as _

_REACHED = 'tabindex="0"'
_COVER = re.compile(rf'(<mark class="spoiler"[^>]* {_REACHED})>')


def with_named_covers(html: str) -> str:
    """A stored text in which whatever can be uncovered has a role and a name."""
    if _REACHED not in html:
        return html
    said = _said()
    return _COVER.sub(lambda match: match[1] + said, html)


def cover(html: str) -> str:
    """What is put together here, covered like a passage of a stored text."""
    return f'<mark class="spoiler" {_REACHED}{_said()}<span>{html}</span></mark>'


def _said() -> str:
    name = escape(_("Spoiler"))
    return f' role="group" aria-label="{name}">'
