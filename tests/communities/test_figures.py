"""Numbers as people type them: read as they were meant, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from communities.figures import NotANumber, TooLarge, WholeField, read_decimal, read_typed

NUMBERS = st.decimals(
    min_value=Decimal("-999999999"), max_value=Decimal("999999999"), places=2, allow_nan=False
)


@given(number=NUMBERS, group=st.sampled_from(["", ",", " ", "\u00a0", "\u202f", "'", "’"]))
def test_what_is_written_in_english_is_read(number: Decimal, group: str) -> None:
    written = f"{number:,.2f}".replace(",", group)
    assert read_decimal(written, ".") == number
    assert read_typed(written, "en") == number


@given(number=NUMBERS, group=st.sampled_from(["", " ", "\u00a0", "\u202f"]))
def test_what_is_written_in_french_is_read(number: Decimal, group: str) -> None:
    written = f"{number:,.2f}".replace(",", group).replace(".", ",")
    assert read_decimal(written, ",") == number
    assert read_typed(written, "fr") == number


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "1,234", "1234"),
        ("en", "1,234.50", "1234.50"),
        ("en", "12,50", "12.50"),
        ("en", "0,125", "0.125"),
        ("en", " £1,234 ", "1234"),
        ("fr", "1,234", "1.234"),
        ("fr", "12.50", "12.50"),
        ("fr", "0.125", "0.125"),
        ("fr", "1 234,5 €", "1234.5"),
        ("en", "-£5", "-5"),
        ("fr", "−3", "-3"),
    ],
)
def test_as_people_type(language: str, text: str, number: str) -> None:
    assert read_typed(text, language) == Decimal(number)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "1.234"),
        ("fr", "1.234,50"),
        ("fr", "1.234.567"),
        ("en", "1,23,456"),
        ("en", "1,2345.6"),
        ("en", "1234,567"),
        ("en", "1.234.567"),
        ("en", "1.234,50"),
        ("en", "12 34"),
        ("fr", "12€50"),
        ("fr", "1 234€50"),
        ("en", "12$50"),
        ("en", "1e3"),
        ("en", "٣"),
        ("en", ""),
        ("en", "-"),
        ("en", "."),
        ("en", "1-2"),
        ("en", "NaN"),
        ("en", "Infinity"),
    ],
)
def test_what_is_none_or_could_be_two_is_refused(language: str, text: str) -> None:
    with pytest.raises(NotANumber):
        read_typed(text, language)


def test_what_nobody_counts_is_refused() -> None:
    with pytest.raises(TooLarge):
        read_decimal("1" + "0" * 12, ".")
    with pytest.raises(TooLarge):
        read_typed("1,000,000,000,000", "en")


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("en", "1,000", 1000), ("en", "12 000", 12_000), ("fr", "1\u202f000", 1000), ("fr", "7", 7),
        ("fr", "1.000", None), ("en", "1.5", None), ("en", "many", None), ("en", "2,000,000", None),
    ],
)  # fmt: skip
def test_a_whole_number_is_read_by_the_language_of_the_page(
    language: str, typed: str, number: int | None
) -> None:
    field = WholeField(min_value=0, max_value=1_000_000)
    with override(language):
        if number is None:
            with pytest.raises(ValidationError):
                field.clean(typed)
        else:
            assert field.clean(typed) == number


def all_forms(form: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for one in form.__subclasses__():
        yield one
        yield from all_forms(one)


def test_a_number_of_four_figures_is_read_by_language_wherever_it_is_typed() -> None:
    """Django’s own field takes “1,234” for nothing, and the one of browsers « 1 234 » as well."""
    assert get_resolver("config.urls").url_patterns, "which loads all forms"
    typed = {
        f"{form.__name__}.{name}"
        for form in all_forms()
        if form.__module__.partition(".")[0] in ("analytics", "communities", "members", "moderation")
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.IntegerField)
        and not isinstance(field, WholeField | forms.DecimalField | forms.FloatField)
        and not field.widget.is_hidden
        and (field.max_value is None or field.max_value > 999)
    }
    # Sent by a script or chosen, and not typed: how far somebody has read, which state of a draft is saved, to whom
    # something is given.
    assert typed == {"ReadForm.position", "DraftForm.version", "GiveForm.to"}
