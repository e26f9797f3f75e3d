"""Members’ own blogs: the list, one of them, its beginning, its settings and its end, following it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.blogs import presenting
from communities.blogs.own import services
from communities.blogs.own.forms import BlogForm
from communities.blogs.own.models import OwnBlog
from communities.blogs.own.permissions import FEATURE, can_edit_blog, can_start_blog
from communities.blogs.own.queries import (
    articles_of,
    blog_of,
    find_blog,
    follower_count,
    follows,
    list_blogs,
    own_spaces,
    present_handle,
)
from communities.blogs.permissions import can_see_own_results
from communities.blogs.series.queries import series_beside
from communities.content.addresses import absolute_address
from communities.content.managers import BY_PUBLICATION
from communities.content.models import Space
from communities.content.showing.sharing import share_address
from communities.content.viewers import public_viewer, viewer_of
from communities.exceptions import ChangedMeanwhile, DomainError, NotAllowed
from communities.in_place import answer_in_place
from communities.languages import plain_language
from communities.launch.features import feature_required, is_open
from communities.limits import Limited, TooFast, count_asking, refused, told_in_place
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.responses import permanently

# People and tags beside a page of articles.
MOST_SUBJECTS = 12


def _spaces(request: CommunityRequest) -> list[Space]:
    """The spaces of own blogs that this person reads; raises Http404 where there are none."""
    spaces = own_spaces(request.community, viewer_of(request))
    if not spaces:
        raise Http404
    return spaces


def get_own_blog(request: CommunityRequest, owner: str) -> OwnBlog:
    """A blog that this person may read; raises Http404."""
    blog = find_blog(_spaces(request), owner)
    if blog is None:
        raise Http404
    return blog


@public_page
@feature_required(FEATURE)
@require_safe
def list_own_blogs(request: CommunityRequest) -> HttpResponse:
    """All of them, page by page, or those with some words."""
    spaces, me = _spaces(request), request.membership
    # PostgreSQL knows no such character, and nobody types it.
    words = request.GET.get("q", "").replace("\0", " ").strip()[:60]
    after = request.GET.get("after", "")
    stopped: TooFast | None = None
    blogs: Any = None
    try:
        if words:
            count_asking(request, Limited.SEARCH)
        blogs = list_blogs(spaces, words=words, languages=request.community.all_languages, after=after)
    except TooFast as refusal:
        stopped = refusal
    own = blog_of(me, spaces)
    context = {
        "blogs": blogs.rows if blogs else [],
        "after": blogs.older if blogs else "",
        "words": words,
        "problem": stopped,
        "own_blog": own,
        "starts_in": [space for space in spaces if own is None and can_start_blog(me, space)],
        "several": len(spaces) > 1,
        "is_first_page": not after,
        "canonical_url": absolute_address(request.community, reverse("blogs:list-own-blogs")),
        "robots": "noindex, follow" if words or after else "",
    }
    return refused(render(request, "blogs/own/list_own_blogs.html", context), stopped)


@public_page
@feature_required(FEATURE)
@require_safe
def show_own_blog(request: CommunityRequest, owner: str) -> HttpResponse:
    """One member’s blog; under a handle that they gave up, where it is now."""
    spaces = _spaces(request)
    blog = find_blog(spaces, owner)
    if blog is None:
        present = present_handle(owner)
        if present and present != owner and find_blog(spaces, present) is not None:
            return permanently(request, reverse("blogs:show-own-blog", args=[present]))
        raise Http404
    return render(request, "blogs/own/show_own_blog.html", _shown(request, blog))


def _shown(request: CommunityRequest, blog: OwnBlog) -> dict[str, Any]:
    me, viewer = request.membership, viewer_of(request)
    place = BY_PUBLICATION.place(request.GET.get("after", ""))
    articles = articles_of(viewer, blog)
    pinned = None if place or blog.pinned_id is None else articles.filter(pk=blog.pinned_id).first()
    page = BY_PUBLICATION.page(articles.published_before(*place))
    for thread in filter(None, (pinned, *page.rows)):
        thread.space = blog.space
    cards = [presenting.card_of(thread) for thread in page.rows if pinned is None or thread.pk != pinned.pk]
    is_public = blog.space_id in public_viewer(request.community).space_ids
    return {
        "blog": blog,
        "lead": presenting.card_of(pinned) if pinned is not None else None,
        "cards": cards,
        "subjects": presenting.subjects_of(cards)[:MOST_SUBJECTS],
        "is_first_page": not place,
        "older_url": f"?after={page.older}" if page.older else "",
        "followers": follower_count(blog),
        "series_beside": series_beside(viewer, blog.space_id, blog.owner_id),
        "may_start_series": can_edit_blog(me, blog) and can_start_blog(me, blog.space),
        "follows": follows(blog, me),
        "is_mine": me is not None and blog.owner_id == me.pk,
        "may_edit": can_edit_blog(me, blog),
        "sees_results": can_see_own_results(me, blog.owner_id),
        "may_write": can_edit_blog(me, blog) and can_start_blog(me, blog.space),
        "feed_url": _feed(request, blog) if is_public else "",
        "page_title": blog.title,
        "page_description": blog.about[:160],
        "share_image": share_address(request.community),
        "canonical_url": absolute_address(request.community, blog.get_absolute_url()),
        "robots": "" if is_public and page.rows and not place else "noindex, follow",
    }


def _feed(request: CommunityRequest, blog: OwnBlog) -> str:
    """Feeds are for visitors: none where these blogs are not there for them."""
    if not is_open(request.community, None, FEATURE):
        return ""
    return reverse("blogs:show-own-feed", kwargs={"owner": blog.owner.handle, "suffix": "xml"})


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def start_blog(request: MemberRequest) -> HttpResponse:
    """One press, and the blog is there."""
    spaces, by = _spaces(request), member_of(request)
    own = blog_of(by, spaces)
    if own is not None:
        return redirect(own)
    offered = [space for space in spaces if can_start_blog(by, space)]
    if not offered:
        raise NotAllowed
    problem: DomainError | None = None
    if request.method == "POST":
        space = next((one for one in offered if one.slug == request.POST.get("space")), None)
        if space is None:
            raise NotAllowed
        try:
            blog = services.start_blog(space, by=by, community=request.community)
        except NotAllowed:
            raise
        except DomainError as refusal:
            problem = refusal
        else:
            messages.success(request, _("Your blog is open. Its first article is up to you."))
            return redirect(blog)
    wanted = request.GET.get("space", "")
    offered.sort(key=lambda space: space.slug != wanted)
    context = {"spaces": offered, "problem": problem, "robots": "noindex"}
    page = render(request, "blogs/own/start_blog.html", context, status=422 if problem else 200)
    return refused(page, problem)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_blog(request: MemberRequest, owner: str) -> HttpResponse:
    """Name, words, look, the article that stands first; and the end of the blog."""
    blog, by = get_own_blog(request, owner), member_of(request)
    if not can_edit_blog(by, blog):
        raise NotAllowed
    form = BlogForm(request.POST if request.method == "POST" else None, blog=blog)
    if request.method != "POST" or not form.is_valid():
        return _settings(request, blog, form, status=422 if form.errors else 200)
    version = form.cleaned_data["version"]
    try:
        services.edit_blog(blog, form.wishes(), by=by, language=plain_language(), version=version)
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error(getattr(refusal, "field", "") or None, str(refusal))
        status = 409 if isinstance(refusal, ChangedMeanwhile) else 422
        return refused(_settings(request, blog, form, status=status), refusal)
    messages.success(request, _("Saved."))
    return redirect(blog)


def _settings(request: MemberRequest, blog: OwnBlog, form: BlogForm, *, status: int) -> HttpResponse:
    context = {"blog": blog, "form": form, "robots": "noindex", "followers": follower_count(blog)}
    return render(request, "blogs/own/edit_blog.html", context, status=status)


@feature_required(FEATURE)
@require_POST
def end_blog(request: MemberRequest, owner: str) -> HttpResponse:
    blog = get_own_blog(request, owner)
    if "sure" not in request.POST:
        messages.error(request, _("Tick the box to end your blog. Nothing was changed."))
        return redirect("blogs:edit-blog", owner)
    space = blog.space
    services.end_blog(blog, by=member_of(request))
    messages.success(
        request, _("Your blog is ended. Its articles stay in “%(space)s”.") % {"space": space.name}
    )
    return redirect(space)


@feature_required(FEATURE)
@require_POST
def follow_own_blog(request: MemberRequest, owner: str) -> HttpResponse:
    blog = get_own_blog(request, owner)
    try:
        services.follow_blog(blog, by=member_of(request))
    except TooFast as refusal:
        return told_in_place(request, refusal, back=blog.get_absolute_url())
    messages.success(request, _("You follow %(blog)s.") % {"blog": blog.title})
    return _followed(request, blog, True)


@feature_required(FEATURE)
@require_POST
def unfollow_own_blog(request: MemberRequest, owner: str) -> HttpResponse:
    blog = get_own_blog(request, owner)
    services.unfollow_blog(blog, by=member_of(request))
    messages.success(request, _("You no longer follow %(blog)s.") % {"blog": blog.title})
    return _followed(request, blog, False)


def _followed(request: MemberRequest, blog: OwnBlog, follows: bool) -> HttpResponse:
    context = {"blog": blog, "follows": follows}
    return answer_in_place(
        request,
        blog,
        block=lambda: render_to_string("blogs/own/follow_own_blog.html", context, request),
        target="closest form",
    )
