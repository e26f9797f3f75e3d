"""The demo’s own blogs: one for each person who may write where the files say that everybody has one."""

from __future__ import annotations

import datetime

from communities.blogs.own.models import BlogFollower, OwnBlog
from communities.blogs.own.permissions import can_start_blog, holds_own
from communities.blogs.own.services import BlogWishes, edit_blog, start_blog
from communities.content.models import Space
from communities.demo.places import authors_of
from communities.demo.reading import Entry
from communities.demo.scene import Scene
from communities.limits import without_limits

# Of the members who were there, so many follow the first blog of a file, and fewer each of the next.
MOST_FOLLOWERS = 24


def open_blogs(scene: Scene) -> None:
    """Before the articles are written that stand in them; a space that has blogs is left as it is. Needs the scope."""
    for said in scene.brand.community["spaces"]:
        space = scene.spaces.get(said["slug"])
        if space is None or not holds_own(space) or OwnBlog.objects.filter(space=space).exists():
            continue
        with without_limits():
            _open(scene, space, said)


def _open(scene: Scene, space: Space, said: Entry) -> None:
    told = said["own_blogs"]
    others = [handle for handle in authors_of(scene.brand, said) if handle not in told]
    followed = [*told, *others]
    # Lists show the newest first: above stand those that say what they are about, in the order of the file.
    for handle in [*others, *reversed(told)]:
        owner = scene.people[handle]
        if not can_start_blog(owner, space):
            continue
        blog = start_blog(space, by=owner, community=scene.community)
        if handle in told:
            blog = edit_blog(blog, BlogWishes(**told[handle]), by=owner)
        OwnBlog.objects.filter(pk=blog.pk).update(created_at=owner.joined_at + datetime.timedelta(days=1))
        _follow(scene, blog, MOST_FOLLOWERS - followed.index(handle))


def _follow(scene: Scene, blog: OwnBlog, most: int) -> None:
    """Others than the people one can be, for whom it is left to do."""
    cast = {one.pk for one in scene.cast}
    others = [one for one in scene.people.values() if one.is_active and one.pk not in {*cast, blog.owner_id}]
    # Each blog others, in a way that stays the same.
    first = len(blog.owner.handle) * 7 % max(len(others), 1)
    chosen = [*others[first:], *others[:first]][: max(most, 0)]
    BlogFollower.objects.bulk_create([BlogFollower(blog=blog, membership=one) for one in chosen])
