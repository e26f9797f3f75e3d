"""The shapes of what is kept of a sentence: values by name, pairs of condition and choice.

The form writes nothing else. What was brought from another installation has passed no form: it is read as far as it
has these shapes, and the rest is left out.
"""

from __future__ import annotations

from typing import Any

MOST = 8
LONGEST = 300
LARGEST = 1_000_000


def kept_values(value: Any) -> dict[str, Any]:
    """Words, numbers and yes or no, by name."""
    if not isinstance(value, dict):
        return {}
    fine = {str(name)[:LONGEST]: one for name, one in value.items() if _is_plain(one)}
    return dict(list(fine.items())[:MOST])


def kept_pairs(value: Any) -> list[list[str]]:
    """Names of conditions with the keys of their choices."""
    if not isinstance(value, list | tuple):
        return []
    pairs = [one for one in value if isinstance(one, list | tuple) and len(one) == 2]
    return [
        list(one) for one in pairs if all(isinstance(part, str) and len(part) <= LONGEST for part in one)
    ][:MOST]


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST
    return isinstance(value, int) and abs(value) <= LARGEST
