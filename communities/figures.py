"""One strict reader for numbers that people type or that files hold.

A sign that may group digits is never taken for a decimal sign: “1,234” in English is 1234, and “1.234” in French is
refused, because nobody knows which of two was meant.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.formats import get_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# What may separate groups of three digits in any language, and what people type around an amount.
_SPACES = "\\s\u00a0\u202f'’"
_AROUND = re.compile(f"[{_SPACES}€$£]")
_GROUPED = re.compile(rf"-?\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?!\d)", re.ASCII)
_BETWEEN = re.compile(r"\d\D*[€$£]\D*\d")
_SPACED = re.compile(rf"\d[{_SPACES}]+\d")
MOST = Decimal(10) ** 12


class NotANumber(ValueError):
    """The text is not a number, or is ambiguous."""


class TooLarge(NotANumber):
    """10¹² and above: more than anything counted here."""


def read_decimal(text: str, sign: str) -> Decimal:
    """A number with this decimal sign, “.” or “,”; spaces, apostrophes and the other sign may group its figures.

    Raises NotANumber, also where a group has not three figures: then the decimal sign is the other one; and TooLarge.
    """
    plain = text.strip().replace("−", "-")
    # “12€50” would become 1250.
    if _BETWEEN.search(plain):
        raise NotANumber(text)
    if _SPACED.search(plain) and not _GROUPED.match(_AROUND_ENDS.sub("", plain)):
        raise NotANumber(text)
    plain = _AROUND.sub("", plain)
    group = "," if sign == "." else "."
    if not re.fullmatch(rf"-?\d+(?:{re.escape(group)}\d{{3}})*(?:{re.escape(sign)}\d+)?", plain, re.ASCII):
        raise NotANumber(text)
    # A first group of more than three figures is none: “1234,567” is no grouping.
    if group in plain and len(plain.partition(group)[0].lstrip("-")) > 3:
        raise NotANumber(text)
    amount = Decimal(plain.replace(group, "").replace(sign, "."))
    if abs(amount) >= MOST:
        raise TooLarge(text)
    return amount


_AROUND_ENDS = re.compile(f"^[{_SPACES}€$£]+|[{_SPACES}€$£]+$")


def read_typed(text: str, language: str) -> Decimal:
    """A number as people of this language type it: with its decimal sign, or with the other one where that cannot
    group figures (“12.50” in French, “0,125” in English).

    Raises NotANumber for what is no number or is ambiguous, and TooLarge.
    """
    sign = str(get_format("DECIMAL_SEPARATOR", language))
    other = "," if sign == "." else "."
    if sign not in text and _is_decimal_sign(text, other):
        return read_decimal(text, other)
    # Of the two only the comma groups figures in a language of ours, and never behind a point.
    if (sign == "," and "." in text) or "," in text.partition(".")[2]:
        raise NotANumber(text)
    return read_decimal(text, sign)


def _is_decimal_sign(text: str, sign: str) -> bool:
    """Whether the sign can only stand before decimals: once, and not before three figures that make a thousand."""
    before, found, after = text.strip().partition(sign)
    whole = re.sub(r"\D", "", before)
    decimals = re.sub(r"\D", "", after)
    return bool(found) and sign not in after and (len(decimals) != 3 or whole.strip("0") == "")


class _Typed(forms.Field):
    """What is typed as the language of the page writes numbers, with a point or a comma where that is unambiguous."""

    example: ClassVar[tuple[Decimal, int]]

    def read(self, value: str) -> Decimal:
        """Raises ValidationError for what is no number, or could be two; a larger one than any is MOST."""
        try:
            return read_typed(value, get_language() or "")
        except TooLarge:
            return MOST
        except NotANumber as error:
            if not any(sign.isdigit() for sign in value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
            amount, decimals = self.example
            example = number_format(amount, decimals, use_l10n=True, force_grouping=True)
            raise forms.ValidationError(
                _("“%(typed)s” is not a number, or could be read in two ways. Write it like %(example)s."),
                params={"typed": value.strip()[:40], "example": example},
                code="invalid",
            ) from error


class SumField(_Typed, forms.DecimalField):
    """An amount as the language of the page writes it."""

    example = Decimal("1234.5"), 2

    def to_python(self, value: Any) -> Any:
        is_typed = isinstance(value, str) and value.strip()
        return super().to_python(self.read(value) if is_typed else value)

    def prepare_value(self, value: Any) -> Any:
        """What is stored is shown as it would be typed."""
        if isinstance(value, float):
            value = Decimal(str(value)).normalize()
        if isinstance(value, Decimal):
            return f"{value:f}".replace(".", str(get_format("DECIMAL_SEPARATOR")))
        return value


class WholeField(_Typed, forms.IntegerField):
    """A whole number as the language of the page writes it: “1,000” or « 1 000 », never 1 for « 1.000 »."""

    example = Decimal(1234), 0

    def __init__(self, **options: Any) -> None:
        # A field of numbers in a browser would change what is typed before anybody reads it.
        options.setdefault("widget", forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        typed = self.read(value)
        if typed != typed.to_integral_value():
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(typed)

    def prepare_value(self, value: Any) -> Any:
        """What is stored is shown as it would be typed."""
        return int(value) if isinstance(value, float) and value.is_integer() else value
