"""How the rights of newsletters are used: every service that asks for them."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from communities.animation.newsletters import segments, sending, writing
from communities.animation.newsletters.models import Segment
from communities.animation.newsletters.proposing import Pick
from communities.models import Membership
from tests.sweeps.world import World

Act = Callable[[World, Membership], Any]


LETTERS: dict[str, dict[str, Act]] = {
    "send_newsletter": {
        "plan": lambda w, me: sending.plan_newsletter(
            w.letter, by=me, community=w.here.community, send_at=None
        ),
        "take back": lambda w, me: sending.take_back(w.letter_waits, by=me),
        "stop": lambda w, me: sending.stop_newsletter(w.letter_out, by=me),
        "go on": lambda w, me: sending.resume_newsletter(w.letter_out, by=me),
        "leave at that": lambda w, me: sending.leave_at_that(w.letter_out, by=me),
    },
    "write_newsletter": {
        "start": lambda w, me: writing.start_newsletter(w.here.community, by=me, subject="Ours"),
        "people": lambda w, me: writing.edit_newsletter(
            w.letter, by=me, version=w.letter.version, segment=None, is_public=True
        ),
        "archive": lambda w, me: writing.set_in_archive(w.letter_out, by=me, is_public=False),
        "delete": lambda w, me: writing.delete_newsletter(copy(w.letter), by=me),
        "subject": lambda w, me: writing.set_subject(w.letter, "en", by=me, subject="Ours"),
        "language": lambda w, me: writing.drop_language(w.letter, "fr", by=me),
        "words": lambda w, me: writing.add_text(w.letter, "en", by=me, source="Ours."),
        "button": lambda w, me: writing.add_button(w.letter, "en", by=me, label="Go", url="/"),
        "text of the place": lambda w, me: writing.add_pick(
            w.letter, "en", by=me, pick=Pick(w.thread.pk, "Ours", "/", "Topic", "")
        ),
        "edit a block": lambda w, me: writing.edit_block(w.letter, "en", 1, by=me, said={"source": "Ours."}),
        "move a block": lambda w, me: writing.move_block(w.letter, "en", 1, by=me, up=False),
        "take a block out": lambda w, me: writing.remove_block(w.letter, "en", 1, by=me),
        "try out": lambda w, me: sending.send_trial(w.letter, "en", by=me, community=w.here.community),
        "segment": lambda w, me: segments.save_segment(Segment(), by=me, name="Ours", rule=segments.Rule()),
        "segment gone": lambda w, me: segments.delete_segment(copy(w.segment), by=me),
    },
}
