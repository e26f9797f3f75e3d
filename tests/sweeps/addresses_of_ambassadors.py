"""Addresses of the ambassadors’ programme."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import ALL_MEMBERS, HIDES, MANAGERS, only

PROGRAMME, TERM, APPLICATION = {"pk": "programme.pk"}, {"pk": "term.pk"}, {"pk": "application.pk"}
ITEM, TASK = PROGRAMME | {"item": "kit_item.pk"}, PROGRAMME | {"task": "kit_task.pk"}
MINE = only("ambassador", others=HIDES)
DESK = "manage/ambassadors/"
ONE, OF_ONE = f"{DESK}<int:pk>/", f"{DESK}terms/<int:pk>/"

AMBASSADORS = {
    DESK: Address(MANAGERS),
    f"{DESK}new/": Address(MANAGERS, post=MANAGERS),
    ONE: Address(MANAGERS, PROGRAMME),
    f"{ONE}edit/": Address(MANAGERS, PROGRAMME, post=MANAGERS),
    f"{ONE}charter/": Address(MANAGERS, PROGRAMME),
    f"{ONE}appoint/": Address(MANAGERS, PROGRAMME, post=MANAGERS),
    f"{ONE}kit/": Address(MANAGERS, PROGRAMME, post=MANAGERS),
    f"{ONE}kit/<int:item>/remove/": act(MANAGERS, **ITEM),
    f"{ONE}tasks/": Address(MANAGERS, PROGRAMME, post=MANAGERS),
    f"{ONE}tasks/<int:task>/remove/": act(MANAGERS, **TASK),
    OF_ONE: Address(MANAGERS, TERM),
    f"{OF_ONE}offer/": act(MANAGERS, **APPLICATION),
    f"{OF_ONE}decline/": act(MANAGERS, **APPLICATION),
    f"{OF_ONE}change/": act(MANAGERS, **TERM),
    f"{OF_ONE}renew/": act(MANAGERS, **TERM),
    f"{OF_ONE}thank/": act(MANAGERS, **TERM),
    f"{OF_ONE}end/": act(MANAGERS, **TERM),
    "ambassadors/": Address(ALL_MEMBERS),
    "ambassadors/<int:pk>/apply/": act(
        only("member", "ambassador"), {"words": "I like to greet people."}, **PROGRAMME
    ),
    "ambassadors/withdraw/": act(ALL_MEMBERS),
    "ambassadors/accept/": act(MINE, {"charter": "1"}),
    "ambassadors/go-on/": act(ALL_MEMBERS),
    "ambassadors/leave/": Address(MINE, post=MINE),
    "kit/": Address(MINE),
    "kit/tasks/<int:pk>/": act(MINE, pk="kit_task.pk"),
}
