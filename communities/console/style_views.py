"""The living style page: every component with its states, drawn by the same templates as the product."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from communities.permissions import public_page
from communities.theming import PLATFORM, measure_theme, read_theme
from members.addresses import AddressField

COMPONENTS = Path("templates/components")
TOKENS = [
    "paper",
    "raised",
    "sunk",
    "line",
    "edge",
    "ink",
    "ink-2",
    "ink-3",
    "accent",
    "fill",
    "tint",
    "tint-2",
    "good",
    "warn",
    "bad",
    "art-1",
    "art-2",
    "art-3",
    "art-4",
    "art-5",
    "art-6",
]
DRAWINGS = [
    "sea-hero",
    "sea-wide",
    "rope",
    "block",
    "chart-sea",
    "kitchen-hero",
    "plums",
    "pan",
    "knife",
    "bowls",
    "arches",
    "pages",
    "balance",
    "columns",
]


@dataclass(frozen=True)
class Sample:
    """Somebody for the examples; no row of the database is read."""

    display_name: str
    handle: str
    role: str = "member"
    place: str = ""
    headline: str = ""
    portrait: str = ""
    drawing: str = ""

    def get_role_display(self) -> str:
        return self.role.capitalize()


PEOPLE = [
    Sample("Petra Sandvik", "petra", role="ambassador", place="Bergen", drawing="p3"),
    Sample("Marlow Finch", "marlow", place="Falmouth", drawing="p6"),
    Sample("Jonas Ek", "jonas", place="Gothenburg", drawing="p9"),
]


class SampleForm(forms.Form):
    """Each kind of control, two of them refused."""

    name = forms.CharField(label="Boat name", help_text="Shown on your profile.", initial="Kittiwake")
    email = AddressField(label="E-mail", help_text="Nobody sees it.")
    port = forms.ChoiceField(label="Home port", choices=[("brest", "Brest"), ("kiel", "Kiel")])
    about = forms.CharField(label="About you", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    mail = forms.MultipleChoiceField(
        label="Mail me",
        required=False,
        choices=[("answer", "When somebody answers"), ("digest", "A digest on Friday")],
        widget=forms.CheckboxSelectMultiple,
    )
    who = forms.ChoiceField(
        label="Who may write to me",
        choices=[("followed", "Members I follow"), ("all", "Every member")],
        widget=forms.RadioSelect,
    )
    rules = forms.BooleanField(label="I have read the house rules")


@dataclass
class Component:
    """One template of templates/components, with what the comment at its top says."""

    name: str
    lines: list[str] = field(default_factory=list)


@require_safe
@public_page
def show_style(request: HttpRequest) -> HttpResponse:
    """Open in the trial set-up; otherwise for the team of a community and for operators."""
    if not _may_look(request):
        raise Http404
    community = getattr(request, "community", None)
    theme = read_theme(community.theme) if community else PLATFORM
    now = timezone.now()
    context: dict[str, Any] = {
        "components": documented_components(),
        "people": PEOPLE,
        "form": SampleForm(prefix="ok"),
        "refused": SampleForm({"no-email": "ines@", "no-name": "Kittiwake", "no-port": "kiel"}, prefix="no"),
        "tokens": TOKENS,
        "icons": icon_names(),
        "drawings": DRAWINGS,
        "portraits": [f"p{number}" for number in range(1, 13)],
        "figures": measure_theme(theme),
        "moments": [now - timedelta(minutes=4), now - timedelta(hours=3), now - timedelta(days=40)],
        "crumbs": [{"label": "Home", "url": "#"}, {"label": "Forums", "url": "#"}, {"label": "Rigging"}],
        "tabs": [
            {"label": "Latest", "url": "#tabs", "current": True},
            {"label": "Unanswered", "url": "#tabs", "count": 6},
            {"label": "Solved", "url": "#tabs", "count": 1418},
        ],
        "menu_items": [
            {"label": "Copy the link", "icon": "link", "url": "#menu"},
            {"label": "Pin the thread", "icon": "pin", "url": "#menu"},
            {"label": "Report the post", "icon": "flag", "url": "#menu", "bad": True, "line": True},
        ],
        "steps": ["The brand", "The audience", "The aims", "The reasons", "The budget"],
        "robots": "noindex",
    }
    return render(request, "console/style.html", context)


@lru_cache(maxsize=1)
def documented_components() -> list[Component]:
    """Name and documentation of each component, from the comment that its template begins with."""
    found = []
    for path in sorted((Path(settings.BASE_DIR) / COMPONENTS).glob("*.html")):
        comment = re.match(r"{% comment %}(.*?){% endcomment %}", path.read_text(encoding="utf-8"), re.DOTALL)
        if comment:
            found.append(Component(path.stem, comment.group(1).strip().splitlines()))
    return found


@lru_cache(maxsize=1)
def icon_names() -> list[str]:
    sprite = (Path(settings.BASE_DIR) / "static" / "icons.svg").read_text(encoding="utf-8")
    return re.findall(r'<symbol id="([a-z-]+)"', sprite)


def _may_look(request: HttpRequest) -> bool:
    if settings.DEBUG or settings.EMBEDDED:
        return True
    membership = getattr(request, "membership", None)
    return bool(membership and membership.is_staff) or bool(getattr(request.user, "is_operator", False))
