"""The flows of the launch beside opening and pausing: a watched stage, one that is announced, a refusal, no plan."""

from __future__ import annotations

from django.utils import timezone

from communities.launch.emails import write_due
from communities.launch.models import Stage, WaitingPlace
from communities.launch.services import look_at_plan, watch_openings
from communities.launch.services.planning import lock_plan, put_in_force
from communities.memory import forget_all
from communities.models import Community
from tests.sweeps.world import World


def go_on(world: World) -> None:
    """Where `flows._launch` leaves off: the first stage is open."""
    here, desk, url = world.here, world.client("manager"), world.here.url
    with here.scope():
        Stage.objects.filter(place=7).update(
            features=["uploads"], audience="ambassadors", teaser=True, criteria={"members": 900}
        )
        put_in_force(lock_plan())
        community = Community.objects.get(pk=here.community.pk)
        look_at_plan(community)
        watch_openings(community)
        WaitingPlace.objects.create(
            email="no@example.org", number=800, state="refused", refused_at=timezone.now(), answer="Full."
        )
        assert write_due(community) == 1
    forget_all()
    assert desk.get(url("/manage/launch/stages/1/watch/")).status_code == 200
    assert "Next here" in world.client("ambassador").get(url("/")).content.decode()
    assert "of 900" in world.client("ambassador").get(url("/soon/")).content.decode()
    with here.scope():
        Stage.objects.all().delete()
        put_in_force(lock_plan())
    forget_all()
    assert "Propose a plan" in desk.get(url("/manage/launch/")).content.decode()
