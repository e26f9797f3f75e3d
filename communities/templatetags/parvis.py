"""The template tags of the design system: icons, drawings, portraits, dates, numbers, the brand."""

from __future__ import annotations

import re
import zlib
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Model
from django.forms.renderers import get_default_renderer
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from communities.dates import DayInput
from communities.drawing import lasts_until
from communities.languages import plain_language
from communities.setup import ShownGroup, rail_for
from communities.sizes import size_in_words
from communities.theming import PLATFORM, favicon_svg, icon_path, theme_version
from members.signs import initials

register = template.Library()
register.filter(size_in_words)

# Tones of the brand for initials (components/avatar.css).
TONES = 5
# Under this age a date is said as a distance.
RELATIVE = timedelta(days=7)
# Clocks differ: what is so far ahead has just been.
_AHEAD = timedelta(seconds=60)


@register.simple_tag
def day_input(name: str, *, id: str, value: str = "", needed: bool = False, wrong_in: str = "") -> SafeString:
    """A box for a day where a page has no form of its own; `value` as it was typed, or as addresses write it. What is
    wrong with it is said in the element of the id `wrong_in`."""
    attrs: dict[str, Any] = {"id": id, "required": needed}
    if wrong_in:
        attrs |= {"aria-invalid": "true", "aria-describedby": wrong_in}
    return DayInput().render(name, value, attrs, renderer=get_default_renderer())


@register.simple_tag
def icon(name: str, *, label: str = "", size: str = "", state: str = "") -> SafeString:
    """An icon of static/icons.svg: beside a word, or with a `label` that is read aloud.

    `size` "s" for small text; `state` good, warn, bad or quiet colours it, `i-flip` turns it with the script.
    """
    classes = " ".join(part for part in ("i", "i-s" if size == "s" else "", state) if part)
    if label:
        drawn = '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>'
        return format_html(drawn, classes, label, icon_address(name))
    quoted = format_html('"{}"', classes) if " " in classes else classes  # the most frequent on a page
    return format_html('<svg class={} aria-hidden=true><use href="{}"/></svg>', quoted, icon_address(name))


@register.simple_tag
def colon() -> str:
    """The colon between a label and its value: some languages, French among them, set a space before it."""
    return pgettext("between a label and its value", ":")


@register.simple_tag
def icon_address(name: str) -> str:
    return f"{_sheet('icons.svg')}#{name}"


@register.simple_tag
def drawing(name: str, *, label: str = "", fit: str = "") -> SafeString:
    """A drawing of static/art.svg, in the colours of the brand; `fit` "slice" fills its frame."""
    address = f"{_sheet('art.svg')}#{name if name in known_drawings() else 'square'}"
    ratio = "xMidYMid slice" if fit == "slice" else "xMidYMid meet"
    if label:
        return format_html(
            '<svg role="img" aria-label="{}" preserveAspectRatio="{}"><use href="{}"/></svg>',
            label,
            ratio,
            address,
        )
    return format_html(
        '<svg aria-hidden="true" preserveAspectRatio="{}"><use href="{}"/></svg>', ratio, address
    )


