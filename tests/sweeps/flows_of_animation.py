"""A morning on Today, and what a newcomer reads of it."""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.animation.models import Handling, Introduction, Welcome
from communities.content.models import Post, Thread
from communities.models import Membership
from tests.factories import make_membership, make_thread
from tests.sweeps.world import World

DAY = datetime.timedelta(days=1)


def a_morning(world: World) -> None:
    """Greeted, introduced, written to once more; something put off, an old question, results of last week."""
    here, manager = world.here, world.client("manager")
    with here.scope():
        question = make_thread(world.space, by=here.moderator, kind="question", title="Which twine?")
        for rows in (Thread.objects.filter(pk=question.pk), Post.objects.filter(thread=question)):
            rows.update(published_at=timezone.now() - 8 * DAY)
        Introduction.objects.create(
            newcomer=world.arrived, person=here.member, by=here.manager, reason="Cork"
        )
    path = here.url(f"/manage/newcomers/{world.arrived.pk}")
    manager.post(f"{path}/greet/", {"how": "note", "words": "Welcome aboard."})
    assert manager.get(f"{path}/greet/").status_code == 200
    with here.scope():
        Welcome.objects.filter(membership=world.arrived).update(greeted_at=timezone.now() - 7 * DAY)
        reader = here.sign_in(Membership.objects.get(pk=world.arrived.pk))
    assert reader.get(here.url("/me/greeting/")).status_code == 200
    manager.post(here.url(f"/today/unanswered/{question.pk}/give/"), {"seen": "0", "to": here.ambassador.pk})
    with here.scope():
        Handling.objects.filter(source="unanswered", key=str(question.pk)).update(undone_at=timezone.now())
        # Whoever asked lives where somebody came from who was greeted today.
        Membership.objects.filter(pk=here.moderator.pk).update(place="Cork")
        met = make_membership(display_name="Maud Brannigan", place="Cork")
        Welcome.objects.create(membership=met, greeted_at=timezone.now(), greeted_by=here.owner)
    assert manager.get(here.url("/today/?minutes=5")).status_code == 200
    page = manager.get(here.url(f"/today/?minutes=240&take=unanswered-{question.pk}"))
    assert "Maud Brannigan could meet others" in page.text
