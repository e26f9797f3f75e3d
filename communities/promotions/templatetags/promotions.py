"""The tag by which a page shows a banner of the brand, and how a rate is written beside its figures."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from communities.content.openable import openable
from communities.languages import plain_language
from communities.promotions.showing import banner_for
from communities.templatetags.shell import piece

register = template.Library()


@register.simple_tag(takes_context=True)
def own_banner(context: template.Context, placement: str, *, apart: bool = False) -> SafeString:
    """The banner now shown in a placement; nothing at all if there is none.

    `apart` gives it the spacing of a section, where the page’s own layout does not.
    """
    request = context["request"]
    language = plain_language()
    banner = banner_for(
        request.community,
        placement,
        language=language,
        page=request.path,
        opens=lambda targets: openable(request, targets),
    )
    if banner is None:
        return SafeString("")
    other = _other_language(banner.languages, request.community, language)
    with context.push(banner=banner, apart=apart, lang=other):
        return piece(context, "promotions/banner.html")


def _other_language(languages: list[str], community: Any, shown: str) -> str:
    """A banner for all languages is written in the community's own."""
    return "" if languages or community.language == shown else str(community.language)


@register.simple_tag
def percent(rate: float) -> str:
    """A share of 1 with one decimal, two under one per cent: 0.67%."""
    hundredths = rate * 100
    decimals = 2 if 0 < hundredths < 1 else 1
    # number_format cuts off, it does not round.
    rounded = number_format(round(hundredths, decimals), decimals, use_l10n=True)
    return gettext("%(n)s%%") % {"n": rounded}
