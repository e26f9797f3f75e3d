"""What the programme lets each role do."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from copy import copy
from typing import Any

from django.utils import timezone

from communities.animation.ambassadors import kit, programmes, terms
from communities.animation.ambassadors.permissions import can_run_programme

__all__ = ["RUNNING", "can_run_programme"]
WORDS = programmes.ProgrammeWishes("Friends", "Come and help.", "Be kind.")


def _term() -> terms.TermWishes:
    return terms.TermWishes(timezone.now() + datetime.timedelta(days=90), word="Gladly.")


RUNNING: dict[str, dict[str, Callable[[Any, Any], object]]] = {
    "run_programme": {
        "write": lambda w, me: programmes.write_programme("inf", WORDS, by=me),
        "edit": lambda w, me: programmes.edit_programme(w.programme, WORDS, by=me),
        "appoint": lambda w, me: terms.appoint(w.programme, w.helper.handle, _term(), by=me),
        "offer": lambda w, me: terms.offer_term(w.application, _term(), by=me),
        "decline": lambda w, me: terms.decline_term(w.application, "Not this time.", by=me),
        "change": lambda w, me: terms.change_term(w.term, _term(), by=me),
        "renew": lambda w, me: terms.renew_term(w.term, by=me, community=w.here.community),
        "thank": lambda w, me: terms.thank(w.term, "Thank you.", by=me),
        "end": lambda w, me: terms.end_term(w.term, "", by=me),
        "add to the kit": lambda w, me: kit.add_item(w.programme, kit.ItemWishes("A card"), by=me),
        "remove from the kit": lambda w, me: kit.remove_item(copy(w.kit_item), by=me),
        "set a task": lambda w, me: kit.set_task(w.programme, "Greet two", w.kit_task.month, by=me),
        "remove a task": lambda w, me: kit.remove_task(copy(w.kit_task), by=me),
    },
}
