"""Names and titles as they are kept."""

from __future__ import annotations

import pytest

from communities.fields import one_line

NO_BREAK, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"Le gréement{NO_BREAK}: par où commencer{NARROW}?", f"Le gréement{NO_BREAK}: par où commencer{NARROW}?"),
        (f"{NO_BREAK}Anchors{NARROW}\n", "Anchors"),
        (f"Ropes {NO_BREAK} and{NARROW}{NARROW}knots", f"Ropes{NO_BREAK}and{NARROW}knots"),
        ("Ropes \t\n and\u2003knots", "Ropes and knots"),
        (f"Ropes{NO_BREAK}\u2800: knots", f"Ropes{NO_BREAK}: knots"),
        (f"{NO_BREAK}{NARROW} \u2800\u200b\u3164{NO_BREAK}", ""),
    ],
)  # fmt: skip
def test_a_line_keeps_its_no_break_spaces_inside_only(typed: str, kept: str) -> None:
    assert one_line(typed) == kept
