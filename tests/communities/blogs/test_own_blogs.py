"""Members’ own blogs: one press, nobody else writes, followers, words that are judged, leaving, another community."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from communities.blogs.exceptions import BlogChanged, BlogError, OwnBlogNeeded
from communities.blogs.own.models import BlogFollower, OwnBlog
from communities.blogs.own.permissions import OWN_BLOGS
from communities.blogs.own.queries import own_titles
from communities.blogs.own.services import (
    BlogWishes,
    edit_blog,
    end_blog,
    follow_blog,
    start_blog,
    unfollow_blog,
)
from communities.blogs.permissions import can_edit_article
from communities.blogs.services import Draft, publish_article, schedule_article, write_article
from communities.content.models import Space, Thread
from communities.content.services.shelving import archive_space
from communities.exceptions import NotAllowed
from communities.launch.exceptions import FeatureClosed
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_post
from communities.people.merging import merge_memberships
from communities.people.services import leave_community
from members.models import Member
from moderation.models import WatchWord
from tests.conftest import Cast
from tests.factories import make_membership, make_space


@pytest.fixture
def diaries(here: Cast) -> Space:
    with here.scope():
        return own_space()


def own_space(**fields: object) -> Space:
    told = {"kind": "blog", "slug": "diaries", "name": "Diaries", "settings": {"switches": [OWN_BLOGS]}}
    return make_space(**told | fields)


def publish(space: Space, here: Cast, *, by: Membership, title: str = "Hemp or cotton") -> Thread:
    draft = Draft(title, f"<p>What I think of it: {title}.</p>")
    thread = write_article(space, by=by, community=here.community, draft=draft)
    publish_article(thread, by=by)
    return Thread.objects.select_related("space", "author").get(pk=thread.pk)


def test_one_press_starts_a_blog_and_a_second_changes_nothing(here: Cast, diaries: Space) -> None:
    client = here.sign_in(here.member)
    assert "Start my blog" in client.get(here.url("/blogs/diaries/")).content.decode()
    # Writing begins with the blog.
    to_start = client.get(here.url("/blogs/diaries/new/"))
    assert to_start.headers["Location"] == here.url("/blogs/new/?space=diaries")
    address = here.url(f"/blogs/@{here.member.handle}/")
    assert address in client.get(to_start.headers["Location"]).content.decode()
    for _press in range(2):
        answer = client.post(here.url("/blogs/new/"), {"space": "diaries"})
        assert answer.headers["Location"] == address
    with here.scope():
        assert OwnBlog.objects.filter(owner=here.member, space=diaries).count() == 1
    page = client.get(address).content.decode()
    assert f"Blog by {here.member.display_name}" in page
    assert "Your blog waits for its first article" in page
    assert client.get(here.url("/blogs/diaries/new/")).status_code == 200


@pytest.mark.parametrize("path", ["/blogs/", "/blogs/people/", "/blogs/diaries/"])
def test_wherever_it_is_offered_it_is_one_press(here: Cast, diaries: Space, path: str) -> None:
    client = here.sign_in(here.member)
    page = client.get(here.url(path)).content.decode()
    presses = re.findall(
        r'<form\s+action="([^"]*/blogs/new/)" method="post"[^>]*>(.*?)</form>', page, re.DOTALL
    )
    assert presses
    for address, inside in presses:
        assert "Start my blog" in inside
        sent = dict(re.findall(r'type="hidden" name="(space)" value="([^"]+)"', inside))
        assert client.post(address, sent).headers["Location"] == here.url(f"/blogs/@{here.member.handle}/")


def test_among_several_spaces_one_chooses_first(here: Cast, diaries: Space) -> None:
    with here.scope():
        own_space(slug="notes", name="Notes")
    client = here.sign_in(here.member)
    page = client.get(here.url("/blogs/people/")).content.decode()
    assert f'href="{here.url("/blogs/new/")}"' in page
    assert f'action="{here.url("/blogs/new/")}"' not in page
    # In one of them there is nothing to choose.
    assert 'name="space" value="notes"' in client.get(here.url("/blogs/notes/")).content.decode()


def test_its_page_shows_its_owners_articles_the_pinned_one_first(here: Cast, diaries: Space) -> None:
    with here.scope():
        blog = start_blog(diaries, by=here.member, community=here.community)
        start_blog(diaries, by=here.ambassador, community=here.community)
        first = publish(diaries, here, by=here.member, title="The first of mine")
        publish(diaries, here, by=here.member, title="The second of mine")
        publish(diaries, here, by=here.ambassador, title="Not one of mine")
        wishes = BlogWishes("Under sail", "From the deck.", "deep", "rope", first.pk)
        edit_blog(blog, wishes, by=here.member)
    page = Client().get(here.url(f"/blogs/@{here.member.handle}/")).content.decode()
    titles = re.findall(r"The (?:first|second) of mine", re.sub(r"<title>.*?</title>", "", page))
    assert titles[0] == "The first of mine"
    assert len(titles) == 2
    assert "Under sail" in page
    assert "is-deep" in page
    assert "Not one of mine" not in page
    member = here.sign_in(here.ambassador).get(here.url(f"/members/{here.member.handle}/")).content.decode()
    assert f'<a href="{here.url(f"/blogs/@{here.member.handle}/")}" dir="auto">Under sail</a>' in member
    feed = Client().get(here.url(f"/blogs/@{here.member.handle}/feed.xml")).content.decode()
    assert "Under sail" in feed
    assert "The second of mine" in feed
    assert "Not one of mine" not in feed
    article = Client().get(here.url(first.get_absolute_url())).content.decode()
    assert f'href="{here.url(f"/blogs/@{here.member.handle}/")}"' in article


def test_nobody_writes_in_the_blog_of_another(here: Cast, diaries: Space) -> None:
    with here.scope():
        start_blog(diaries, by=here.member, community=here.community)
        thread = publish(diaries, here, by=here.member)
        assert can_edit_article(here.member, thread)
        for person in (here.owner, here.manager, here.moderator, here.ambassador):
            assert not can_edit_article(person, thread)
            with pytest.raises(OwnBlogNeeded):
                publish(diaries, here, by=person)
        assert Thread.objects.filter(space=diaries).count() == 1
        elsewhere = publish(here.blog, here, by=here.manager)
        assert can_edit_article(here.owner, elsewhere)


def test_who_may_not_start_articles_there_may_not_have_a_blog(here: Cast) -> None:
    with here.scope():
        space = own_space(posting="roles", let_in={"start": {"roles": ["ambassador"]}})
        for person in (here.member, here.marketing):
            with pytest.raises(NotAllowed):
                start_blog(space, by=person, community=here.community)
        start_blog(space, by=here.ambassador, community=here.community)
        with pytest.raises(NotAllowed):
            # A blog is for whoever writes in one, and this is none.
            start_blog(here.blog, by=here.owner, community=here.community)
        other = own_space(slug="notes", name="Notes")
        with pytest.raises(BlogError, match="Diaries"):
            start_blog(other, by=here.ambassador, community=here.community)
    assert here.sign_in(here.marketing).post(here.url("/blogs/new/"), {"space": "diaries"}).status_code == 403


def test_a_blog_comes_along_from_a_space_that_its_owner_no_longer_finds(here: Cast, diaries: Space) -> None:
    with here.scope():
        blog = start_blog(diaries, by=here.member, community=here.community)
        first = publish(diaries, here, by=here.member)
        blog = edit_blog(blog, BlogWishes("Under sail", pinned=first.pk), by=here.member)
        follow_blog(blog, by=here.ambassador)
        notes = own_space(slug="notes", name="Notes")
        forget_all()
        with pytest.raises(BlogError):
            start_blog(notes, by=here.member, community=here.community)
        archive_space(diaries, by=here.owner, community=here.community)
        forget_all()
    client = here.sign_in(here.member)
    to_start = client.get(here.url("/blogs/notes/new/")).headers["Location"]
    assert client.post(to_start, {"space": "notes"}).status_code == 302
    assert client.get(here.url("/blogs/notes/new/")).status_code == 200
    page = client.get(here.url(f"/blogs/@{here.member.handle}/")).content.decode()
    assert "Under sail" in page
    assert "1 person follows it" in page
    assert "Hemp or cotton" not in page


def test_the_article_that_stands_first_stays_however_old_it_is(here: Cast, diaries: Space) -> None:
    with here.scope():
        blog = start_blog(diaries, by=here.member, community=here.community)
        old, new = (publish(diaries, here, by=here.member, title=title) for title in ("Old", "New"))
        assert own_titles(blog, 1) == [(new.pk, "New")]
        blog = edit_blog(blog, BlogWishes(pinned=old.pk), by=here.member)
        assert own_titles(blog, 1) == [(new.pk, "New"), (old.pk, "Old")]


def test_a_closed_part_is_found_nowhere(here: Cast, diaries: Space) -> None:
    with here.scope():
        start_blog(diaries, by=here.member, community=here.community)
        article = publish(diaries, here, by=here.member)
    Community.objects.filter(pk=here.community.pk).update(open_features=["blogs", "search"])
    forget_all()
    client, handle = here.sign_in(here.member), here.member.handle
    for path in ("/blogs/new/", "/blogs/people/", f"/blogs/@{handle}/", f"/blogs/@{handle}/feed.xml"):
        assert client.get(here.url(path)).status_code == 404, path
    for path in (here.url("/blogs/diaries/"), here.url("/blogs/"), here.url(article.get_absolute_url())):
        page = client.get(path).content.decode()
        assert "Members’ own blogs" not in page
        assert f"/blogs/@{handle}/" not in page
    with here.scope(), pytest.raises((NotAllowed, FeatureClosed)):
        publish(diaries, here, by=Membership.objects.get(pk=here.member.pk))


def test_followers_are_told_once_of_an_article_that_they_may_read(here: Cast, diaries: Space) -> None:
    with here.scope():
        blog = start_blog(diaries, by=here.member, community=here.community)
        follow_blog(blog, by=here.ambassador)
        follow_blog(blog, by=here.ambassador)
        follow_blog(blog, by=here.marketing)
        unfollow_blog(blog, by=here.marketing)
        with pytest.raises(NotAllowed):
            follow_blog(blog, by=here.member)
        start_blog(diaries, by=here.manager, community=here.community)
        for writer in (here.member, here.manager):
            tell_of_post(publish(diaries, here, by=writer).opening())
        told = Notification.objects.filter(kind="article_published")
        assert [(one.membership_id, one.thread.author_id) for one in told] == [
            (here.ambassador.pk, here.member.pk)
        ]
        Space.objects.filter(pk=diaries.pk).update(audience="team")
        forget_all()
        told.delete()
        later = publish(Space.objects.get(pk=diaries.pk), here, by=here.member, title="For the team")
        tell_of_post(later.opening())
        assert not told.exists()


def test_settings_keep_what_was_typed_and_refuse_what_is_not_ones_own(here: Cast, diaries: Space) -> None:
    with here.scope():
        blog = start_blog(diaries, by=here.member, community=here.community)
        start_blog(diaries, by=here.ambassador, community=here.community)
        foreign = publish(diaries, here, by=here.ambassador)
        WatchWord.objects.create(word="swindle", action="hold")
        forget_all()
        with pytest.raises(BlogError):
            edit_blog(blog, BlogWishes(pinned=foreign.pk), by=here.member)
        edit_blog(blog, BlogWishes("Under sail"), by=here.member, version=1)
        with pytest.raises(BlogChanged):
            edit_blog(blog, BlogWishes("Over sail"), by=here.member, version=1)
    client, path = here.sign_in(here.member), here.url(f"/blogs/@{here.member.handle}/settings/")
    stale = client.post(path, {"name": "Third window", "band": "tint", "version": "1"})
    assert stale.status_code == 409
    assert "Third window" in stale.content.decode()
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(trust_level=0)
    refused = client.post(path, {"name": "Great swindle", "band": "tint", "version": "2"})
    assert refused.status_code == 422
    assert "Great swindle" in refused.content.decode()
    assert client.post(path, {"name": "x" * 81, "band": "loud"}).status_code == 422
    assert here.sign_in(here.owner).get(path).status_code == 403
    with here.scope():
        assert OwnBlog.objects.get(pk=blog.pk).name == "Under sail"


def test_ending_and_leaving_leave_the_articles(here: Cast, diaries: Space) -> None:
    with here.scope():
        blog = start_blog(diaries, by=here.member, community=here.community)
        follow_blog(blog, by=here.ambassador)
        publish(diaries, here, by=here.member)
        draft = Draft("Left in the drawer", "<p>Unfinished.</p>")
        left = write_article(diaries, by=here.member, community=here.community, draft=draft)
    client, at = here.sign_in(here.member), here.url(f"/blogs/@{here.member.handle}/")
    assert client.post(f"{at}end/").headers["Location"] == f"{at}settings/"
    assert here.sign_in(here.owner).post(f"{at}end/", {"sure": "1"}).status_code == 403
    assert client.post(f"{at}end/", {"sure": "1"}).headers["Location"] == here.url("/blogs/diaries/")
    assert client.get(at).status_code == 404
    with here.scope():
        assert not BlogFollower.objects.exists()
        with pytest.raises(OwnBlogNeeded):
            publish_article(left, by=here.member)
        start_blog(diaries, by=here.member, community=here.community)
        assert publish_article(left, by=here.member)
        leave_community(here.member, by=here.member)
        assert not OwnBlog.objects.exists()
        assert Thread.objects.filter(space=diaries, state="published").count() == 2
    assert Client().get(at).status_code == 404
    assert "Hemp or cotton" in Client().get(here.url("/blogs/diaries/")).content.decode()


def test_a_draft_without_a_blog_is_not_scheduled_either(here: Cast, diaries: Space) -> None:
    from django.utils import timezone

    with here.scope():
        blog = start_blog(diaries, by=here.member, community=here.community)
        draft = Draft("For tomorrow", "<p>Soon.</p>")
        thread = write_article(diaries, by=here.member, community=here.community, draft=draft)
        end_blog(blog, by=here.member)
        with pytest.raises(OwnBlogNeeded):
            schedule_article(thread, by=here.member, at=timezone.now() + timezone.timedelta(days=1))


def test_two_memberships_of_one_person_keep_one_blog(here: Cast, diaries: Space) -> None:
    with here.scope():
        twin = make_membership()
        for person in (here.member, twin):
            blog = start_blog(diaries, by=person, community=here.community)
            follow_blog(blog, by=here.ambassador)
        follow_blog(blog, by=here.marketing)
        follow_blog(blog, by=here.member)
        follow_blog(OwnBlog.objects.get(owner=here.member), by=twin)
        merge_memberships(here.member, twin, by=here.owner)
        kept = OwnBlog.objects.get()
        assert kept.owner_id == here.member.pk
        followers = BlogFollower.objects.filter(blog=kept).values_list("membership_id", flat=True)
        assert sorted(followers) == sorted([here.ambassador.pk, here.marketing.pk])


def test_a_given_up_handle_leads_to_the_blog(here: Cast, diaries: Space) -> None:
    from communities.people.services import edit_profile

    with here.scope():
        start_blog(diaries, by=here.member, community=here.community)
        former = here.member.handle
        edit_profile(here.member, by=here.member, handle="jonas-again")
    moved = Client().get(here.url(f"/blogs/@{former}/"))
    assert (moved.status_code, moved.headers["Location"]) == (301, here.url("/blogs/@jonas-again/"))


def test_other_communities_and_closed_spaces_show_nothing(
    here: Cast, elsewhere: Cast, stranger: Member, diaries: Space
) -> None:
    with elsewhere.scope():
        own_space()
    with here.scope():
        start_blog(diaries, by=here.member, community=here.community)
    handle = here.member.handle
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(f"/blogs/@{handle}/")).status_code == 404
    assert handle not in Client().get(elsewhere.url("/blogs/people/")).content.decode()
    with here.scope():
        Space.objects.filter(pk=diaries.pk).update(audience="team")
        forget_all()
    outsider = Client()
    outsider.force_login(stranger)
    for client in (Client(), outsider, here.sign_in(here.ambassador)):
        assert client.get(here.url(f"/blogs/@{handle}/")).status_code == 404
        assert client.get(here.url("/blogs/people/")).status_code == 404
    assert here.sign_in(here.manager).get(here.url(f"/blogs/@{handle}/")).status_code == 200


def test_the_switch_is_set_on_the_form_of_the_space_and_taken_back_in_the_journal(here: Cast) -> None:
    client = here.sign_in(here.owner)
    with here.scope():
        path = here.url(f"/manage/spaces/{here.blog.pk}/edit/")
    page = client.get(path).content.decode()
    assert "Everybody writes in a blog of their own" in page
    sent = {
        "name": "Journal", "slug": "journal", "audience": "public", "posting": "members", "replying": "members",
        "minimum": "0", "mode": "", "switch-own_blogs": "on",
    }  # fmt: skip
    assert client.post(path, sent).status_code == 302
    with here.scope():
        assert Space.objects.get(pk=here.blog.pk).has(OWN_BLOGS)
    assert "Start my blog" in here.sign_in(here.member).get(here.url("/blogs/journal/")).content.decode()
    del sent["switch-own_blogs"]
    # Who began before that is shown what is kept now.
    late = client.post(path, sent | {"version": "1"})
    assert late.status_code == 409
    assert "<p>yes</p>" in late.content.decode().partition('id="id_switch-own_blogs_kept"')[2]
    assert client.post(path, sent).status_code == 302
    with here.scope():
        assert not Space.objects.get(pk=here.blog.pk).has(OWN_BLOGS)
