"""Every undo restores what was: for each act of the journal that can be undone, all rows are as they were before it.

The acts come from the registry: one without a case (undoable.py) fails.
"""

from __future__ import annotations

import pytest

from communities.journal.acts import acts
from communities.journal.models import Change
from communities.journal.services import undo
from tests.conftest import Cast
from tests.promises.snapshots import differences, snapshot
from tests.promises.undoable_announcements import CASES

pytestmark = pytest.mark.django_db
# Undone by other means than the journal's line of the same name, each with where that is tried.
TRIED_ELSEWHERE = {
    "run_import": "a whole import: tests/communities/transfer/importing/test_import_pages.py",
}


def test_every_act_that_can_be_undone_is_tried() -> None:
    undoable = {act.name for act in acts if act.undo is not None and not act.name.startswith("test_")}
    tried = {name.partition(":")[0] for name in CASES} | set(TRIED_ELSEWHERE)
    assert undoable - tried == set(), "write a case for these"
    assert tried - undoable == set(), "these cannot be undone any more"


# What an act and its undoing leave, by the beginning of the case and of the line, each with the reason.
LEAVES = {
    (
        "tag_renamed",
        "content_redirect: new",
    ): "the address of the meantime may have been given out: it leads on",
    (
        "edit_space",
        "content_redirect: new",
    ): "the address of the meantime may have been given out: it leads on",
    ("role_set", "notifications_notification: new"): "whose role it is was told of both",
    ("role_set", "communities_membership: news_version"): "whose role it is was told of both",
    ("plan_", "notifications_notification: new"): "whoever is to write it was told",
    ("plan_", "communities_membership: news_version"): "whoever is to write it was told",
    ("retire_thread", "notifications_notification: new"): "its author was told of both",
    ("retire_thread", "communities_membership: "): "its author was told of both: a line of the bell, counted",
    ("move_thread", "notifications_notification: new"): "its author was told of both",
    ("move_thread", "communities_membership: "): "its author was told of both: a line of the bell, counted",
    ("merge_threads", "notifications_notification: new"): "whoever wrote in either was told of it",
    (
        "merge_threads",
        "communities_membership: ",
    ): "whoever wrote in either was told: a line of the bell, counted",
    ("wiki", "notifications_notification: new"): "its author was told",
    ("wiki", "communities_membership: "): "its author was told: a line of the bell, counted",
    ("same_question", "notifications_notification: new"): "whoever asked it was told",
    ("same_question", "communities_membership: "): "whoever asked it was told: a line of the bell, counted",
    ("same_question:open", "forums_samequestion"): "it is closed by whoever undoes that, now",
    ("split_thread", "communities_membership: "): "whoever wrote there was told: a line of the bell, counted",
    (
        "split_thread",
        "content_redirect: new",
    ): "the address of the meantime may have been given out: it leads on",
    ("automation", "automations_automation: on_since"): "what happened meanwhile is not taken up",
    ("date_thread", "engagement_dirtyday: new"): "both days are counted again",
    ("automations_resumed", "automations_automation: stopped_at"): "it is stopped now, not when it was first",
    ("text_published", "texts_textversion"): "a version that was taken back stays, and says so",
}


def unexpected(name: str, lines: list[str]) -> str:
    left = [begin for (case, begin) in LEAVES if name.startswith(case)]
    return "\n".join(line for line in lines if not line.startswith(tuple(left)))


@pytest.mark.parametrize("name", CASES)
def test_undoing_restores_what_was(here: Cast, name: str) -> None:
    with here.scope():
        do = CASES[name](here)
        last = max(Change.objects.values_list("pk", flat=True), default=0)
        before = snapshot(here.community)
        do()
        changes = Change.objects.filter(pk__gt=last, act=name.partition(":")[0])
        assert differences(before, snapshot(here.community)) != [], "nothing was changed"
        undo(changes.get(), here.owner)
        assert unexpected(name, differences(before, snapshot(here.community))) == ""
