"""Who may do what: trust.md 1.5 for the acts that exist, as a table, against predicate and service.

The sweep of rights (tests/sweeps/test_rights.py) holds every page against the same table.

Columns: member, ambassador, moderator, manager, marketing lead, owner. `n`: not about oneself or against one's own
decision; the peers rule (nobody acts against an equal or higher role) has its own test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from communities.content.models import Post
from communities.exceptions import NotAllowed
from communities.models import Membership
from moderation import permissions, services
from moderation.models import Case
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.moderation.acts import case_of, decide, decide_page, fresh, held_reply, reported, reported_page

ROLES = ("member", "ambassador", "moderator", "manager", "marketing", "owner")
TABLE = """
report_content            y y y y y y
report_member             y y y y y y
see_queue                 - - y y - y
claim_case                - - y y - y
take_over_case            - - - y - y
approve_post              - - y y - y
reject_post               - - y y - y
hide_pending_review       - - y y - y
remove_post               - - y y - y
clear_profile             - - y y - y
restore_removed_post      - - y y - y
warn_member               - - y y - y
set_read_only_24h         - - y y - y
set_read_only_7d          - - - y - y
suspend_30d               - - - y - y
suspend_longer            - - - - - y
see_reporter              - - - y - y
edit_watch_words          - - - y - y
edit_modes                - - - y - y
read_journal              - - - y - y
"""
RULES = {
    line.split()[0]: dict(zip(ROLES, line.split()[1:], strict=True)) for line in TABLE.split("\n") if line
}


class Stage:
    """A person of the role, and somebody they have nothing to do with, whose text is judged."""

    def __init__(self, here: Cast, role: str) -> None:
        self.here = here
        self.actor: Membership = getattr(here, role)
        self.author = make_membership()
        self.post: Post = make_reply(make_thread(here.forum, by=here.manager), by=self.author)

    def case(self) -> Case:
        return reported(self.here, by=make_membership(), post=self.post)


def _removed(stage: Stage) -> Case:
    case = stage.case()
    other = stage.here.owner if stage.actor != stage.here.owner else stage.here.manager
    decide(case, by=other, act="remove")
    return Case.objects.get(pk=case.pk)


def _page(stage: Stage) -> Case:
    return reported_page(stage.author, by=make_membership())


def _held(stage: Stage) -> Case:
    return case_of(held_reply(stage.here))


def _sanction(kind: str, days: int) -> Callable[[Stage], Any]:
    return lambda stage: services.sanction_member(
        stage.author, by=stage.actor, case=stage.case(), kind=kind, days=days, ground="courtesy"
    )


def _taken_over(stage: Stage) -> Any:
    case = stage.case()
    services.claim_case(case, by=stage.here.owner if stage.actor != stage.here.owner else stage.here.manager)
    return services.take_over_case(case, by=stage.actor)


# How each rule is asked through a service: the same answer as its predicate gives.
SERVICES: dict[str, Callable[[Stage], Any]] = {
    "report_content": lambda stage: services.report_post(stage.post, by=stage.actor, category="spam"),
    "report_member": lambda stage: services.report_member(stage.author, by=stage.actor, category="spam"),
    "claim_case": lambda stage: services.claim_case(stage.case(), by=stage.actor),
    "take_over_case": _taken_over,
    "approve_post": lambda stage: decide(_held(stage), by=stage.actor, act="approve"),
    "reject_post": lambda stage: decide(_held(stage), by=stage.actor, act="refuse"),
    "hide_pending_review": lambda stage: decide(stage.case(), by=stage.actor, act="hide"),
    "remove_post": lambda stage: decide(stage.case(), by=stage.actor, act="remove"),
    "clear_profile": lambda stage: decide_page(_page(stage), by=stage.actor, act="clear"),
    "restore_removed_post": lambda stage: decide(_removed(stage), by=stage.actor, act="restore"),
    "warn_member": _sanction("warning", 0),
    "set_read_only_24h": _sanction("read_only", 1),
    "set_read_only_7d": _sanction("read_only", 7),
    "suspend_30d": _sanction("suspension", 30),
    "suspend_longer": _sanction("suspension", 365),
    "edit_watch_words": lambda stage: services.add_watch_word(by=stage.actor, word="scam", action="hold"),
    "edit_modes": lambda stage: services.set_mode(stage.here.community, by=stage.actor, mode="pre"),
}
ABOUT_A_CASE = frozenset(
    {
        "claim_case",
        "take_over_case",
        "approve_post",
        "reject_post",
        "hide_pending_review",
        "remove_post",
        "clear_profile",
    }
)
ABOUT_A_PERSON = frozenset(
    {"report_member", "warn_member", "set_read_only_24h", "set_read_only_7d", "suspend_30d", "suspend_longer"}
)


def predicate_says(rule: str, stage: Stage) -> bool:
    ask: Callable[..., bool] = getattr(permissions, f"can_{rule}")
    if rule in ABOUT_A_CASE:
        return ask(stage.actor, stage.case())
    if rule in ABOUT_A_PERSON:
        return ask(stage.actor, stage.author)
    if rule == "restore_removed_post":
        return ask(stage.actor, _removed(stage), None)
    return ask(stage.actor, stage.post) if rule == "report_content" else ask(stage.actor)


@pytest.mark.parametrize("rule", RULES)
def test_the_predicate_says_what_the_table_says(here: Cast, rule: str) -> None:
    with here.scope():
        for role in ROLES:
            assert predicate_says(rule, Stage(here, role)) is (RULES[rule][role] == "y"), role


@pytest.mark.parametrize("rule", SERVICES)
def test_the_service_does_what_the_table_says(here: Cast, rule: str) -> None:
    with here.scope():
        for role in ROLES:
            # What one role did is taken back before the next one tries.
            with transaction.atomic():
                _does_what_the_table_says(here, rule, role)
                transaction.set_rollback(True)


def _does_what_the_table_says(here: Cast, rule: str, role: str) -> None:
    stage = Stage(here, role)
    if RULES[rule][role] == "y":
        assert SERVICES[rule](stage) is not None, role
        return
    with pytest.raises(NotAllowed):
        SERVICES[rule](stage)
    assert fresh(stage.post).state == ("removed" if rule == "restore_removed_post" else "published"), role
    assert Membership.objects.get(pk=stage.author.pk).can_write, role


def test_every_rule_of_the_package_stands_in_the_table() -> None:
    written = {name.removeprefix("can_") for name in vars(permissions) if name.startswith("can_")}
    assert written - set(RULES) == {"see_statement", "lift_sanction"}, "these two have tests of their own"


@pytest.mark.parametrize("judge", ["moderator", "manager", "owner"])
def test_nobody_judges_themselves_or_an_equal_or_higher_role(here: Cast, judge: str) -> None:
    ranks = permissions.RANKS
    with here.scope():
        actor: Membership = getattr(here, judge)
        for role in ROLES:
            author = make_membership(role=role)
            post = make_reply(make_thread(here.forum, by=here.manager), by=author)
            case = reported(here, by=here.member, post=post)
            higher = ranks[role] >= ranks[judge]
            assert permissions.can_remove_post(actor, case) is not higher, role
            assert bool(permissions.sanctions_open_to(actor, author)) is not higher, role
        own = reported(here, by=here.member, post=make_reply(make_thread(here.forum), by=actor))
        assert permissions.decisions_open_to(actor, own, None) == []
        with pytest.raises(NotAllowed):
            services.claim_case(own, by=actor)


def test_more_role_never_means_less(here: Cast) -> None:
    """Along member, ambassador, moderator, manager, owner, what one may is only added to."""
    ladder = ("member", "ambassador", "moderator", "manager", "owner")
    for cells in RULES.values():
        marks = [cells[role] == "y" for role in ladder]
        assert marks == sorted(marks)


def test_another_communitys_team_sees_no_case(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        case = reported(here)
    client = elsewhere.sign_in(elsewhere.owner)
    for path in (f"/moderation/c/{case.ref}/",):
        assert client.get(elsewhere.url(path)).status_code == 404
        assert client.get(here.url(path)).status_code == 302
    for act in ("claim", "release", "take-over", "decide", "sanctions"):
        answer = client.post(
            elsewhere.url(f"/moderation/c/{case.ref}/{act}/"), {"act": "remove", "version": 1, "revision": 0}
        )
        assert answer.status_code == 404, act
