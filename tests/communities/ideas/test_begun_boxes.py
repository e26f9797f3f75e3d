"""Who follows a box is told when it begins to take ideas, and votes: once each, and not once that is over."""

from __future__ import annotations

import pytest

from communities.content.models import Space
from communities.content.services import follow_space
from communities.ideas.models import Box
from communities.ideas.tasks import tell_of_begun_boxes
from communities.notifications.models import Notification
from tests.communities.ideas.making import make_box, set_phase
from tests.conftest import Cast

KINDS = {"submit": "box_takes_ideas", "vote": "box_takes_votes"}


def told(kind: str) -> list[int]:
    rows = Notification.objects.filter(kind=kind).order_by("pk")
    return list(rows.values_list("membership_id", flat=True))


def followed_box(here: Cast, phase: str) -> Space:
    box = make_box(here, phase=phase)
    follow_space(box, by=here.member)
    return box


def test_each_beginning_is_told_once(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        box = followed_box(here, "before")
    assert tell_of_begun_boxes() == 0
    for phase, said in (("submit", "is open to your ideas"), ("vote", "votes are open")):
        with here.scope():
            set_phase(box, here, phase)
        assert (tell_of_begun_boxes(), tell_of_begun_boxes()) == (1, 0)
        with here.scope():
            assert told(KINDS[phase]) == [here.member.pk]
        for person, times in ((here.member, 1), (here.ambassador, 0)):
            page = here.sign_in(person).get(here.url("/notifications/")).content.decode()
            assert page.count(said) == times
    # What it takes no longer is not spoken of.
    page = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "is open to your ideas" not in page
    with elsewhere.scope():
        assert told("box_takes_ideas") == told("box_takes_votes") == []


@pytest.mark.parametrize("phase", ["", "before", "discuss", "count", "result"])
def test_nothing_is_told_in(here: Cast, phase: str) -> None:
    with here.scope():
        followed_box(here, phase)
    assert tell_of_begun_boxes() == 0
    with here.scope():
        assert told("box_takes_ideas") == told("box_takes_votes") == []


def test_of_drafts_and_of_what_is_put_away_or_not_read_nobody_is_told(here: Cast) -> None:
    with here.scope():
        draft, away, shut = (make_box(here, phase="submit", slug=name) for name in ("draft", "away", "shut"))
        for box in (draft, away, shut):
            follow_space(box, by=here.member)
        Box.objects.filter(pk=draft.pk).update(is_draft=True)
        Space.objects.filter(pk=away.pk).update(archived=True)
        Space.objects.filter(pk=shut.pk).update(audience="team")
    assert (tell_of_begun_boxes(), tell_of_begun_boxes()) == (2, 0)
    with here.scope():
        assert told("box_takes_ideas") == []
