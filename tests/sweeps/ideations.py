"""The ideas of the sweeps’ world: a box without dates with ideas in it, and a box whose result is out."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from communities.content.services import follow_space
from communities.ideas.answering import answer_idea
from communities.ideas.boxes import Wishes, edit_box
from communities.ideas.joining import merge_ideas
from communities.ideas.papers import add_paper
from communities.ideas.services import vote_for
from communities.memory import forget_all
from tests.conftest import Cast
from tests.factories import make_space, make_thread

DAY = datetime.timedelta(days=1)


def make_ideas(here: Cast) -> dict[str, Any]:
    box = make_space(kind="ideas", slug="tackle-box", name="Tackle box")
    wishes = Wishes("What is missing in your bag?", "One idea at a time\nNo names", [], winners=2)
    edit_box(box, wishes, by=here.manager)
    proposal = make_thread(box, by=here.member, title="A marlinspike that floats")
    for voter in (here.ambassador, here.manager):
        vote_for(proposal, by=voter)
    second = make_thread(box, by=here.ambassador, title="A spike of cork")
    vote_for(second, by=here.ambassador)
    merge_ideas(second, proposal, by=here.manager)
    done = make_thread(box, by=here.ambassador, title="Twine in three colours")
    answer_idea(done, status="delivered", body="<p>On the shelves since May.</p>", by=here.manager)
    over = make_space(kind="ideas", slug="tackle-box-2025", name="Tackle box 2025")
    past = [timezone.now() - n * DAY for n in (50, 40, 30, 20, 10)]
    edit_box(over, Wishes("What was missing?", moments=past), by=here.manager)
    follow_space(over, by=here.manager)
    sent = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 of a quay")
    paper = add_paper(box, "The plan of the quay", sent, by=here.manager)
    forget_all()
    return {
        "box": box,
        "box_paper": paper,
        "proposal": proposal,
        "merged_proposal": second,
        "closed_box": over,
    }
