"""The home page of a place whose blog is silent, while its forums are not."""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.content.models import Thread
from communities.memory import forget_all
from communities.models import Community
from tests.factories import make_thread
from tests.sweeps.world import World


def a_silent_blog(world: World) -> None:
    here, then = world.here, timezone.now() - datetime.timedelta(days=90)
    with here.scope():
        Thread.objects.filter(published_at__isnull=False).update(published_at=then, last_activity_at=then)
        for _number in range(10):
            make_thread(world.space, by=here.owner)
    Community.objects.filter(pk=here.community.pk).update(settings={})
    forget_all()
    assert "h-alive-articles" in world.client("visitor").get(here.url("/")).content.decode()
    assert "h-new" in world.client("member").get(here.url("/")).content.decode()
