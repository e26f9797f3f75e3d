"""Money in integer minor units. A file of its own, because every other one here uses it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from django.utils.translation import gettext

from communities.templatetags.money import digits_of, priced
from communities.templatetags.parvis import number

# ISO 4217, in use in 2026.
CURRENCIES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD
    MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB
    RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU
    UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
    """.split()
)


def to_minor(amount: Decimal, currency: str) -> int:
    """Cents of an amount, half to even: sums of many roundings do not drift."""
    return int((amount * 10 ** digits_of(currency)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def to_major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-digits_of(currency))


def shown(minor: int | None, currency: str, *, cents: bool = True) -> str:
    """An amount as the language writes it; “–” for none. Without cents it is rounded to the unit."""
    if minor is None:
        return "–"
    return priced(to_major(minor, currency), currency, digits_of(currency) if cents else 0)


def unit_price(value: Decimal, currency: str) -> str:
    """What one counted thing is worth: “£0.31”, “£9”, « 44,32 € »; a rate may be finer than a cent."""
    plain = value.normalize()
    finest = -int(plain.as_tuple().exponent)
    return priced(plain, currency, max(finest, digits_of(currency)) if finest > 0 else 0)


def percent(share: float | Decimal | None, decimals: int = 0, *, signed: bool = False) -> str:
    """“+203 %”: a share of one, as a percentage."""
    if share is None:
        return "–"
    value = (Decimal(share) * 100).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = "+" if signed and value > 0 else ""
    return gettext("%(n)s%%") % {"n": f"{sign}{number(value, decimals)}"}


def split(amount: int, weights: Sequence[Decimal]) -> list[int]:
    """Shares of an amount that sum to it exactly: the largest remainders get what rounding leaves; among equal
    ones the earlier."""
    total = sum(weights)
    if not weights or total == 0:
        return []
    if amount < 0:
        return [-part for part in split(-amount, weights)]
    exact = [amount * weight / total for weight in weights]
    floors = [int(share // 1) for share in exact]
    order = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for i in order[: amount - sum(floors)]:
        floors[i] += 1
    return floors


def whole_units(parts: Sequence[int], currency: str) -> list[int]:
    """Amounts rounded to the unit of money so that they sum to their rounded sum: those shown above a total.

    By largest remainder; all in minor units.
    """
    unit = 10 ** digits_of(currency)
    floors = [part // unit for part in parts]
    # Half away from nothing, as every amount that stands alone.
    total = int((Decimal(sum(parts)) / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    order = sorted(range(len(parts)), key=lambda i: (-(parts[i] % unit), i))
    for i in order[: total - sum(floors)]:
        floors[i] += 1
    return [floor * unit for floor in floors]
