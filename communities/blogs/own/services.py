"""What a member does with a blog of their own: start, change and end it; follow another’s."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.blogs.exceptions import BlogChanged, BlogError, OwnBlogNeeded
from communities.blogs.models import ARTICLE
from communities.blogs.own.models import BlogFollower, OwnBlog
from communities.blogs.own.permissions import (
    FEATURE,
    can_edit_blog,
    can_follow_blog,
    can_start_blog,
    holds_own,
)
from communities.blogs.own.queries import own_spaces
from communities.content.models import Space, State, Thread
from communities.content.viewers import viewer_for
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Community, Membership
from communities.queries import hold_member
from communities.signals import naming

# What moderation takes away and puts back.
WORDS = ("name", "about")


@dataclass(frozen=True)
class BlogWishes:
    """A blog as its form says it. `pinned` is the number of one of its articles, or None."""

    name: str = ""
    about: str = ""
    band: str = OwnBlog.Band.TINT
    drawing: str = ""
    pinned: int | None = None


@transaction.atomic
def start_blog(space: Space, *, by: Membership, community: Community) -> OwnBlog:
    """Give a member a blog of their own in a space; pressed twice, the first one. One that stands where its owner no
    longer finds it comes along, with its words and followers.

    Raises NotAllowed, and BlogError for whoever has one in another space.
    """
    refuse_closed(by, FEATURE)
    if not can_start_blog(by, space):
        raise NotAllowed
    hold_member(by)
    language = space.language or community.language
    blog, _is_new = OwnBlog.objects.get_or_create(owner=by, defaults={"space": space, "language": language})
    if blog.space_id != space.pk:
        _bring(blog, space, by=by, community=community)
    blog.owner, blog.space = by, space
    return blog


def _bring(blog: OwnBlog, space: Space, *, by: Membership, community: Community) -> None:
    """Its former space was put away, or is closed to its owner, or holds no such blogs any more."""
    if any(one.pk == blog.space_id for one in own_spaces(community, viewer_for(community, by))):
        raise BlogError(_("You have a blog already, in “%(space)s”.") % {"space": blog.space.name})
    blog.space, blog.pinned = space, None
    blog.version += 1
    blog.save(update_fields=["space", "pinned", "version"])


@transaction.atomic
def edit_blog(
    blog: OwnBlog, wishes: BlogWishes, *, by: Membership, language: str = "", version: int | None = None
) -> OwnBlog:
    """Change what a blog says of itself, how it looks and which article stands first; `language` is that of the words,
    `version` the one that the form was opened on.

    Raises NotAllowed, BlogChanged, BlogError, TooFast, and what `naming` refuses.
    """
    refuse_closed(by, FEATURE)
    held = _held(blog)
    if not can_edit_blog(by, held):
        raise NotAllowed
    if version is not None and version != held.version:
        raise BlogChanged
    count_act(by, Limited.EDIT)
    held.name, held.about = one_line(wishes.name), wishes.about.strip()
    naming.send(sender=Membership, membership=by, words=[held.name, held.about])
    held.band, held.drawing = wishes.band, wishes.drawing
    held.pinned = _own_article(held, wishes.pinned)
    held.language = language or held.language
    held.version += 1
    held.save()
    return held


def _own_article(blog: OwnBlog, number: int | None) -> Thread | None:
    if number is None:
        return None
    own = Thread.objects.of_kind(ARTICLE).in_space(blog.space_id).started_by(blog.owner_id)
    article: Thread | None = own.filter(pk=number, state=State.PUBLISHED).first()
    if article is None:
        raise BlogError(_("Choose one of your published articles."), field="pinned")
    return article


@transaction.atomic
def end_blog(blog: OwnBlog, *, by: Membership) -> None:
    """Take a blog away with its name, words and followers; its articles stay in the space. Raises NotAllowed."""
    refuse_closed(by, FEATURE)
    held = _held(blog)
    if not can_edit_blog(by, held):
        raise NotAllowed
    held.delete()


@transaction.atomic
def follow_blog(blog: OwnBlog, *, by: Membership) -> None:
    """Be told of its articles; nothing changes for who follows it already. Raises NotAllowed, TooFast."""
    refuse_closed(by, FEATURE)
    if not can_follow_blog(by, blog):
        raise NotAllowed
    count_act(by, Limited.FOLLOW)
    hold_member(by)
    BlogFollower.objects.bulk_create([BlogFollower(blog=blog, membership=by)], ignore_conflicts=True)


def unfollow_blog(blog: OwnBlog, *, by: Membership) -> None:
    BlogFollower.objects.filter(blog=blog, membership=by).delete()


def lay_out_blog(space: Space, *, owner: Membership, community: Community) -> bool:
    """Give whoever founds a place the blog that its first text stands in; whether it is in this space: a blog that they
    have stays where it is. Asks nobody: for what comes in a whole."""
    language = space.language or community.language
    blog, _is_new = OwnBlog.objects.get_or_create(
        owner=owner, defaults={"space": space, "language": language}
    )
    return bool(blog.space_id == space.pk)


def refuse_without_blog(space: Space, *, by: Membership) -> None:
    """In a space of own blogs one writes in one’s own. Raises OwnBlogNeeded."""
    if holds_own(space) and not OwnBlog.objects.filter(space=space, owner=by).exists():
        raise OwnBlogNeeded


@transaction.atomic
def clear_blog(blog: OwnBlog) -> None:
    """Take away what a blog says of itself; moderation decides who may do so, and keeps the words."""
    OwnBlog.objects.filter(pk=blog.pk).update(**dict.fromkeys(WORDS, ""), version=blog.version + 1)


@transaction.atomic
def put_back_blog(blog: OwnBlog, former: dict[str, Any]) -> None:
    """What it said before it was cleared; what its owner wrote since stays."""
    words = {name: getattr(blog, name) or former.get(name, "") for name in WORDS}
    OwnBlog.objects.filter(pk=blog.pk).update(**words, version=blog.version + 1)


def _held(blog: OwnBlog) -> OwnBlog:
    """As it is stored now, and nobody else’s until the transaction ends. Raises OwnBlog.DoesNotExist."""
    held: OwnBlog = OwnBlog.objects.select_for_update(of=("self",)).get(pk=blog.pk)
    held.owner, held.space = blog.owner, blog.space
    return held
