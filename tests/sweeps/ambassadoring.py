"""The programme of the sweeps’ world: the ambassador has a term, the member applied, somebody could be appointed."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from communities.animation.ambassadors import joining, kit, programmes, terms
from communities.calendar import today
from tests.conftest import Cast
from tests.factories import make_membership


def make_programmes(here: Cast) -> dict[str, Any]:
    said = programmes.ProgrammeWishes("Harbour friends", "Come and help.", "Be kind.", is_open=True)
    programme = programmes.write_programme("amb", said, by=here.manager)
    until = timezone.now() + datetime.timedelta(days=10)
    wishes = terms.TermWishes(until, [here.forum.pk], word="Gladly.")
    offered = terms.appoint(programme, here.ambassador.handle, wishes, by=here.manager)
    running = joining.accept_charter(1, by=here.ambassador)
    assert running.pk == offered.pk
    terms.thank(running, "You were there when it mattered.", by=here.manager)
    month = today(here.community).replace(day=1)
    return {
        "programme": programme,
        "term": running,
        "application": joining.apply(programme, "I like to greet people.", by=here.member),
        "helper": make_membership(display_name="Wren"),
        "kit_item": kit.add_item(programme, kit.ItemWishes("A card", "Come in."), by=here.manager),
        "kit_task": kit.set_task(programme, "Greet three newcomers", month, by=here.manager, path="/"),
    }
