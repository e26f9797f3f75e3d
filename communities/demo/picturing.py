"""The demo’s albums: filled through the services, with photographs that were rendered and parts cut from them."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.html import escape

from communities.albums.models import ALBUM, Album, Likeness, Photo
from communities.albums.naming import ask_person
from communities.albums.services import Rights, add_photograph, choose_cover
from communities.content.models import Post, State, Thread
from communities.content.services import publish_thread, start_thread
from communities.demo.parts import Say
from communities.demo.photographing import upload_photograph, what_it_shows
from communities.demo.reading import Entry
from communities.demo.scene import Scene, while_writing
from communities.limits import without_limits
from communities.notifications.models import Notification
from communities.scoping import community_scope

# Between two photographs of an album.
LATER = datetime.timedelta(minutes=4)


def settle_albums(scene: Scene, say: Say) -> int:
    """All albums of the files that are not there yet; how many. Whoever is asked about their name reads it by the
    bell: nobody is sent a mail."""
    made = 0
    with while_writing(scene):
        for said in scene.brand.albums:
            with transaction.atomic(), community_scope(scene.community), without_limits():
                latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
                made += _settle(scene, said)
                Notification.objects.filter(pk__gt=latest).update(mail_due_at=None)
    if made:
        say(f"{scene.community.name}: {made} albums.")
    return made


def _settle(scene: Scene, said: Entry) -> int:
    key = scene.key(said["slug"], 0)
    if Post.objects.filter(submission=key).exists():
        return 0
    author, at = scene.people[said["author"]], scene.clock.at(said["day"], said["time"])
    thread = start_thread(
        scene.spaces[said["space"]],
        by=author,
        community=scene.community,
        kind=ALBUM,
        title=said["title"],
        body=f"<p>{escape(said['text'])}</p>",
        tags=said.get("tags", []),
        language=said["lang"],
        state=State.DRAFT,
        submission=key,
    )
    Album.objects.create(thread=thread, gathering=_gathering(scene, said))
    publish_thread(thread, by=author, at=at)
    shown = Thread.objects.select_related("space", "community").get(pk=thread.pk)
    photos = [
        _add(scene, shown, said, one, min(at + n * LATER, scene.clock.now))
        for n, one in enumerate(said["photographs"], 1)
    ]
    # Nobody is told of old photographs.
    Post.objects.filter(pk__in=[photo.pk for photo in photos]).update(news_due_at=None)
    for photo, one in zip(photos, said["photographs"], strict=True):
        if one.get("cover"):
            choose_cover(photo.post, by=author)
    return 1


def _gathering(scene: Scene, said: Entry) -> Thread | None:
    """What the album is of, where that is there."""
    if "of" not in said:
        return None
    opening = Post.objects.filter(submission=scene.key(said["of"], 0)).select_related("thread").first()
    return opening.thread if opening is not None else None


def _add(scene: Scene, album: Thread, said: Entry, one: Entry, at: datetime.datetime) -> Photo:
    by = scene.people[one["by"] if "by" in one else said["author"]]
    alt = one.get("alt") or what_it_shows(one["photo"], said["lang"])
    cut = tuple(one["cut"]) if "cut" in one else None
    picture = upload_photograph(one["photo"], by=by, alt=alt, cut=cut)
    rights = Rights(
        photographer=one.get("photographer", ""),
        licence=one.get("licence", Photo.Licence.RESERVED),
        may_download=one.get("download", False),
    )
    photo = add_photograph(
        album, by=by, picture=picture, caption=one["caption"], alt=alt, rights=rights, at=at
    )
    for handle, answer in one.get("people", {}).items():
        person = scene.people[handle]
        if answer == "asked":
            ask_person(photo.post, by=by, handle=handle)
        else:
            # Nobody finds in their bell what they answered long ago.
            about = {"state": answer, "answered_at": at, "asked_at": at}
            Likeness.objects.create(photo=photo, person=person, asked_by=by, **about)
    return photo