@cache
def known_drawings() -> frozenset[str]:
    """What static/art.svg holds. A name that is gone, or came with an import, shows the square instead of nothing."""
    sprite = (Path(settings.BASE_DIR) / "static" / "art.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite))


@register.simple_tag
def drawing_address(name: str) -> str:
    return f"{_sheet('art.svg')}#{name}"


@register.simple_tag
def portrait(membership: Any, *, size: str = "") -> SafeString:
    """The picture of a member, the portrait that they chose among the drawn ones, or the initials of their name; a
    sign for a person who is nobody any more.

    `size` xs, s, (middle), l, xl. It is shown beside the name, so screen readers skip it.
    """
    picture = getattr(membership, "portrait", "")
    if picture:
        return _picture(size, media_address(picture))
    drawn = getattr(membership, "drawing", "")
    if drawn:
        return _drawn_portrait(size, drawn)
    handle = getattr(membership, "handle", "")
    name = getattr(membership, "display_name", "") or handle
    return _letters(size, name, handle) if name else _nobody(size)


@register.simple_tag
def letters(membership: Any, *, size: str = "") -> SafeString:
    """The initials that stand for a member without picture and drawing, also where they have one."""
    return _letters(size, membership.display_name or membership.handle, membership.handle)


@register.simple_tag
def mark(community: Any) -> SafeString:
    """The mark of a brand: its own logo, a drawn mark, or nothing; the platform's where there is none."""
    logo = getattr(community, "logo", "")
    if logo:
        return format_html('<img src="{}" alt="">', media_address(logo))
    name = getattr(community, "mark", "") if community else "mark-platform"
    return drawing(name if name.startswith("mark-") else f"mark-{name}") if name else SafeString("")


@register.simple_tag(takes_context=True)
def place_name(context: template.Context) -> str:
    """The name people see: the community's, or the platform's on the operator's pages."""
    community = context.get("community")
    return str(community.name) if community else str(settings.PLATFORM_NAME)


@register.simple_tag
def front_address() -> str:
    """Where the logo links to: the home page of the community; elsewhere, and on an unknown host, the root."""
    try:
        return reverse("front:show-home")
    except NoReverseMatch:
        return "/"


@register.simple_tag(takes_context=True)
def settings_rail(context: template.Context) -> list[ShownGroup]:
    """The pages of the settings that the reader may open, by group; a page that knows what is missing says so."""
    return rail_for(context["request"], context["membership"], context.get("missing_pages") or ())


@register.simple_tag(takes_context=True)
def member_address(context: template.Context, person: Any) -> str:
    """The page of a member; empty where the launch keeps member pages closed to the reader: no link to a 404."""
    if not person or "member_pages" not in (context.get("open_features") or ()):
        return ""
    return reverse("people:show-member", args=[person.handle])


@register.simple_tag(takes_context=True)
def member_link(context: template.Context, person: Any) -> SafeString:
    """The name of a member, and the way to their page where there is one for the reader."""
    address = member_address(context, person)
    if not address:
        return format_html("{}", person.display_name)
    return format_html('<a href="{}">{}</a>', address, person.display_name)


@register.simple_tag(takes_context=True)
def offered_languages(context: template.Context) -> list[str]:
    """The interface languages one can choose here, the main one first."""
    community = context.get("community")
    return list(community.all_languages) if community else [code for code, _name in settings.LANGUAGES]


@register.simple_tag
def theme_address(community: Any) -> str:
    """The address of a community's stylesheet; it changes with the theme, so it may be kept for a year."""
    return reverse("front:show-theme", kwargs={"version": theme_version(community.theme)})


@register.simple_tag
def favicon_address(community: Any) -> str:
    """The favicon as a data address: no request, and it works under any prefix."""
    return f"data:image/svg+xml,{quote(favicon_svg(community or _PLATFORM_BRAND), safe=_PLAIN_IN_SVG)}"


@register.simple_tag
def icon_of(community: Any) -> str:
    """The address of the brand's own mark for a browser's tab; empty where the drawn one does."""
    path = icon_path(community, 32) if community else ""
    return default_storage.url(path) if path else ""


@register.simple_tag
def media_address(path: Any) -> str:
    """The address of a stored picture."""
    return default_storage.url(str(path))


@register.simple_tag(takes_context=True)
def when(context: template.Context, moment: datetime | None) -> SafeString:
    """A moment in the community's time zone: a distance for seven days, then the date."""
    if moment is None:
        return SafeString("")
    return _said(moment, _zone(context), get_language() or "", distance(moment, timezone.now()))


@register.simple_tag(takes_context=True)
def until(context: template.Context, moment: datetime) -> SafeString:
    """A deadline: always absolute, with the hour."""
    local = _local(context, moment)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), exact(local))


@register.simple_tag
def page_language() -> str:
    """What `lang` says: French is French, in whichever form it addresses its readers."""
    return plain_language()


@register.filter
@register.simple_tag
def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """A number as the language writes it; a missing one is “–”, never 0.

    A filter too, for the number inside a sentence: `{% blocktranslate count total=x with n=x|number %}`.
    """
    if value is None:
        return "–"
    if decimals is not None and isinstance(value, float | Decimal):
        # Formatting alone would cut the digits off; adding nothing takes the sign from a nought.
        value = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0
    return number_format(value, decimals, use_l10n=True, force_grouping=True).replace("-", "−")


