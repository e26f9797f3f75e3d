"""The same for announcements."""

from __future__ import annotations

from communities.animation.announcements import services
from tests.conftest import Cast
from tests.promises.undoable import DoIt, case
from tests.promises.undoable_texts import CASES
from tests.sweeps.announcings import announce, wishes

__all__ = ["CASES"]


@case("announcement_edited")
def _(here: Cast) -> DoIt:
    row = announce(here)
    other = wishes("Closed on Monday, too.", tone="warning", audience="members", can_be_closed=False)
    return lambda: services.edit_announcement(row, other, by=here.owner)


@case("announcement_ended")
def _(here: Cast) -> DoIt:
    row = announce(here)
    return lambda: services.end_announcement(row, by=here.owner)


@case("announcement_deleted")
def _(here: Cast) -> DoIt:
    row = announce(here)
    return lambda: services.delete_announcement(row, by=here.owner)


@case("announcement_deleted:when it is over")
def _(here: Cast) -> DoIt:
    row = announce(here)
    services.end_announcement(row, by=here.owner)
    return lambda: services.delete_announcement(row, by=here.owner)
