"""What the journal of the team knows of exports."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.archive.coming.bringing import ARRIVED
from communities.archive.services import ASKED, DELETED, FETCHED
from communities.journal.acts import Act, register_act
from communities.journal.models import Change


def _page(_change: Change) -> str:
    return reverse("console:export-community")


def register() -> None:
    register_act(Act(ASKED, _("Export of the whole community asked for"), url=_page))
    register_act(Act(FETCHED, _("Export of the whole community downloaded"), url=_page))
    register_act(Act(DELETED, _("Export of the whole community deleted"), url=_page))
    register_act(Act(ARRIVED, _("Community brought in from an export")))
