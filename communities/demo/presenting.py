"""Customers whom the demo’s brands present: asked by the manager, agreed to by themselves some days ago, through the
services."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation

from communities.content.addresses import local_path
from communities.content.models import Post
from communities.demo.parts import Say
from communities.demo.reading import Entry
from communities.demo.scene import Scene
from communities.languages import spoken
from communities.notifications.models import Notification
from communities.promotions.customers.models import CustomerStory
from communities.promotions.customers.services import answer_as_customer, ask_customer
from communities.scoping import community_scope


def settle_customers(scene: Scene, say: Say) -> None:
    """All of the files that were not asked yet. Opens the scope."""
    said, place = scene.brand.customers, scene.community
    with (
        transaction.atomic(),
        community_scope(place),
        translation.override(spoken(place.language, place.address_form)),
    ):
        asked = set(CustomerStory.objects.values_list("person__handle", flat=True))
        new = [one for one in said if one["handle"] not in asked]
        for one in new:
            _present(scene, one)
    if new:
        say(f"{place.name}: {len(new)} customers are presented.")


def _present(scene: Scene, said: Entry) -> None:
    """Asked in the morning, agreed in the evening of the same day; nobody has a notice about what is settled."""
    latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    story = ask_customer(
        said["handle"],
        by=scene.manager,
        company=said["company"],
        quote=said["quote"],
        target=_target(scene, said),
    )
    Notification.objects.filter(pk__gt=latest).update(mail_due_at=None)
    answer_as_customer(by=scene.people[said["handle"]], agrees=True)
    asked, agreed = (scene.clock.at(said["day"], hour) for hour in ("09:30", "20:10"))
    CustomerStory.objects.filter(pk=story.pk).update(asked_at=asked, agreed_at=agreed)


def _target(scene: Scene, said: Entry) -> str:
    """What they wrote, as an address of this community; none where the files name none."""
    if "article" not in said:
        return ""
    post = (
        Post.objects.select_related("thread__space").filter(submission=scene.key(said["article"], 0)).first()
    )
    return _own(post.thread.get_absolute_url()) if post is not None else ""


def _own(address: str) -> str:
    return f"/{local_path(address).lstrip('/')}"
