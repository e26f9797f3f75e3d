"""What the pages of beta tests show while one goes: in preparation, applied, chosen, refused, the same, closed."""

from __future__ import annotations

from communities.content.models import Thread
from communities.memory import forget_all
from communities.trials.choosing import choose
from communities.trials.models import Participant, Trial
from tests.factories import make_space
from tests.sweeps.world import World


def a_test_as_it_goes(world: World) -> None:
    url, manager, member = world.here.url, world.client("manager"), world.client("member")
    at, report = url(f"/trials/t/{world.trial.slug}/"), url(f"/trials/f/{world.report.slug}/")
    assert b"Answer this question" not in member.get(f"{at}apply/").content
    assert member.post(f"{at}apply/", {"answer0": ""}).status_code == 422
    assert member.post(f"{at}apply/", {"answer0": "At dusk"}).status_code == 302
    assert b"Your application has arrived" in member.get(at).content
    people = manager.get(f"{at}testers/?ticked=1&levels=1&levels=0&levels=2").content
    assert b"At dusk" in people
    assert b"checked" in people
    assert (
        b"Nobody on this list matches these criteria"
        in manager.get(f"{at}testers/?levels=4&shown=declined").content
    )
    assert b"has not accepted" not in manager.get(f"{at}testers/?shown=accepted").content
    with world.here.scope():
        mine = Participant.objects.get(trial=world.trial.pk, membership=world.here.member)
        for state in ("waiting", "declined", "accepted"):
            choose(Trial.objects.get(pk=world.trial.pk), [mine.pk], state, by=world.here.manager)
            world.client("member").get(at)
    assert b"You are chosen" in member.get(at).content
    assert b"I accept it" in member.get(f"{at}pledge/").content
    assert b"has not accepted" in manager.get(f"{at}testers/?shown=accepted").content
    assert manager.post(f"{at}edit/", {"product": ""}).status_code == 422
    assert manager.post(f"{at}release/", {"name": "0.9", "changes": "The same"}).status_code == 422
    assert manager.post(f"{report}state/", {"state": "mended"}).status_code == 422
    assert manager.post(f"{report}same/", {"other": "nothing of the kind"}).status_code == 422
    assert (
        b"Write something first" in world.client("ambassador").post(f"{report}reply/", {"body": ""}).content
    )
    assert b"To the other feedback" in manager.get(url(f"/trials/f/{world.double.slug}/")).content
    same = manager.get(url("/trials/f/the-wick-is-short/")).content
    assert b"The same, reported by others" in same
    assert b"No feedback here" in manager.get(f"{at}?state=declined").content
    assert b"In figures" in manager.post(f"{at}close/", {"words": ""}).content


def a_test_in_preparation(world: World) -> None:
    """The team alone sees it; and the report of somebody that is a draft."""
    with world.here.scope():
        space = make_space(kind="trials", slug="bell-test", name="Bell test", audience="testers")
        Thread.objects.filter(pk=world.report.pk).update(state="draft")
        forget_all()
    at = world.here.url("/trials/t/bell-test/")
    assert b"A test in preparation" in world.client("manager").get(at).content
    assert world.client("member").get(at).status_code == 404
    own = world.here.url(f"/trials/f/{world.report.slug}/")
    assert b"only you can see it" in world.client("ambassador").get(own).content
    with world.here.scope():
        Thread.objects.filter(pk=world.report.pk).update(state="published")
        space.delete()
        forget_all()
