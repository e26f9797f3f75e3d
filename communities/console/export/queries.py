"""What the page of exports shows, and what the overview says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext

from communities.archive.models import KEPT, Export
from communities.keysets import NUMBER, Keyset
from communities.models import Community, Membership
from communities.setup import Setting

NEWEST = Keyset(("pk", NUMBER), size=20)


def page_of(after: str) -> dict[str, Any]:
    """The export under way, and those that were made."""
    page = NEWEST.page_after(Export.objects.newest().select_related("by"), after)
    under_way = next((one for one in page.rows if one.is_at_work), None)
    return {"page": page, "under_way": under_way, "days": KEPT.days}


def settings_of(community: Community, reader: Membership) -> Sequence[Setting]:
    ready = Export.objects.to_fetch().newest().first()
    if ready is None:
        told = gettext("none to download")
    else:
        told = gettext("one to download, of %(day)s") % {
            "day": date_format(localtime(ready.asked_at), "DATE_FORMAT")
        }
    return [
        Setting(
            pgettext("noun", "Export"),
            told,
            words=gettext("download backup take along move archive zip data"),
        )
    ]
