"""The drawings that a space can have instead of a picture."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Drawings of static/art.svg that suit a small square.
DRAWINGS = (
    ("", _("No drawing")),
    ("sea-wide", _("Sea")),
    ("rope", _("Rope")),
    ("block", _("Block")),
    ("chart-sea", _("Chart")),
    ("radar", _("Radar")),
    ("plums", _("Plums")),
    ("pan", _("Pan")),
    ("knife", _("Knife")),
    ("bowls", _("Bowls")),
    ("arches", _("Arches")),
    ("balance", _("Scales")),
    ("columns", _("Columns")),
    ("pages", _("Pages")),
    ("square", _("Square")),
    ("paving", _("Paving")),
)
