"""Places, prizes and marks in words, for templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from communities.challenges.models import Challenge, Entry
from communities.templatetags.parvis import number

register = template.Library()


@register.filter
def place_said(entry: Entry, challenge: Challenge) -> str:
    """`{{ entry|place_said:challenge }}`: First, Second …; of a draw, that it was drawn."""
    if challenge.is_drawn:
        return _("Drawn by lot")
    named = {
        1: pgettext("place", "First"),
        2: pgettext("place", "Second"),
        3: pgettext("place", "Third"),
    }
    return named.get(entry.place or 0) or _("Place %(n)s") % {"n": number(entry.place)}


@register.filter
def prize_said(entry: Entry, challenge: Challenge) -> str:
    prizes = challenge.prize_list
    return prizes[entry.prize - 1].words if 0 < entry.prize <= len(prizes) else ""


@register.filter
def score_said(entry: Entry, challenge: Challenge) -> str:
    """How many votes, or the jury’s mean with its n."""
    if challenge.has_jury:
        if entry.mean is None:
            return ""
        said = ngettext("%(mean)s of 10, by %(n)s juror", "%(mean)s of 10, by %(n)s jurors", entry.judged_by)
        return said % {"mean": number(entry.mean, 2), "n": entry.judged_by}
    if challenge.has_vote and entry.votes is not None:
        return ngettext("%(n)s vote", "%(n)s votes", entry.votes) % {"n": number(entry.votes)}
    return ""


@register.filter
def standing_said(entry: Entry, challenge: Challenge) -> str:
    """What became of an entry: its place where it has won, and its score."""
    place = place_said(entry, challenge) if entry.prize else ""
    return " · ".join(filter(None, [place, score_said(entry, challenge)]))


@register.filter
def at_key(values: Mapping[Any, Any], key: Any) -> Any:
    """`{{ values|at_key:key }}`: None where there is none."""
    return values.get(key)
