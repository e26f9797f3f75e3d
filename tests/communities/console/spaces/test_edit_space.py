"""One space, changed on its page: what members and visitors then see, and what is refused in a sentence."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.content.models import Space, Subscription, Thread
from communities.content.services.folding import fold_spaces
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.reading import journal_page
from communities.journal.services import undo
from communities.memory import forget_all
from communities.models import Community
from communities.notifications.models import Notification
from communities.notifications.tasks import clear_bells, notify_of_post
from communities.people.entrusting import name_author
from moderation.models import AuditEvent
from tests.communities.console.spaces.conftest import Team
from tests.conftest import Cast
from tests.factories import make_field, make_membership, make_reply, make_space, make_thread
from tests.sweeps.world import a_picture


def test_a_space_is_added_and_members_find_it(here: Cast, team: Team) -> None:
    asked = team.get("/manage/spaces/new/")
    assert asked.status_code == 200
    assert 'name="kind"' in asked.content.decode()
    sent = {
        "kind": "forum",
        "name": "Knots & splices",
        "audience": "public",
        "posting": "members",
        "replying": "members",
        "minimum": "3",
        "starts": ["question"],
        "mode": "",
        "drawing": "rope",
        "order": "activity",
    }
    answer = team.post("/manage/spaces/new/", sent)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    with here.scope():
        space = Space.objects.get(slug="knots-splices")
        assert (space.asks, space.minimum, space.place) == (True, 3, 1)
        change = Change.objects.newest().first()
        assert change is not None
        assert (change.act, change.what) == ("add_space", "Knots & splices")
    forget_all()
    assert "Knots &amp; splices" in here.sign_in(None).get(here.url("/forums/")).content.decode()


def test_a_new_name_and_address_keep_the_former_ones_working(here: Cast, team: Team) -> None:
    with here.scope():
        article = make_thread(here.blog, by=here.manager, title="A refit")
    assert team.edit(here.blog, name="Logbook", slug="logbook").status_code == 302
    visitor = here.sign_in(None)
    for former, now in (
        ("/blogs/journal/", "/blogs/logbook/"),
        (f"/blogs/journal/{article.slug}/", f"/blogs/logbook/{article.slug}/"),
        ("/blogs/journal/feed.xml", "/blogs/logbook/feed.xml"),
    ):
        forget_all()
        answer = visitor.get(here.url(former))
        assert (answer.status_code, answer["Location"]) == (301, here.url(now)), former
        assert visitor.get(here.url(now)).status_code == 200
    team.edit(here.blog, slug="book")
    forget_all()
    answer = visitor.get(here.url(f"/blogs/journal/{article.slug}/"))
    assert answer["Location"] == here.url(f"/blogs/book/{article.slug}/"), "straight to where it is now"
    assert team.edit(here.blog, slug="journal").status_code == 302, "back to its own former address"
    forget_all()
    assert visitor.get(here.url("/blogs/journal/")).status_code == 200
    assert visitor.get(here.url("/blogs/book/"))["Location"] == here.url("/blogs/journal/")


def test_names_and_addresses_of_others_are_refused_in_a_sentence(here: Cast, team: Team) -> None:
    with here.scope():
        deck = make_space(slug="deck", name="Deck gear")
    team.edit(here.forum, slug="lines")
    for changes, said in (
        ({"name": "DÉCK GEAR"}, "There is a space called “Deck gear” already."),
        ({"name": "\u200b "}, "Give it a name."),
        ({"slug": "deck"}, "“Deck gear” has this address."),
        ({"slug": "new"}, "This address means something else."),
        ({"slug": "Été!"}, "Use lower-case letters, digits and hyphens."),
        ({"audience": "roles"}, "Choose at least one role."),
        ({"audience": "field"}, "Choose a profile field."),
        ({"required_tags": "a,b,c,d,e,f,g,h,i"}, "8 at most."),
        ({"required_tags": "!!!"}, "A tag needs a letter or a digit."),
        ({"minimum": "-1"}, "Ensure this value is greater than or equal to 0."),
    ):
        answer = team.edit(here.forum, **{"prompt": "What I typed", **changes})
        page = answer.content.decode()
        assert answer.status_code == 422, changes
        assert said in page, (changes, page[:500])
        assert "What I typed" in page
    assert team.edit(deck, slug="rigging").status_code == 422, "a former address of another space leads there"
    assert team.fresh(here.forum).prompt == ""


def test_two_at_once_lose_nothing(here: Cast, team: Team) -> None:
    assert team.edit(here.forum, description="Mine").status_code == 302
    answer = team.edit(here.forum, version=1, description="Yours", prompt="Kept")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody changed this a moment ago." in page
    assert "Kept" in page
    assert "Yours differs in: One sentence, Starter prompt." in page
    assert "<p>Mine</p>" in page.partition('id="id_description_kept"')[2]
    assert "<p>not set</p>" in page.partition('id="id_prompt_kept"')[2]
    assert team.fresh(here.forum).description == "Mine"


def test_fewer_readers_are_asked_about_with_counts_first(here: Cast, team: Team) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, title="Quokka in the open")
    answer = team.edit(here.forum, audience="members")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 thread leaves search engines, feeds and the pages of visitors." in page
    assert team.fresh(here.forum).audience == "public"
    form = page.partition('enctype="multipart/form-data"')[2]
    first = form[form.index('type="submit"') :].partition(">")[0]
    assert "sure" not in first, "Enter in a field presses the first button: it must do no harm"
    sure = page.split('name="sure" value="')[1].split('"')[0].replace("&quot;", '"')
    wrong = team.edit(here.forum, audience="team", sure=sure)
    assert wrong.status_code == 422, "a yes to one circle is no yes to another"
    assert "members will not read it any more." in wrong.content.decode()
    assert team.edit(here.forum, audience="members", sure=sure).status_code == 302
    forget_all()
    visitor, member = here.sign_in(None), here.sign_in(here.member)
    for path in (thread.get_absolute_url(), here.forum.get_absolute_url()):
        assert visitor.get(here.url(path)).status_code == 404
        assert member.get(here.url(path)).status_code == 200
    for path in ("/feed.xml", "/sitemaps/threads-1.xml", "/search/?q=quokka", "/"):
        assert "Quokka in the open" not in visitor.get(here.url(path)).content.decode(), path
    assert "Quokka in the" in member.get(here.url("/")).content.decode()


def test_a_circle_of_roles_or_of_a_field_is_chosen_on_the_page(here: Cast, team: Team) -> None:
    with here.scope():
        make_field("text", "Town", key="town")
        breton = make_membership(profile={"town": "Brest"})
    page = team.get(f"/manage/spaces/{here.forum.pk}/edit/").content.decode()
    assert '<option value="town">Town</option>' in page, "the fields of the community are offered"
    sent = {"audience": "field", "read-field-field": "town", "read-field-values": "Brest, Nantes ,Brest"}
    asked = team.edit(here.forum, **sent)
    assert "members will not read it any more." in asked.content.decode()
    mark = asked.content.decode().split('name="sure" value="')[1].split('"')[0].replace("&quot;", '"')
    assert team.edit(here.forum, **sent, sure=mark).status_code == 302
    assert team.fresh(here.forum).said("read") == {"field": "town", "words": ["Brest", "Nantes"]}
    forget_all()
    path = here.url(here.forum.get_absolute_url())
    assert here.sign_in(breton).get(path).status_code == 200
    assert here.sign_in(here.member).get(path).status_code == 404
    with here.scope():
        assert make_thread(here.forum, by=breton).is_published


def test_bells_count_nothing_that_one_reads_no_longer(here: Cast, team: Team) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        for person in (here.member, here.moderator):
            Subscription.objects.update_or_create(
                membership=person, thread=thread, defaults={"level": "follow"}
            )
        post = make_reply(thread, by=here.manager)
        notify_of_post(community_id=here.community.pk, post_id=post.pk)
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(audience="team")
    forget_all()
    clear_bells(community_id=here.community.pk, space_id=here.forum.pk)
    with here.scope():
        for person, left in ((here.member, 0), (here.moderator, 1)):
            person.refresh_from_db()
            assert person.unread_count == left
            assert Notification.objects.for_membership(person).unread().count() == left


def test_what_may_be_started_and_which_tags_it_needs(here: Cast, team: Team) -> None:
    answer = team.edit(here.forum, starts=["topic"], required_tags="boat, Deck gear", prompt="Which boat?")
    assert answer.status_code == 302
    forget_all()
    member, path = here.sign_in(here.member), here.url("/forums/f/rigging/new/")
    page = member.get(path).content.decode()
    assert "A question: somebody can answer it" not in page
    assert "Which boat?" in page
    assert "At least one of these: boat or Deck gear." in page
    text = {"kind": "topic", "title": "A splice", "body": "How?", "body_format": "markdown", "tags": "sail"}
    refused = member.post(path, text)
    assert refused.status_code == 422
    assert "Threads in this space need one of these tags: boat or Deck gear." in refused.content.decode()
    assert member.post(path, text | {"kind": "question", "tags": "boat"}).status_code == 422
    kept = member.post(path, text | {"draft": "1", "title": "Waits"})
    assert kept.status_code == 302, "a draft may wait with its tags"
    assert member.post(path, text | {"tags": "DÉCK gear"}).status_code == 302
    with here.scope():
        thread = Thread.objects.get(title="A splice")
    renamed = member.post(
        here.url(f"{thread.get_absolute_url()}edit/"), {"title": "A splice", "tags": "sail"}
    )
    assert renamed.status_code == 422
    with here.scope():
        assert [tag.slug for tag in thread.tags.all()] == ["deck-gear"]


def test_drawing_sentence_and_language_are_what_readers_meet(here: Cast, elsewhere: Cast, team: Team) -> None:
    Community.objects.filter(pk=here.community.pk).update(languages=["en", "fr"])
    answer = team.edit(here.forum, drawing="rope", description="Nœuds et cordages", language="fr")
    assert answer.status_code == 302, answer.content.decode()[:2000]
    forget_all()
    for reader in (here.sign_in(None), here.sign_in(here.member)):
        listed = reader.get(here.url("/forums/")).content.decode()
        assert "art.svg#rope" in listed
        assert re.search(r'lang="fr"[^>]*>(?:(?!</div>).)*Nœuds et cordages', listed, re.S)
    text = {"kind": "topic", "title": "Une épissure", "body": "Voilà.", "body_format": "markdown"}
    assert here.sign_in(here.member).post(here.url("/forums/f/rigging/new/"), text).status_code == 302
    with here.scope():
        thread = Thread.objects.get(title="Une épissure")
    assert thread.language == "fr"
    assert '<h1 lang="fr">' in here.sign_in(None).get(here.url(thread.get_absolute_url())).content.decode()
    other = elsewhere.sign_in(None).get(elsewhere.url("/forums/")).content.decode()
    assert "art.svg#rope" not in other
    assert "Nœuds" not in other


def test_a_minimum_folds_the_space_during_a_launch(here: Cast, team: Team) -> None:
    community = Community.objects.get(pk=here.community.pk)
    community.launch = {**community.launch, "begun": True}
    with here.scope():
        make_thread(make_space(kind="forum", slug="sails", name="Sails"), by=here.manager)
        for _number in range(2):
            make_thread(here.forum, by=here.manager)

    def is_listed(minimum: int) -> bool:
        assert team.edit(here.forum, minimum=minimum).status_code == 302
        with here.scope():
            Space.objects.filter(slug="sails").update(settings={"minimum": 1})
            fold_spaces(community)
        forget_all()
        return "Rigging" in here.sign_in(here.member).get(here.url("/forums/new/")).content.decode()

    assert [is_listed(2), is_listed(3), is_listed(0)] == [True, False, True]


def test_newest_first_is_another_order_of_the_list(here: Cast, team: Team) -> None:
    with here.scope():
        first, second = (make_thread(here.forum, by=here.manager, title=title) for title in ("One", "Two"))
        Thread.objects.filter(pk=first.pk).update(last_activity_at=second.published_at.replace(year=2090))

    def order() -> list[str]:
        forget_all()
        page = here.sign_in(None).get(here.url("/forums/f/rigging/")).content.decode()
        return sorted(("One", "Two"), key=lambda title: page.index(f">{title}<"))

    assert order() == ["One", "Two"]
    assert team.edit(here.forum, order="new").status_code == 302
    assert order() == ["Two", "One"]


def test_authors_are_named_and_only_they_start(here: Cast, team: Team) -> None:
    assert team.edit(here.forum, posting="authors").status_code == 302
    page = here.sign_in(here.owner).get(here.url(f"/manage/spaces/{here.forum.pk}/edit/")).content.decode()
    assert here.url("/manage/team/authors/") in page, "one page says who they are"
    with here.scope():
        name_author(team.fresh(here.forum), here.member, by=here.manager)
    assert team.edit(here.forum, description="Another word").status_code == 302, "they stay as they were"
    forget_all()
    path = here.url("/forums/f/rigging/new/")
    assert here.sign_in(here.member).get(path).status_code == 200
    assert here.sign_in(here.ambassador).get(path).status_code == 403
    with here.scope():
        imported = make_membership(unclaimed=True)
        # Nobody is there who could write.
        with pytest.raises(NotAllowed):
            name_author(team.fresh(here.forum), imported, by=here.manager)


def test_a_mode_holds_texts_and_stands_in_both_journals(here: Cast, team: Team) -> None:
    assert team.edit(here.forum, mode="pre").status_code == 302
    space = team.fresh(here.forum)
    with here.scope():
        thread = make_thread(space, by=here.member)
        assert thread.state == "pending"
        assert AuditEvent.objects.filter(act="set_mode", subject="rigging", after="pre").count() == 1


def test_a_picture_is_shown_and_taken_away(here: Cast, team: Team) -> None:
    refused = team.edit(here.forum, picture=SimpleUploadedFile("x.png", b"no picture"))
    assert refused.status_code == 422
    assert "This file cannot be used." in refused.content.decode()
    assert team.edit(here.forum, picture=a_picture()).status_code == 302
    picture = team.fresh(here.forum).picture
    assert picture.startswith("public/spaces/")
    forget_all()
    page = here.sign_in(None).get(here.url("/forums/")).content.decode()
    assert picture in page
    address = page.split(picture)[0].rsplit('"', 1)[1] + picture
    assert here.sign_in(None).get(address).status_code == 200
    assert team.edit(here.forum, remove_picture="on").status_code == 302
    assert team.fresh(here.forum).picture == ""


def test_the_point_of_a_picture_stays_visible_and_comes_back(here: Cast, team: Team) -> None:
    team.edit(here.forum, picture=a_picture(), focal_x=20, focal_y="")
    refused = team.edit(here.forum, focal_x=101)
    assert refused.status_code == 422
    assert "100" in refused.content.decode()
    assert team.edit(here.forum, focal_x=72, focal_y=0).status_code == 302
    forget_all()
    page = here.sign_in(None).get(here.url("/forums/")).content.decode()
    assert 'class="focal-x7 focal-y0 under-' in page
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        assert (change.before, change.after) == (
            {"focal_x": 20, "focal_y": None},
            {"focal_x": 72, "focal_y": 0},
        )
        undo(change, here.owner)
    space = team.fresh(here.forum)
    assert (space.focal_x, space.focal_y) == (20, 50)
    assert space.framing.startswith("focal-x2 under-")
    team.edit(here.forum, remove_picture="on")
    assert "focal_x" not in team.fresh(here.forum).settings, "there is nothing that it is a point of"


def test_a_change_is_journalled_and_undone(here: Cast, team: Team) -> None:
    wishes = {"required_tags": "boat", "minimum": 7, "order": "new", "drawing": "balance"}
    team.edit(here.forum, name="Ropes", starts=["topic"], **wishes)
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        assert change.act == "edit_space"
        assert change.before["name"] == "Rigging"
        assert change.after["required_tags"] == ["boat"]
        words = {one.label: one.after for one in journal_page(here.owner).lines[0].differences}
        assert words["Drawing"] == "Scales", "not as the file is called"
        undo(change, here.owner)
        space = Space.objects.get(pk=here.forum.pk)
        assert (space.name, space.required_tags, space.order) == ("Rigging", (), "activity")
        assert space.starts == ("topic", "question")


@pytest.mark.parametrize("seen_as", ["visitor", "member"])
def test_the_preview_is_the_real_page_of_somebody_else(here: Cast, team: Team, seen_as: str) -> None:
    with here.scope():
        make_thread(here.forum, by=here.manager, title="Quokka")
        crew = make_space(slug="crew", audience="members")
    seen = team.get(f"/manage/spaces/{here.forum.pk}/preview/?as={seen_as}")
    page = seen.content.decode()
    assert seen.status_code == 200
    assert "Quokka" in page
    assert seen["X-Frame-Options"] == "SAMEORIGIN"
    for rule in ("frame-ancestors 'self'", "script-src 'none'", "form-action 'none'"):
        assert rule in seen["Content-Security-Policy"]
    assert "<script" not in page
    links = re.findall(r"<a\b[^>]*>", page)
    assert links
    assert not [link for link in links if re.search(r"\s(href|rel|target|hreflang)=", link)]
    assert page.count("<main") == 1
    assert "Follow" in page if seen_as == "member" else "Follow" not in page
    other = team.get(f"/manage/spaces/{crew.pk}/preview/?as={seen_as}").content.decode()
    assert ("Visitors do not see this space" in other) == (seen_as == "visitor")
