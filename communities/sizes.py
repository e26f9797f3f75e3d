"""How large files are, in words: one unit everywhere, in pages, sentences and forms. A megabyte is a million bytes."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

KILOBYTE, MEGABYTE, GIGABYTE, TERABYTE = 10**3, 10**6, 10**9, 10**12


def size_in_words(count: int) -> str:
    """A number of bytes as people say it: “12 MB”, “1.4 GB”; in French “12 Mo”."""
    said = _in_words(count)
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def _in_words(count: int) -> str:
    if count < KILOBYTE:
        return ngettext("%(n)s byte", "%(n)s bytes", count) % {"n": count}
    # Rounded first: what is just below the next unit is not “1000 kB”.
    if round(count / KILOBYTE, 1) < KILOBYTE:
        return _("%(n)s kB") % {"n": _shown(count / KILOBYTE)}
    if round(count / MEGABYTE, 1) < KILOBYTE:
        return _("%(n)s MB") % {"n": _shown(count / MEGABYTE)}
    if round(count / GIGABYTE, 1) < KILOBYTE:
        return _("%(n)s GB") % {"n": _shown(count / GIGABYTE)}
    return _("%(n)s TB") % {"n": _shown(count / TERABYTE)}


def _shown(number: float) -> str:
    """One decimal, where it says something."""
    rounded = round(number, 1)
    return number_format(rounded, 0 if rounded.is_integer() else 1)