@register.simple_tag(takes_context=True)
def address_with(context: template.Context, **changes: object) -> str:
    """The query of this page with some parameters changed; an empty value takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def same(one: Model | None, other: Model | None) -> bool:
    """Whether two rows are one, without loading either: for “this is you”."""
    return one is not None and other is not None and one.pk == other.pk


class _Brand:
    def __init__(self) -> None:
        self.name = str(settings.PLATFORM_NAME)
        self.mark = "mark-platform"
        self.theme = PLATFORM.as_json()


_PLATFORM_BRAND = _Brand()
_PLAIN_IN_SVG = "/:='().,;-"


@lru_cache(maxsize=8192)
def _said(moment: datetime, zone: tzinfo, language: str, age: tuple[str, int]) -> SafeString:
    """Kept, as the days are: a list says the same moments again and again."""
    local = timezone.localtime(moment, zone)
    return format_html(
        '<time datetime={} title="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        exact(local),
        _distance_in_words(*age) or short_date(local),
    )


def _zone(context: template.Context) -> tzinfo:
    return getattr(context.get("community"), "zone", None) or timezone.get_current_timezone()


def _local(context: template.Context, moment: datetime) -> datetime:
    return timezone.localtime(moment, _zone(context))


def distance(moment: datetime, now: datetime) -> tuple[str, int]:
    """How long ago, in the unit in which it is said: ("hours", 2); ("", 0) from seven days on, and for the future."""
    age = now - moment
    if age >= RELATIVE:
        return "", 0
    if age < -_AHEAD:
        lasts_until(moment - _AHEAD)
        return "", 0
    seconds = max(age.days * 86400 + age.seconds, 0)
    unit, step = ("hours", 3600) if seconds >= 3600 else ("minutes", 60)
    if seconds >= 86400:
        unit, step = "days", 86400
    lasts_until(moment + timedelta(seconds=seconds - seconds % step + step))
    return unit, seconds // step


def _distance_in_words(unit: str, n: int) -> str:
    """“2 h ago”; empty where it is said as a date."""
    if unit == "minutes":
        if n < 1:
            return gettext("just now")
        return ngettext("%(n)d min ago", "%(n)d min ago", n) % {"n": n}
    if unit == "hours":
        return ngettext("%(n)d h ago", "%(n)d h ago", n) % {"n": n}
    return ngettext("%(n)d day ago", "%(n)d days ago", n) % {"n": n} if unit else ""


@lru_cache(maxsize=4096)
def _picture(size: str, address: str) -> SafeString:
    """Kept, like the drawn ones: a page of posts shows each face twice."""
    return format_html(
        '<img class="{}" src="{}" alt="" width="120" height="120" loading="lazy">',
        f"av av-{size}" if size else "av",
        address,
    )


@lru_cache(maxsize=256)
def _drawn_portrait(size: str, name: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"av av-{size}" if size else "av",
        _sheet("art.svg"),
        name,
    )


@lru_cache(maxsize=8192)
def _letters(size: str, name: str, handle: str) -> SafeString:
    """In one of a few tones of the brand, the same for the same handle."""
    return format_html(
        '<i class="{} t-{}" aria-hidden=true>{}</i>',
        f"av av-{size}" if size else "av",
        zlib.crc32(handle.encode()) % TONES + 1,
        initials(name),
    )


@lru_cache(maxsize=8)
def _nobody(size: str) -> SafeString:
    return format_html(
        '<svg class="{} t-3" aria-hidden="true"><use href="{}#user"/></svg>',
        f"av av-{size}" if size else "av",
        _sheet("icons.svg"),
    )


@lru_cache
def _sheet(name: str) -> str:
    """The address of a sheet of drawings: asked for some hundred times a page, the same for the process's life."""
    return static(name)


def short_date(moment: datetime) -> str:
    """22 Nov 2026, « 22 nov. 2026 », « 1er déc. 2026 »; the moment is local already."""
    return _day(moment.date(), get_language() or "")


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    """Kept: formatting a date costs more than the rest of a row, and a page says the same days again and again."""
    return date_format(day, "SHORT_DATE_FORMAT")


@lru_cache(maxsize=4096)
def _clock(clock: time, language: str) -> str:
    return time_format(clock, "TIME_FORMAT")


@register.filter
def exact(moment: datetime | None) -> str:
    """22 Nov 2026, 18:05, « 22 nov. 2026 à 18 h 05 »; the moment is local already. Nothing for no moment."""
    if not moment:
        return ""
    hour = _clock(moment.time().replace(second=0, microsecond=0), get_language() or "")
    return gettext("{date}, {time}").format(date=short_date(moment), time=hour)
