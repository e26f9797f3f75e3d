"""What the clock does with terms: it tells both sides of an end that comes, and writes down one that has come.

Rights end by themselves, whether or not this has run.
"""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.animation.ambassadors.joining import runners
from communities.animation.ambassadors.models import Term
from communities.animation.ambassadors.notices import (
    AmbassadorNews,
    TeamTermEnds,
    TermEnds,
    about_end,
    about_term,
)
from communities.animation.ambassadors.terms import finish, locked_pair
from communities.journal.services import record
from communities.models import Community
from communities.notifications.services import tell
from communities.tasks import each_apart

# Of one community in one run; the next goes on.
MOST = 200


def work_off(_community: Community) -> int:
    """All that is due in the community in scope; how many terms had something to do."""
    now = timezone.now()
    due = list(Term.objects.due(now).values_list("pk", flat=True)[:MOST])
    return each_apart("term", due, lambda number: _step(number, now))


def _step(number: int, now: datetime.datetime) -> int:
    found = Term.objects.due(now).filter(pk=number).first()
    if found is None:
        return 0
    term, person = locked_pair(found)
    # Renewed, or ended by hand, while this waited for its row.
    if term.state != Term.State.RUNNING or term.until is None:
        return 0
    if term.until <= now:
        finish(term, person, Term.State.ENDED)
        term.version += 1
        term.answer = ""
        record(None, "ambassador_ended", what=person.display_name, about=term.pk)
        tell(AmbassadorNews, [person.pk], about_term(term, "ended", by=None))
    elif term.is_ending and not term.end_told:
        term.end_told = True
        tell(TermEnds, [person.pk], about_end(term, team=False))
        tell(TeamTermEnds, runners(), about_end(term, team=True))
    term.save()
    return 1
