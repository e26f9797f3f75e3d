"""What “Name and place” sets: columns of the community and keys of its settings, as plain values and in words."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.animation.calendar.holidays import SETTING as HOLIDAYS
from communities.animation.calendar.holidays import country_name
from communities.content.services.composing import CARDS, FORMULAS
from communities.launch.services.inviting import AMBASSADOR_QUOTA, QUOTA
from communities.models import Community

COLUMNS = ("name", "tagline", "language", "languages", "time_zone", "address_form", "listed")
# Keys of Community.settings, and what holds where a community says nothing.
KEYS: dict[str, Any] = {
    "search_engines": True,
    "directory_public": False,
    "feed_texts": "short",
    CARDS: True,
    FORMULAS: False,
    "minimum_age": 0,
    "invitations": QUOTA,
    "invitations_of_ambassadors": AMBASSADOR_QUOTA,
    "audience": "exempt",
    HOLIDAYS: [],
}
LABELS = {
    "name": _("Name"),
    "tagline": _("Tagline"),
    "language": _("Main language"),
    "languages": _("Languages of the pages"),
    "time_zone": _("Time zone"),
    HOLIDAYS: _("Public holidays"),
    "address_form": _("How French addresses people"),
    "listed": _("Listed on the platform’s home page"),
    "search_engines": _("Search engines"),
    "directory_public": _("Member list"),
    "feed_texts": _("Feeds"),
    CARDS: _("Cards of links"),
    FORMULAS: _("Formulas"),
    "minimum_age": _("Minimum age"),
    "invitations": _("Invitations of a member"),
    "invitations_of_ambassadors": _("Invitations of an ambassador"),
    "audience": _("How visits are counted"),
    "planned": _("What was planned"),
}
# What else people would call it: for the search over all settings.
SYNONYMS: dict[str, Promise] = {
    "name": _("title brand"),
    "tagline": _("slogan motto subtitle"),
    "language": _("translation French English"),
    "languages": _("translation French English"),
    "time_zone": _("clock hour"),
    HOLIDAYS: _("bank holiday country days off calendar"),
    "address_form": _("tu vous informal formal tutoiement"),
    "listed": _("directory hidden private"),
    "search_engines": _("robots index SEO noindex sitemap"),
    "directory_public": _("directory profiles visitors"),
    "feed_texts": _("RSS Atom syndication"),
    CARDS: _("preview unfurl embed video film YouTube OpenGraph oEmbed"),
    FORMULAS: _("mathematics LaTeX TeX MathML equation dollar"),
    "minimum_age": _("minors children birthday joining"),
    "invitations": _("quota invite"),
    "invitations_of_ambassadors": _("quota invite"),
    "audience": _("statistics analytics cookies consent tracking measurement"),
}
FORMS = (("vous", _("vous")), ("tu", _("tu")))
FEEDS = (("short", _("The beginning of each text")), ("whole", _("Whole texts")))
COUNTING = (
    ("exempt", _("Anonymous figures; nobody is asked")),
    ("consent", _("Only visitors who agree, who are asked once")),
    ("off", _("Not at all")),
)
# What becomes of planned hours when the time zone changes.
HOUR, MOMENT = "hour", "moment"
PLANS = (
    (HOUR, _("It keeps its hour: what was planned for 9:00 goes out when the new clock shows 9:00")),
    (MOMENT, _("It keeps its moment: the new clock shows another hour")),
)


def present_values(community: Community) -> dict[str, Any]:
    """All of it, as plain JSON."""
    values: dict[str, Any] = {name: getattr(community, name) for name in COLUMNS}
    values["languages"] = community.all_languages
    return values | {key: community.settings.get(key, usual) for key, usual in KEYS.items()}


def in_words(name: str, value: Any) -> str:
    """A value as the overview and the journal say it."""
    if name in _CHOICES:
        return str(_CHOICES[name].get(value, value))
    if name == "languages":
        return ", ".join(str(_LANGUAGES.get(code, code)) for code in value)
    if name == HOLIDAYS:
        return ", ".join(country_name(code) for code in value) or gettext("none")
    if name == "minimum_age":
        return (
            ngettext("from %(n)s year", "from %(n)s years", value) % {"n": value}
            if value
            else gettext("not asked")
        )
    if name == "time_zone":
        return str(value).replace("_", " ")
    return str(value) if value not in ("", None) else gettext("none")


_LANGUAGES = dict(settings.LANGUAGES)
_CHOICES: dict[str, dict[Any, Any]] = {
    "language": _LANGUAGES,
    "address_form": dict(FORMS),
    "feed_texts": dict(FEEDS),
    "audience": dict(COUNTING),
    "planned": {HOUR: _("kept its hour"), MOMENT: _("kept its moment")},
    "listed": {True: _("listed"), False: _("not listed")},
    CARDS: {True: _("shown"), False: _("not shown")},
    FORMULAS: {True: _("shown"), False: _("not shown")},
    "search_engines": {True: _("let in"), False: _("kept out")},
    "directory_public": {True: _("open to visitors"), False: _("for members only")},
}
