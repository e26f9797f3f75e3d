"""What a row of an order has to be read with, as sentences."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from analytics.roi.money import shown
from communities.templatetags.money import digits_of


def spoken_remarks(remarks: dict[str, Any], currency: str) -> list[str]:
    """Of `share`, `beyond` (minor units), `aside` ([id, amount, currency] of refunds) and `state`."""
    said = []
    if remarks.get("share"):
        said.append(_("Net share by the order’s own mix: the shop reported only the amount."))
    if beyond := remarks.get("beyond"):
        amount = shown(beyond, currency)
        said.append(_("Paid back %(amount)s more than the order’s goods: not counted.") % {"amount": amount})
    for _id, amount, other in remarks.get("aside", ()):
        minor = round(Fraction(amount) * 10 ** digits_of(other)) if other else 0
        words = {"amount": shown(minor, other)}
        said.append(_("A refund of %(amount)s is in another currency than the order: kept aside.") % words)
    if state := remarks.get("state"):
        said.append(
            _("Counted because it is paid; its state “%(state)s” is the shop’s own.") % {"state": state}
        )
    return said
