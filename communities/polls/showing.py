"""A poll as its reader may see it: what can be answered, or what was, with the rounds of a ranked one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from communities.content.models import State
from communities.drawing import lasts_until
from communities.middleware import CommunityRequest
from communities.models import Membership
from communities.polls.counting import Runoff
from communities.polls.models import Ballot, Poll
from communities.polls.permissions import can_add_answer, can_edit_poll, can_vote, sees_names, sees_result
from communities.polls.places import back_to
from communities.polls.queries import ballot_of
from communities.polls.rounds import Known, known_rounds


@dataclass
class Row:
    """One answer: as it can be chosen, and as it was."""

    place: int
    words: str
    votes: int = 0
    percent: int = 0
    # The answer of who reads, in a poll by name; of a ranked one, at which place.
    mine: int = 0
    # What was just sent and could not be taken.
    sent: int = 0
    won: bool = False


@dataclass
class Line:
    """One answer through the rounds: its counts, and after which round it went out."""

    words: str
    cells: list[dict[str, Any]] = field(default_factory=list)
    won: bool = False


def draw_poll(
    poll: Poll,
    request: CommunityRequest,
    *,
    own: Ballot | None = None,
    ballots: Mapping[int, Ballot] | None = None,
    sent: Any = None,
    typed: str = "",
    problem: str = "",
    level: int = 2,
) -> str:
    """The block of a poll. `own` is a ballot at hand, `ballots` all that its reader has given in the polls of the page;
    `sent` was chosen, `typed` written, refused as `problem` says."""
    by = request.membership
    ballot = own or (ballot_of(poll, by) if ballots is None else ballots.get(poll.pk))
    _last_as_long_as(poll)
    result = shows_result(poll, ballot)
    votes = poll.is_open and can_vote(by, poll) and (ballot is None or poll.changeable)
    known = known_rounds(poll) if result and poll.is_ranked and poll.ballots else Known(None)
    context = {
        "poll": poll,
        "poll_level": level,
        "question": poll.question or poll.thread.title,
        **_listed(rows_of(poll, ballot, sent or (), known.runoff)),
        "ballot": ballot,
        "votes": votes,
        "sees_result": result,
        **_counted(poll, known),
        "problem": problem,
        "places": range(1, len(poll.options) + 1),
        "is_public": poll.thread.state == State.PUBLISHED and poll.has_its_text,
        "adds": poll.takes_answers and can_add_answer(by, poll),
        "typed": typed,
        "poll_url": back_to(poll) if by is None else "",
        **_ways(poll, by, ballot),
    }
    return render_to_string("polls/poll.html", context, request)


def shows_result(poll: Poll, ballot: Ballot | None) -> bool:
    """To whoever has given this ballot in it, if any."""
    is_out = poll.thread.state in (State.PUBLISHED, State.RETIRED) and poll.has_its_text
    return is_out and sees_result(poll, voted=ballot is not None)


def _listed(rows: list[Row]) -> dict[str, list[Row]]:
    """What was withdrawn can no longer be chosen; in the result its place is seen, with the votes that it has."""
    chosen = [row for row in rows if row.words]
    return {"rows": chosen, "results": [row for row in rows if row.words or row.votes]}


def _counted(poll: Poll, known: Known) -> dict[str, Any]:
    """What the rounds of a ranked poll say."""
    return {
        "runoff": known.runoff,
        "counted_at": known.at,
        "lines": lines_of(poll, known.runoff) if known.runoff else [],
        "winners": _winners(poll, known.runoff),
    }


def _last_as_long_as(poll: Poll) -> None:
    """What is drawn holds until it closes, or opens again."""
    for moment in (poll.closes_at if poll.is_open else None, poll.again_at):
        if moment is not None:
            lasts_until(moment)


def _ways(poll: Poll, by: Membership | None, ballot: Ballot | None) -> dict[str, str]:
    """Where the block leads, as far as this reader may go."""
    open_to = {
        "names_url": ("polls:list-votes", sees_names(by, poll, ballot)),
        "edit_url": ("polls:edit-poll", can_edit_poll(by, poll)),
        "former_url": ("polls:list-former", poll.round > 1),
    }
    return {name: reverse(route, args=[poll.pk]) if may else "" for name, (route, may) in open_to.items()}


def rows_of(poll: Poll, ballot: Ballot | None, sent: Any, runoff: Runoff | None = None) -> list[Row]:
    chosen = list(ballot.choices) if ballot is not None else []
    best = max((votes for votes, words in zip(poll.votes, poll.options, strict=True) if words), default=0)
    rows = []
    for place, words in enumerate(poll.options):
        votes = poll.votes[place]
        row = Row(place, words, votes, round(100 * votes / poll.ballots) if poll.ballots else 0)
        row.mine = chosen.index(place) + 1 if place in chosen else 0
        row.sent = dict(sent).get(place, 0) if sent else row.mine
        row.won = bool(best and words) and votes == best if runoff is None else place in runoff.winners
        rows.append(row)
    return rows


def lines_of(poll: Poll, runoff: Runoff) -> list[Line]:
    """The table of rounds, the winner first, then who stayed longest."""
    lines = []
    for place, words in enumerate(poll.options):
        line = Line(words, won=place in runoff.winners)
        before, is_out = None, False
        for one in runoff.rounds:
            count = one.counts.get(place)
            if count is None:
                line.cells.append({"out": not is_out})
                is_out = True
                continue
            line.cells.append({"count": count, "gain": count - before if before is not None else 0})
            before = count
        lines.append(line)
    return sorted(lines, key=lambda line: [-cell.get("count", -1) for cell in reversed(line.cells)])


def _winners(poll: Poll, runoff: Runoff | None) -> str:
    """Who has won, in words; of a poll that is open, who would have."""
    if runoff is None or not runoff.winners:
        return ""
    names = [poll.options[place] for place in runoff.winners]
    return str(get_text_list([f"\u2068{name}\u2069" for name in names], _("and")))


def winners_of(poll: Poll) -> str:
    """What most have voted for, in words; empty without a vote."""
    if poll.is_ranked:
        return _winners(poll, known_rounds(poll).runoff if poll.ballots else None)
    names = [row.words for row in rows_of(poll, None, ()) if row.won]
    return str(get_text_list([f"\u2068{name}\u2069" for name in names], _("and")))
