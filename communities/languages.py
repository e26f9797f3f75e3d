"""Two ways of French: a community that says “tu” speaks `fr-tu`, which says like `fr` whatever it does not say itself.

Only how sentences sound differs. What is kept, offered and compared is always the plain language: `spoken` when a
language is switched to, `plain_language` for what is stored or said of a page.
"""

from __future__ import annotations

from django.utils.translation import get_language

# (language, form of address) → the locale of that name.
VARIANTS = {("fr", "tu"): "fr-tu"}
_PLAIN = {variant: language for (language, _form), variant in VARIANTS.items()}


def spoken(language: str, address_form: str) -> str:
    """The locale in which a community speaks a language."""
    return VARIANTS.get((language, address_form), language)


def plain_language() -> str:
    """The language spoken now, without its form of address; empty outside every language."""
    language = get_language() or ""
    return _PLAIN.get(language, language)
