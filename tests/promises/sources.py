"""The text of the product, for sweeps that ask whether something is ever written or read."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)
PACKAGES = ("config", "members", "communities", "moderation", "analytics")
DECLARATION = re.compile(r"    \w+(?:: [^=]+)? = (?:models\.|OwnedForeignKey|ArrayField|\w+Field\()")
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)


@cache
def code() -> str:
    """Every module but migrations, what travels in an export, and the demo’s stories; no declarations of fields."""
    files = (
        path
        for package in PACKAGES
        for path in (BASE / package).rglob("*.py")
        if not {"migrations", "demo"} & set(path.parts) and path.name != "portable.py"
    )
    return "\n".join(
        line for path in files for line in path.read_text().splitlines() if not DECLARATION.match(line)
    )


@cache
def templates() -> str:
    files = (path for path in (BASE / "templates").rglob("*.*") if path.suffix != ".md")
    return "\n".join(COMMENT.sub("", path.read_text()) for path in files)
