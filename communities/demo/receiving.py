"""How the demo’s newcomers were received: some greeted and introduced, one in an ambassador’s care, the rest waiting.

Through the services of the welcome desk; nobody is sent a mail about it.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from communities.animation.models import Introduction, Welcome
from communities.animation.newcomers.drafting import draft_for
from communities.animation.newcomers.meeting import suggest_people
from communities.animation.newcomers.queries import SHOWN, Arrival, arrivals_of, newcomers
from communities.animation.newcomers.services import Wishes, greet, look_after
from communities.content.viewers import viewer_for
from communities.demo.parts import Say
from communities.demo.scene import Scene
from communities.models import Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope

# Those of the last two days are for whoever tries the demo to greet.
LEFT = datetime.timedelta(days=2)
MOST = 8
# How long after joining they were greeted.
SOON = datetime.timedelta(hours=2, minutes=10)


def settle_welcomes(scene: Scene, say: Say) -> None:
    """Of one community, where nobody was received yet: made again, nothing changes. Opens the scope itself."""
    with transaction.atomic(), community_scope(scene.community):
        if Welcome.objects.exists():
            return
        latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        people = newcomers(scene.clock.now - SHOWN).filter(joined_at__lt=scene.clock.now - LEFT)
        arrived = list(people.order_by("-post_count", "-joined_at", "pk")[:MOST])
        for place, arrival in enumerate(_arrivals(scene, arrived)):
            _receive(scene, arrival, with_introduction=place < 2)
        waiting = newcomers(scene.clock.now - LEFT).order_by("joined_at", "pk").first()
        ambassador = next((one for one in scene.people.values() if one.role == "ambassador"), None)
        if waiting is not None and ambassador is not None:
            look_after(waiting, ambassador, by=scene.manager)
        Notification.objects.filter(pk__gt=latest).update(mail_due_at=None)
    say(f"{scene.community.name}: {len(arrived)} newcomers greeted.")


def _arrivals(scene: Scene, people: list[Membership]) -> list[Arrival]:
    viewer = viewer_for(scene.community, scene.manager)
    return arrivals_of(people, scene.community, scene.manager, viewer)


def _receive(scene: Scene, arrival: Arrival, *, with_introduction: bool) -> None:
    by, community = scene.manager, scene.community
    draft = draft_for(arrival, by=by, community=community)
    if not draft.words:
        return
    meet = {}
    if with_introduction:
        viewer = viewer_for(community, by)
        found = suggest_people(arrival, community=community, viewer=viewer, but=[by.pk])
        meet = {one.person.pk: one.reason for one in found[:2]}
    greet(arrival.person, Wishes(draft.words, Welcome.How.NOTE, meet), by=by, community=community)
    # They were greeted when they came, not now.
    at = min(arrival.person.joined_at + SOON, scene.clock.now)
    Welcome.objects.filter(membership=arrival.person).update(greeted_at=at)
    Introduction.objects.filter(newcomer=arrival.person).update(at=at)
