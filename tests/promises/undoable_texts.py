"""The same for single texts."""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.content.services import date_thread
from tests.conftest import Cast
from tests.factories import make_thread
from tests.promises.undoable import DoIt
from tests.promises.undoable_automations import CASES, case

__all__ = ["CASES"]


@case("date_thread")
def _(here: Cast) -> DoIt:
    thread = make_thread(here.forum, by=here.member, tags=["Jib"])
    at = timezone.now() - datetime.timedelta(days=400)
    return lambda: date_thread(thread, by=here.owner, at=at)


@case("date_thread:answered")
def _(here: Cast) -> DoIt:
    thread = make_thread(here.blog, by=here.manager, replies=2)
    at = timezone.now() - datetime.timedelta(days=4)
    return lambda: date_thread(thread, by=here.moderator, at=at)
