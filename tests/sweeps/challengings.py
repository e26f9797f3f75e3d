"""The challenges of the sweeps’ world, one in each phase; entries of members, a jury, a draw, a draft without dates."""

from __future__ import annotations

from typing import Any

from communities.challenges.deciding import decide
from communities.challenges.judging import invite_juror
from communities.challenges.models import CHALLENGE, Juror
from communities.challenges.services import held
from communities.challenges.voting import vote_for
from communities.content.models import State
from communities.content.services import start_thread
from tests.communities.challenges.making import (
    again,
    enter,
    fresh,
    make_challenge,
    make_contests,
    put_into,
    seat,
)
from tests.conftest import Cast


def make_challenges(here: Cast) -> dict[str, Any]:
    space = make_contests()
    entering = make_challenge(here, space, title="Your worst knot", entry_kinds=["topic"], entries_each=3)
    [own, written] = [enter(here, entering, person)[0] for person in (here.member, here.ambassador)]
    voting = make_challenge(here, space, title="Your best knot", way="both", criteria="Held\nTold")
    [voted, _other] = enter(here, voting, here.ambassador, here.manager)
    put_into(voting, "vote")
    vote_for(again(voted), by=here.moderator)
    judging = make_challenge(here, space, title="Your oldest knot", way="jury", criteria="Held\nTold")
    seat(judging, here.ambassador, by=here.manager)
    asked = invite_juror(fresh(judging), here.member, by=here.manager)
    [_own, marked] = enter(here, judging, here.member, here.moderator)
    put_into(judging, "jury")
    drawing = make_challenge(here, space, title="Your luckiest knot", way="draw")
    enter(here, drawing, here.member, here.ambassador)
    put_into(drawing, "over")
    decide(held(drawing.pk))
    called_off = make_challenge(here, space, title="Knots on ice")
    undated = start_thread(
        space,
        by=here.manager,
        community=here.community,
        kind=CHALLENGE,
        title="Some knot",
        body="<p>Not yet.</p>",
        state=State.DRAFT,
    )
    return {
        "contests": space,
        "challenge": entering.thread,
        "own_challenge_entry": own,
        "challenge_entry": written.thread,
        "challenge_vote": voting.thread,
        "challenge_voted": voted,
        "challenge_jury": judging.thread,
        "challenge_marked": marked,
        "challenge_juror": Juror.objects.get(pk=asked.pk),
        "challenge_draw": drawing.thread,
        "challenge_off": called_off.thread,
        "challenge_undated": undated,
    }
