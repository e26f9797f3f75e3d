"""Amounts of money as the language of the page writes them: “£1,200”, « 1 200 € »."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import get_language

from communities.templatetags.parvis import number

register = template.Library()

_NO_CENTS = {
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip
_THOUSANDTHS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def digits_of(currency: str) -> int:
    """How many digits the minor unit has: 2 for euros, 0 for yen."""
    return 0 if currency in _NO_CENTS else 3 if currency in _THOUSANDTHS else 2


def priced(amount: Decimal, currency: str, decimals: int) -> str:
    """An amount with so many decimals, its sign where the language has it."""
    sign, figure = _SIGNS.get(currency, currency), number(abs(amount), decimals)
    minus = "−" if round(amount, decimals) < 0 else ""
    if (get_language() or "").startswith("en") and len(sign) == 1:
        return f"{minus}{sign}{figure}"
    return f"{minus}{figure}\u00a0{sign}"


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """In units of the currency, with cents where there are some: `{{ idea.worth|money:community.currency }}`."""
    if amount is None:
        return "–"
    is_whole = amount == amount.to_integral_value()
    return priced(amount, currency, 0 if is_whole else digits_of(currency))
