"""The beta tests of the sweeps’ world: one with a tester, an application and feedback, one that is closed."""

from __future__ import annotations

from typing import Any

from communities.content.models import Thread
from communities.memory import forget_all
from communities.trials.arranging import TrialWishes, close_trial, edit_trial, release
from communities.trials.choosing import choose
from communities.trials.models import Participant, Trial
from communities.trials.reporting import have_it_too, point_to, report_feedback
from communities.trials.taking_part import accept_pledge, apply
from tests.conftest import Cast
from tests.factories import make_space


def make_trials(here: Cast) -> dict[str, Any]:
    """The ambassador tests, the marketing lead has applied; the owner has what is reported, too."""
    trial = _announced(here, "lamp-test", "Lamp test")
    tester = _tester(trial, here)
    apply(trial, ["At night"], by=here.marketing)
    release(
        trial,
        name="0.9",
        changes="It burns longer.",
        url="https://example.org/lamp",
        to_try="Light it\nPut it out",
        by=here.manager,
    )
    report = _report(trial, here, "The lamp drips")
    main, double = _report(trial, here, "The wick is short"), _report(trial, here, "Oil on the deck")
    have_it_too(_fresh(report), by=here.owner)
    point_to(_fresh(double), _fresh(main), by=here.manager)
    closed = _announced(here, "lamp-test-2025", "Lamp test 2025")
    close_trial(closed, words="It burns, and nobody got oily.", report_for="all", by=here.manager)
    forget_all()
    return {
        "trial": trial.space,
        "tester": tester,
        "report": report,
        "double": double,
        "closed_trial": closed.space,
    }


def _announced(here: Cast, slug: str, name: str) -> Trial:
    space = make_space(kind="trials", slug=slug, name=name, audience="testers")
    wishes = TrialWishes(
        product="A lamp for the cockpit",
        about="It burns whale-free oil.",
        pledge="I keep it to myself.",
        questions=("When do you sail?",),
    )
    trial = edit_trial(space, wishes, by=here.manager, announces=True)
    forget_all()
    return trial


def _tester(trial: Trial, here: Cast) -> Participant:
    row = apply(trial, ["By day"], by=here.ambassador)
    choose(trial, [row.pk], Participant.State.ACCEPTED, by=here.manager)
    accept_pledge(trial, trial.pledge, by=here.ambassador)
    return row


def _report(trial: Trial, here: Cast, title: str) -> Thread:
    return report_feedback(
        trial.space,
        by=here.ambassador,
        community=here.community,
        title=title,
        body="<p>Each time it heels.</p>",
        severity="major",
        environment="A cutter",
    )


def _fresh(thread: Thread) -> Thread:
    found: Thread = Thread.objects.select_related("space", "feedback__trial").get(pk=thread.pk)
    return found
