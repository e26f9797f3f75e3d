"""What the journal knows of newsletters."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.animation.newsletters.models import Newsletter
from communities.journal.acts import Act, register_act
from communities.journal.models import Change

ACTS = (
    ("newsletter_planned", _("Newsletter planned")),
    ("newsletter_taken_back", _("Newsletter taken back before it left")),
    ("newsletter_stopped", _("Newsletter stopped halfway")),
    ("newsletter_resumed", _("Newsletter resumed")),
    ("newsletter_left_at_that", _("Stopped newsletter left at that")),
    ("newsletter_archived", _("Newsletter put into the archive")),
    ("newsletter_unarchived", _("Newsletter taken out of the archive")),
)


def _page(change: Change) -> str:
    number = int(change.about) if change.about.isdecimal() else 0
    found = Newsletter.objects.filter(pk=number).exists()
    return reverse("newsletters:show-progress", args=[number]) if found else ""


def register() -> None:
    for name, label in ACTS:
        register_act(Act(name, label, url=_page))
    register_act(Act("newsletter_deleted", _("Draft of a newsletter deleted")))
