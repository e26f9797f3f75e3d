"""The table of permissions against predicates, services and pages: nothing of the team’s is open to anybody else."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from communities.exceptions import DomainError, NotAllowed
from communities.models import Membership
from tests.moderation.test_permissions import RULES as OF_MODERATION
from tests.sweeps.addresses import COMMUNITY
from tests.sweeps.audiences import HIDES, OPENS, OTHER, REFUSES
from tests.sweeps.rights import ACTS
from tests.sweeps.rights_of_operators import ALSO_OF_OWNERS, OF_OPERATOR
from tests.sweeps.rights_table import ELSEWHERE, ROLES, RULES, predicate_says
from tests.sweeps.walking import views, watched_writes
from tests.sweeps.world import World

# Pages narrower than their right, with what they ask beside it.
NARROWER = {
    # Moderators and marketing leads delete ideas of their own; this is no idea.
    "manage/calendar/<int:pk>/delete/": "edit_calendar",
    "manage/texts/<slug:kind>/<int:number>/check/": "publish_law",
    "manage/texts/<slug:kind>/<int:number>/take-back/": "publish_law",
    "moderation/c/<slug:ref>/take-over/": "take_over_case",
}
# Pages of the team that are open by what somebody is, not by a right.
# And planned texts: whoever is to write one comes to it, whatever their role.
WITHOUT_RIGHT = {
    "manage/team/lay-down/",
    "manage/calendar/<int:pk>/",
    "manage/calendar/<int:pk>/step/",
    "manage/calendar/<int:pk>/write/",
    "manage/calendar/<str:token>.ics",
}
# Whose eyes? The act is refused in the world of the sweep, after the right was asked.
HIDDEN_AFTERWARDS = {"manage/launch/stages/<int:stage>/preview/"}


def written_rules() -> set[str]:
    """Every predicate that some package has written."""
    names: set[str] = set()
    for path in Path(settings.BASE_DIR).glob("*/**/permissions.py"):
        parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
        if parts[0] in ("analytics", "communities", "members", "moderation"):
            module = importlib.import_module(".".join(parts))
            names |= {name.removeprefix("can_") for name in vars(module) if name.startswith("can_")}
    return names


def test_every_predicate_stands_in_a_table() -> None:
    known = set(RULES) | set(OF_MODERATION) | ELSEWHERE | {"see_statement", "lift_sanction"}
    assert written_rules() - known == set(), "say in rights.py who has these"
    assert known - written_rules() == {"publish_law"}, "these are gone"


@pytest.mark.parametrize("rule", RULES)
def test_predicate_and_services_do_what_the_table_says(world: World, rule: str) -> None:
    with world.here.scope():
        for role in ROLES:
            me: Membership = getattr(world.here, role)
            may = RULES[rule][role] == "y"
            assert predicate_says(rule, me, world) is may, role
            for name, act in ACTS.get(rule, {}).items():
                assert _is_let(act, world, me) is may, f"{name} by {role}"


def test_only_the_operator_does_what_the_operator_does(world: World) -> None:
    people = {"operator": world.operator, "owner": world.here.owner.member, "newcomer": world.newcomer}
    for who, person in people.items():
        for name, act in OF_OPERATOR.items():
            assert _is_let(act, world, person) is (who == "operator"), f"{name} by {who}"
        for name, act in ALSO_OF_OWNERS.items():
            assert _is_let(act, world, person) is (who != "newcomer"), f"{name} by {who}"
    foreign = world.elsewhere.owner.member
    assert not _is_let(ALSO_OF_OWNERS["clone"], world, foreign), "an owner of another place"


def _is_let(act: Callable[..., Any], world: World, who: Any) -> bool:
    """Whether an act gets past its right; whoever is refused has changed nothing. What it did is taken back."""
    with transaction.atomic(), watched_writes() as writes:
        try:
            act(world, who)
        except NotAllowed:
            assert writes == []
            return False
        except DomainError:
            pass  # refused for another reason, as anybody would be
        finally:
            transaction.set_rollback(True)
    return True


def team_pages() -> Iterator[tuple[str, str]]:
    """Each page of the team with the right that opens it."""
    for route, view in views("config.urls"):
        may = getattr(view, "may", None)
        if may is not None:
            yield route, may.__name__.removeprefix("can_")


def test_every_page_is_open_to_those_whom_the_table_names() -> None:
    """The sweep of addresses then goes there as each of them."""
    differing = []
    for route, rule in team_pages():
        rights = (RULES | OF_MODERATION)[NARROWER.get(route, rule)]
        address = COMMUNITY[route]
        for audience in (address.get, address.post):
            if audience is None or audience["owner"] == OTHER[405]:
                continue
            for role in ROLES:
                # Who is let in may be told that somebody else was faster.
                let = {OPENS, OTHER[409], *({HIDES} if route in HIDDEN_AFTERWARDS else ())}
                if audience[role] not in (let if rights[role] == "y" else {REFUSES}):
                    differing.append(f"{route}: {role} {audience[role]}, by {rule}")
    assert differing == []


def test_every_page_of_the_team_asks_for_a_right() -> None:
    asking = {route for route, _rule in team_pages()}
    begun = ("manage/", "moderation/", "results/")
    assert {route for route in COMMUNITY if route.startswith(begun)} - asking == WITHOUT_RIGHT
