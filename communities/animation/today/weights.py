"""What the order of Today weighs, as a community has set it: the weights of the open rule, their bounds, a proposal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.permissions import can_weigh_matters
from communities.exceptions import FieldError, NotAllowed
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.queries import locked_community

SETTING, ACT = "today", "today_weighed"
# More says nothing more: at ten times, one thing stands before all others already.
MOST = 10
# How much effort counts: not at all; half, by the root of the minutes; wholly, by the minutes.
EFFORTS: Mapping[int, Promise] = {
    0: gettext_lazy("Not at all"),
    1: gettext_lazy("Half: twice the minutes, seven tenths of the weight"),
    2: gettext_lazy("Fully: twice the minutes, half the weight"),
}
WORDS = {
    "harm": gettext_lazy("Harm"),
    "people": gettext_lazy("People who wait"),
    "age": gettext_lazy("Age"),
    "effort": gettext_lazy("Effort"),
}


@dataclass(frozen=True)
class Weights:
    """By how much each thing counts: 0 to MOST, `effort` one of EFFORTS. As they are made they are what we propose."""

    harm: int = 4
    people: int = 2
    age: int = 1
    effort: int = 2

    def divisor(self, minutes: int) -> float:
        """By what the sum is divided for something that takes so long."""
        return float(max(minutes, 1) ** (self.effort / 2))

    @property
    def is_within(self) -> bool:
        """Whether each is within its bounds, and something counts at all."""
        counted = (self.harm, self.people, self.age)
        return all(0 <= one <= MOST for one in counted) and any(counted) and self.effort in EFFORTS


PROPOSED = Weights()


def weights_of(community: Community) -> Weights:
    """Those of a community; damaged ones are as if they were not there."""
    return _read(community.settings.get(SETTING))


def _read(kept: object) -> Weights:
    if not isinstance(kept, Mapping) or not all(type(kept.get(name)) is int for name in WORDS):
        return PROPOSED
    found = Weights(**{name: kept[name] for name in WORDS})
    return found if found.is_within else PROPOSED


@transaction.atomic
def weigh_matters(weights: Weights, *, by: Membership, community: Community) -> bool:
    """From now on the order is made by these, on everybody’s Today; False where it was so already.

    What is proposed is kept as nothing, so that a better proposal would hold there too. Raises NotAllowed, FieldError.
    """
    if not can_weigh_matters(by):
        raise NotAllowed
    if not weights.is_within:
        raise FieldError(_("Each weight is from 0 to 10, and one of them at least is above 0."))
    fresh = locked_community(community)
    former = weights_of(fresh)
    if former == weights:
        return False
    rest = {name: value for name, value in fresh.settings.items() if name != SETTING}
    fresh.settings = rest if weights == PROPOSED else {**rest, SETTING: asdict(weights)}
    fresh.save(update_fields=["settings", "updated_at"])
    record(by, ACT, before=asdict(former), after=asdict(weights))
    transaction.on_commit(forget_all)
    return True


def register() -> None:
    page: Callable[[Change], str] = lambda _change: reverse("animation:weigh-matters")  # noqa: E731
    label = gettext_lazy("Order of Today changed")
    register_act(Act(ACT, label, WORDS, page, _present, _put_back, _shown))


def _present(change: Change) -> Mapping[str, Any]:
    now = asdict(weights_of(change.place_now()))
    return {name: now[name] for name in change.after}


def _put_back(change: Change, by: Membership) -> None:
    community = change.place_now()
    weigh_matters(_read(asdict(weights_of(community)) | change.before), by=by, community=community)


def _shown(name: str, value: Any) -> str | None:
    return str(EFFORTS[value]) if name == "effort" and value in EFFORTS else None
