"""The limits that hold in use: tests run with larger ones, which hid that one assignment undid another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from allauth.account import app_settings

from config import settings as written

USED = re.compile(r'\blimited\("(\w+)"\)')


def test_each_limit_that_a_page_names_is_set(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = written.ACCOUNT_RATE_LIMITS
    used = {
        name
        for folder in ("analytics", "communities", "members", "moderation")
        for path in (Path(written.BASE_DIR) / folder).rglob("*.py")
        for name in USED.findall(path.read_text())
    }
    assert {"report", "contact", "signup"} <= used
    assert all(app_settings.RATE_LIMITS.get(name) for name in used)


def test_no_setting_is_given_twice() -> None:
    source = Path(written.__file__ or "").read_text()
    names = re.findall(r"^([A-Z][A-Z_]+) = ", source, re.MULTILINE)
    assert sorted({name for name in names if names.count(name) > 1}) == []
