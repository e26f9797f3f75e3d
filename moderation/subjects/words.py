"""The wording for a subject: to the moderator, to the person concerned, to reporters."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class Words(NamedTuple):
    """Whole sentences, since no language makes them of parts; neutral where a subject has no better one."""

    # The page of a case: what is judged, whom it concerns, what its reports weigh.
    heading: Sentence
    concerned: Sentence = _("The author")
    none_reported: Sentence = _("Nobody reported this.")
    weight: Sentence = _("Weight %(weight)s. No rule takes it away: a person decides.")
    # Its decision: the help beside the ground, the reason that a return needs, and what stands above the next case.
    ground_help: Sentence = _("The rule that the author reads. Needed to hide, remove or refuse.")
    why_back: Sentence = _("(why it comes back)")
    gone: Sentence = _("What was reported is gone")
    missing: Sentence = _("It is gone: there is nothing left to judge.")
    told: Sentence = _("The person is told.")
    # What the person is told under the bell and by mail.
    decided: Sentence = _("Decision that concerns you, ref. %(ref)s")
    let_out: Sentence = _("Everybody can read it now.")
    refused: Sentence = _("What you sent was not published")
    returned: Sentence = _("A decision was undone: our apologies")
    returned_lead: Sentence = _("We were wrong. What was taken away is back. Our apologies.")
    # The statement of reasons.
    said: Sentence = _("What was judged")
    only_a_rule: Sentence = _("This is a rule of the place; we do not say that it is illegal.")
    # The page where one reports, and what one hears of it.
    report_title: Sentence = _("Report")
    report_lead: Sentence = _("A person reads every report. The author does not learn who you are.")
    own: Sentence = _("This is your own: you can change it or take it back.")
    withdrawn: Sentence = _("What you reported is gone.")
