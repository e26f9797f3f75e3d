"""What is shown only after several steps: conflicts, codes, second thoughts."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db.models import F
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from communities.archive.going.working import work_on
from communities.archive.models import Coming, Export
from communities.blogs.services import set_cover
from communities.console.operator.backups import MANIFEST, Manifest
from communities.console.operator.watching import note_failure
from communities.console.place.services import change_place
from communities.console.place.values import present_values
from communities.console.recipe.services import send_owner_link
from communities.content.models import Post, State
from communities.content.services import edit_post
from communities.content.services.folding import fold_spaces
from communities.content.services.moving import begin_move
from communities.launch.emails import write_due
from communities.launch.models import Invitation, Stage, StageOpening
from communities.launch.queries import token_of
from communities.launch.services import (
    StageWishes,
    add_stage,
    announce_stage,
    close_link,
    invite_into_team,
    make_link,
    open_stage,
)
from communities.launch.services.inviting import invite
from communities.memory import forget_all
from communities.models import Community, Domain, Membership
from communities.notifications.emails import build_mail
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_opening
from communities.promotions.models import Banner
from communities.promotions.services import save_banner
from communities.texts.services import adopt, save_text
from communities.transfer.models import Import, ImportedItem
from members.mails.failing import FailingAddress, address_works
from members.models import Member
from members.operators import first_key
from moderation.models import Case
from moderation.services import claim_case, open_case, report_member, report_thing, withdraw_cases
from moderation.services.statements import seen_revision
from moderation.subjects.base import register_subject
from moderation.subjects.registry import SUBJECTS
from tests.communities.console.spaces.conftest import form_of
from tests.conftest import Cast, make_cast
from tests.factories import (
    make_field,
    make_membership,
    make_person,
    make_reply,
    make_space,
    make_thread,
)
from tests.moderation.subjects.banner import BannerSubject, make_banner
from tests.sweeps.world import World, a_picture


def go_through_all(world: World) -> None:
    _stale_edits(world)
    _second_answer(world)
    _codes(world)
    _former_member(world)
    _cover(world)
    _judging(world)
    _judged_article(world)
    _reported_page(world)
    _judged_thing(world)
    _demo_door(world)
    _first_password(world)
    _orders_file(world)
    _closed_month(world)
    _asking(world)
    _searching(world)
    _own_banner(world)
    _spaces(world)
    _channels(world)
    _people(world)
    _fields(world)
    _ways_in(world)
    _reach(world)
    _imports(world)
    _new_place()
    _operator(world)
    _own_place()
    _export(world)
    _texts(world)
    _arranged_home()
    _recipes(world)
    # Last, since it closes what the others need.
    _launch(world)


def _operator(world: World) -> None:
    """The operator inside a community, a suspended one that is to be deleted, a backup in the list."""
    there, desk = make_cast(), world.client("operator")
    place, why = f"/operator/communities/{there.community.slug}", {"reason": "ticket 318", "minutes": "30"}
    ticket = desk.post(f"{place}/enter/", why, headers={"host": "localhost"}).headers["Location"]
    desk.get(ticket[ticket.index("/c/") :])
    assert b"Operator access, ends" in desk.get(there.url("/")).content
    desk.post(there.url("/operator-access/leave/"))
    operators = list(Member.objects.filter(is_operator=True).values_list("pk", flat=True))
    Member.objects.update(is_operator=False)
    first = Client().get(f"/operator/first/{first_key()}/", headers={"host": "localhost"})
    assert first.status_code == 200
    Member.objects.filter(pk__in=operators).update(is_operator=True)
    desk.post(f"{place}/suspend/", why, headers={"host": "localhost"})
    forget_all()
    assert there.sign_in(there.owner).get(there.url("/")).status_code == 503
    name = {"name": there.community.name}
    desk.post(f"{place}/delete/", why | name, headers={"host": "localhost"})
    note_failure("communities.content.tasks.notify", [1], {"community_id": there.community.pk}, "KeyError: 1")
    page = desk.get(f"{place}/", headers={"host": "localhost"}).content
    assert b"It will be deleted on" in page
    assert b"KeyError" in page
    told = Manifest("parvis-1", "2026-11-27T03:10:00+00:00", "x", "18.1", {}, (), 0, 0, {})
    with TemporaryDirectory() as folder, override_settings(BACKUP_ROOT=folder):
        (Path(folder) / "parvis-1").mkdir()
        (Path(folder) / "parvis-1" / MANIFEST).write_text(told.written())
        assert b"parvis-1" in desk.get("/operator/backups/", headers={"host": "localhost"}).content


def _export(world: World) -> None:
    """An export from being asked for to its pages to read; one of another installation that is being checked."""
    there = make_cast()
    owner = there.sign_in(there.owner)
    with there.scope():
        make_thread(there.forum, by=there.owner)
    owner.post(there.url("/manage/export/"), {"sure": "on"})
    assert b"parts are written" in owner.get(there.url("/manage/export/")).content
    with there.scope():
        export = Export.objects.get()
    while not work_on(there.community, export.pk):
        pass
    coming = Coming.objects.create(file_name="export.zip", size=2)
    page = f"/operator/import/{coming.public_id}/"
    assert b"being checked" in world.client("operator").get(page, headers={"host": "localhost"}).content


def _people(world: World) -> None:
    """Acts on people who are ticked, and two memberships side by side."""
    here, manager = world.here, world.client("manager")
    with here.scope():
        ids, other = [make_membership().pk for _number in range(2)], make_membership()
    for act in ("role", "level", "note", "write", "remove"):
        assert manager.get(here.url(f"/manage/members/many/{act}/"), {"person": ids}).status_code == 200
    said = {"person": ids, "subject": "Sea trials", "text": "Come on Saturday."}
    assert manager.post(here.url("/manage/members/many/write/"), said).status_code == 302
    merge = here.url(f"/manage/members/{here.member.pk}/merge/")
    assert b"Merge the two" in manager.get(merge, {"other": other.handle}).content


def _fields(world: World) -> None:
    """What kind of field is added; one that a space lets people in by, and one with answers, about to be deleted."""
    here, manager = world.here, world.client("manager")
    assert b"the answers are of this kind" in manager.get(here.url("/manage/profile-fields/new/")).content
    with here.scope():
        named, answered = make_field(key="named"), make_field(key="answered")
        make_space(audience="field", let_in={"read": {"field": "named", "words": ["Yes"]}})
        make_membership(profile={"answered": "Yes"})
    for field, words in ((named, b"spaces let people in by it"), (answered, b"1 person has answered it")):
        assert words in manager.get(here.url(f"/manage/profile-fields/{field.pk}/delete/")).content


def _ways_in(world: World) -> None:
    """A member who is invited into the team, somebody at a link that has ended, a question of the team."""
    here = world.here
    with here.scope():
        member = make_membership()
        assert member.member is not None
        letter = invite_into_team(member.member.email, by=here.owner, role="moderator")
        link = make_link(by=here.manager, name="Over")
        close_link(link, by=here.manager)
    assert b"Welcome back" in Client().get(here.url(f"/i/{token_of(letter)}")).content
    assert b"This link has ended" in Client().get(here.url(f"/i/{link.key}")).content


def _new_place() -> None:
    """The home page of an empty place, then with questions to pick up and articles beside the newest."""
    new = make_cast()
    home = new.url("/")
    assert b"Before the first guests" in new.sign_in(new.owner).get(home).content
    with new.scope():
        make_thread(new.forum, by=new.ambassador, kind="question")
        for _number in range(2):
            make_thread(new.blog, by=new.manager)
    assert b"Waiting for an answer" in new.sign_in(None).get(home).content
    page = new.sign_in(new.member).get(home).content
    assert b"Yours to pick up" in page
    assert b"Also to read" in page


def _own_place() -> None:
    """A place of its own: a draft with what it lacks, two people at one page, planned hours, and its end."""
    new = make_cast(state="draft", settings={"checklist": "shown"})
    owner, url = new.sign_in(new.owner), new.url
    assert b"being prepared" in new.sign_in(new.member).get(url("/")).content
    assert b"needed to open" in owner.get(url("/manage/")).content
    assert b"left before you can open" in owner.get(url("/manage/open/")).content
    assert owner.post(url("/manage/open/")).status_code == 422
    assert b"set-way" in owner.get(url("/manage/legal/")).content
    with new.scope():
        topic = make_thread(new.forum, by=new.owner, state=State.DRAFT)
    assert b"Throw the draft away" in owner.get(url(f"/forums/t/{topic.slug}/")).content
    set_state_of(new, "open")
    with new.scope():
        Stage.objects.create(place=1, name="Crew", audience="ambassadors", planned_for="2099-01-15T08:00Z")
        change_place(new.community, by=new.manager, changes={"tagline": "Theirs"})
    form = present_values(new.community) | {"minimum_age": "", "invitations": "5"}
    form |= {"began": json.dumps(form | {"tagline": ""}), "tagline": "Mine"}
    assert owner.post(url("/manage/place/"), form).status_code == 409
    asked = form | {"began": "", "time_zone": "UTC"}
    assert owner.post(url("/manage/place/"), asked).status_code == 422
    assert owner.get(url("/manage/journal/?since=2099-01-01")).status_code == 200
    assert owner.post(url("/manage/close/delete/"), {"name": new.community.name}).status_code == 302
    forget_all()
    assert b"It will be deleted on" in owner.get(url("/manage/close/")).content
    assert b"This community will be deleted" in new.sign_in(new.member).get(url("/")).content


def set_state_of(cast: Cast, state: str) -> None:
    Community.objects.filter(pk=cast.community.pk).update(state=state)
    forget_all()


def _arranged_home() -> None:
    """A home page with everything that an owner can put there, and a mail as the brand’s page shows it."""
    new = make_cast()
    with new.scope():
        thread = make_thread(new.forum, by=new.ambassador)
    sent = {
        "layout": "desk", "order": ["week", "featured", "text", "links"], "x": "50", "y": "50", "signature": "Us",
        "on": ["welcome", "week", "featured", "text", "links"],
        "week": thread.get_absolute_url(), "featured": thread.get_absolute_url(),
        "text_title": "Ours", "text_body": "Our words.", "label_1": "Our shop", "url_1": "https://shop.example.org",
    }  # fmt: skip
    owner = new.sign_in(new.owner)
    assert owner.post(new.url("/manage/brand/home/"), sent).status_code == 302
    forget_all()
    assert b"home-search" in new.sign_in(None).get(new.url("/")).content
    assert b"Our shop" in new.sign_in(new.member).get(new.url("/")).content
    assert owner.post(new.url("/manage/brand/preview/"), {"signature": "Us", "as": "mail"}).status_code == 200


def _recipes(world: World) -> None:
    """The steps and parts of a recipe that differ from those in the table, a part that cannot be, the owner’s mail."""
    client, recipe = world.client("operator"), world.recipe
    host = {"host": "localhost"}
    for page in ("place/", "parts/forecast/", "parts/plan/", "parts/moderation/"):
        assert client.get(f"/new/{recipe.pk}/{page}", headers=host).status_code == 200
    refused = client.post(f"/new/{recipe.pk}/parts/rules/", {"version": "0"}, headers=host)
    assert refused.status_code == 409
    with world.here.scope():
        send_owner_link(world.here.community, world.here.owner)


def _stale_edits(world: World) -> None:
    author, url = world.client("member"), world.here.url
    text = {"title": "Another title", "body": "<p>Another text.</p>", "body_format": "html", "language": "en"}
    answer = author.post(url(f"/p/{world.post.public_id}/edit/"), text | {"revision": "0"})
    assert answer.status_code == 409
    answer = author.post(
        url(f"/blogs/{world.blog.slug}/{world.article.slug}/edit/"), text | {"version": "0", "then": "save"}
    )
    assert answer.status_code == 409, answer.content.decode()
    answer = world.client("ambassador").post(
        url(f"/p/{world.opening.public_id}/react/"), {"kind": "thanks"}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 200


def _second_answer(world: World) -> None:
    author, url = world.client("member"), world.here.url
    with world.here.scope():
        other: Post = make_reply(world.question, by=world.here.moderator)
    for post, status in ((other, 302), (world.answer, 409)):
        path = url(f"/forums/t/{world.question.slug}/accept/{post.public_id}/")
        assert author.post(path).status_code == status
    assert author.get(url(f"/forums/t/{world.question.slug}/")).status_code == 200


def _codes(world: World) -> None:
    url = world.here.url
    visitor = Client()
    assert visitor.post(url("/sign-in/"), {"login": world.newcomer.email, "code": "1"}).status_code == 302
    assert visitor.get(url("/sign-in/code/")).status_code == 200
    visitor = Client()
    joining = {
        "email": "new@example.org", "password1": "correct horse battery", "display_name": "New", "handle": "new-one",
        "rules": "on", "age": "on",
    }  # fmt: skip
    assert visitor.post(url("/join/"), joining).status_code == 302
    assert visitor.get(url("/email/confirm/")).status_code == 200


def _former_member(world: World) -> None:
    with world.here.scope():
        left = make_membership(status="left")
    assert world.client("member").get(world.here.url(f"/members/{left.handle}/")).status_code == 200


def _judging(world: World) -> None:
    """A held change with its difference, a case in other hands, two moderators, an old page, a mail of a decision."""
    url, judge = world.here.url, world.client("moderator")
    with world.here.scope():
        post = make_reply(world.thread, by=world.here.member, body="<p>One <img> word.</p>")
        here = Community.objects.filter(pk=world.here.community.pk)
        here.update(moderation_mode="pre")
        edit_post(post, by=world.here.member, body="<p>Another word.</p>")
        here.update(moderation_mode="reactive")
        held = Case.objects.open().about(post).get()
        claim_case(held, by=world.here.manager)
    assert judge.get(url(f"/moderation/c/{held.ref}/")).status_code == 200
    assert world.client("manager").get(url(f"/moderation/c/{held.ref}/")).status_code == 200
    sent = {"act": "approve", "version": "1", "revision": "0", "reason": "Mine."}
    decide = url(f"/moderation/c/{held.ref}/decide/")
    assert judge.post(decide, sent | {"revision": "7"}).status_code == 409
    assert judge.post(decide, sent).status_code == 302
    assert world.client("owner").post(decide, sent | {"act": "refuse"}).status_code == 409
    with world.here.scope():
        line = (
            Notification.objects.select_related("membership__member", "thread")
            .filter(kind="post_approved")
            .latest("id")
        )
        assert build_mail(world.here.community, line) is not None


def _judged_article(world: World) -> None:
    """An article with its tags, which readers see beside the text."""
    with world.here.scope():
        body = Post.objects.select_related("thread__space").get(thread=world.article, position=1)
        case = open_case(body, kind="look")
    page = world.client("moderator").get(world.here.url(f"/moderation/c/{case.ref}/"))
    assert "<dt>Tags</dt>" in page.content.decode()
    with world.here.scope():
        withdraw_cases(body)


def _reported_page(world: World) -> None:
    """A member's page that changed since it was reported; it is cleared, and put back by a second person."""
    url = world.here.url
    with world.here.scope():
        person = make_membership(bio="One <img> word.", headline="Ropes")
        case = report_member(person, by=world.here.member, category="spam").case
        Membership.objects.filter(pk=person.pk).update(bio="Another word.")
        case.person.refresh_from_db()
        seen = seen_revision(case)
    for reader in ("visitor", "member"):
        assert world.client(reader).get(url(f"/report/member/{person.handle}/")).status_code == 200
    page, decide = url(f"/moderation/c/{case.ref}/"), url(f"/moderation/c/{case.ref}/decide/")
    assert world.client("moderator").get(page).status_code == 200
    sent = {"act": "clear", "version": "1", "revision": str(seen), "ground": "courtesy", "reason": "Mine."}
    assert world.client("moderator").post(decide, sent).status_code == 302
    assert world.client("owner").post(decide, sent | {"act": "approve"}).status_code == 409
    assert world.client("owner").get(page).status_code == 200
    with world.here.scope():
        line = Notification.objects.select_related("membership__member").get(membership=person)
        assert build_mail(world.here.community, line) is not None
    reader = Client()
    reader.force_login(person.member)
    assert reader.get(url(line.path)).status_code == 200
    assert reader.get(url("/notifications/")).status_code == 200


def _judged_thing(world: World) -> None:
    """A thing of a room that has no page parts for moderation: the neutral ones show it."""
    url, subject = world.here.url, BannerSubject()
    register_subject(subject)
    with world.here.scope():
        banner = make_banner(make_membership())
        case = report_thing(banner, by=world.here.ambassador, category="spam").case
    try:
        assert world.client("member").get(url(f"/report/banner/{banner.pk}/")).status_code == 200
        assert world.client("moderator").get(url(f"/moderation/c/{case.ref}/")).status_code == 200
        assert world.client("moderator").get(url("/moderation/")).status_code == 200
    finally:
        with world.here.scope():
            withdraw_cases(banner)
            banner.delete()
        SUBJECTS.unregister(subject.name)


def _cover(world: World) -> None:
    with world.here.scope():
        set_cover(world.article, by=world.here.member, picture=a_picture(1600))
    page = world.client("visitor").get(world.here.url(f"/blogs/{world.blog.slug}/{world.article.slug}/"))
    assert page.status_code == 200


def _demo_door(world: World) -> None:
    Community.objects.filter(pk=world.here.community.pk).update(
        settings={"demo_people": [world.here.member.handle, world.here.owner.handle]}
    )
    forget_all()
    make_person(email=settings.DEMO_OPERATOR, is_operator=True)
    page = Client(headers={"host": "localhost"}).get("/demo/")
    assert b"operator" in page.content


def _searching(world: World) -> None:
    """People and tags that are found, and what is said when nothing is."""
    search, member = world.here.url("/search/"), world.client("member")
    assert b"found-people" in member.get(search, {"q": world.here.ambassador.display_name}).content
    assert b"found-tags" in member.get(search, {"q": "Jib"}).content
    assert member.get(search, {"q": "zyxwvuts"}).status_code == 200


def _spaces(world: World) -> None:
    """What a new space holds; fewer readers; threads on their way; what is archived; what others do not see."""
    here, owner = world.here, world.client("owner")
    with here.scope():
        ropes, deck = make_space(name="Old ropes"), make_space(name="Old deck")
        make_thread(ropes, by=here.manager)
        make_space(name="Old loft", archived=True)
    owner.get(here.url("/manage/spaces/new/"))
    owner.post(here.url(f"/manage/spaces/{ropes.pk}/edit/"), form_of(ropes, audience="team"))
    owner.get(here.url(f"/manage/spaces/{world.office.pk}/preview/?as=visitor"))
    owner.get(here.url("/manage/spaces/?show=archived"))
    with here.scope():
        begin_move(ropes, deck, by=here.owner)
    owner.get(here.url(f"/manage/spaces/{ropes.pk}/move-threads/"))


def _own_banner(world: World) -> None:
    with world.here.scope():
        banner = Banner.objects.get(placement="home", archived_at=None)
        save_banner(banner, by=world.here.manager, picture=a_picture(1600))
    forget_all()
    assert b"srcset" in Client().get(world.here.url("/")).content


def _channels(world: World) -> None:
    """Which ways led to the orders of a month."""
    page = world.client("marketing").get(world.here.url("/results/line/order/"), {"month": "2026-10"})
    assert b"h-channels" in page.content


def _reach(world: World) -> None:
    """An address that takes no mails, in its owner’s eyes; mails about sender and address; each state of a domain."""
    owner, url = world.client("owner"), world.here.url
    person = world.person("owner")
    assert person is not None
    FailingAddress.objects.create(address=person.email, stopped_at=timezone.now())
    assert b"Send me the mail" in owner.get(url("/me/security/")).content
    assert owner.post(url("/me/security/email/works/")).status_code == 302
    assert owner.post(url("/manage/sender/test/")).status_code == 302
    address_works(person.email)
    lost = {
        "verified": True,
        "failing_since": timezone.now(),
        "lost_at": timezone.now(),
        "checked_at": timezone.now(),
    }
    with world.here.scope():
        Domain.objects.create(community=world.here.community, host="lost.example", **lost)
        Domain.objects.create(community=world.here.community, host="taken.example", findings={"taken": True})
        Domain.objects.create(community=world.here.community, host="works.example", verified=True)
    assert b"No longer points here" in owner.get(url("/manage/domains/")).content


def _first_password(world: World) -> None:
    person = make_person(password=None)
    with world.here.scope():
        make_membership(person)
    client = Client()
    client.force_login(person)
    assert client.get(world.here.url("/me/security/password/set/")).status_code == 200


def _asking(world: World) -> None:
    """A page of a community that measures only who agrees."""
    kept = world.here.community.settings
    with world.here.scope(), override_settings(CAPTURE=True):
        Community.objects.filter(pk=world.here.community.pk).update(settings=kept | {"audience": "consent"})
        forget_all()
        # As a fragment it is no page view, so that nothing is measured meanwhile.
        page = Client().get(world.here.url("/"), headers={"hx-request": "true"})
        assert b"ask-bar" in page.content
        Community.objects.filter(pk=world.here.community.pk).update(settings=kept)
    forget_all()


def _texts(world: World) -> None:
    """A draft over what holds, a preview, two owners on one page, a rule that is cited, words for a newcomer."""
    here, owner = world.here, world.client("owner")
    with here.scope():
        adopt(here.community, "welcome", {"en": "Come aboard."}, by=here.owner)
        newcomer = make_membership()
        save_text(here.community, "terms", by=here.owner, sources={"en": "Be fair, brief and kind."})
    forget_all()
    client = Client(headers={"accept-language": "en"})
    client.force_login(newcomer.member)
    client.get(here.url("/"))
    for path in ("terms/", "terms/publish/", "welcome/", "rules/", "rules/1/", "rules/1/remove/"):
        owner.get(here.url(f"/manage/texts/{path}"))
    draft = {"source_en": "We are {place}.", "revision": "0", "preview": "1"}
    owner.post(here.url("/manage/texts/about/edit/"), draft)
    owner.post(here.url("/manage/texts/terms/edit/"), {"source_en": "Mine.", "revision": "0"})
    owner.post(here.url("/manage/texts/rules/new/"), {"rule_en": "Be brief.", "revision": "9"})
    owner.get(here.url("/legal/contact/"))


def _imports(world: World) -> None:
    """A format chosen, one at work, stopped, failed, and taken back; what stays where somebody has written since."""
    here, desk = world.here, world.client("manager")
    pages, job = here.url("/manage/import/"), world.brought
    assert "Rehearse again" in desk.get(f"{pages}{world.rehearsed.pk}/").content.decode()
    with here.scope():
        item = ImportedItem.objects.create(kind="thread", external_id="1", object_id=world.thread.pk, run=job)
    assert "stays, with all that is in it" in desk.get(f"{pages}{job.pk}/undo/").content.decode()
    with here.scope():
        item.delete()
        row = Import.objects.filter(pk=world.rehearsed.pk)
        row.update(state="running", total=9, done=3, began_at=job.began_at)
    assert "data-watch" in desk.get(f"{pages}{world.rehearsed.pk}/").content.decode()
    assert desk.get(f"{pages}?kind=wordpress").status_code == 200
    assert desk.post(f"{pages}{world.rehearsed.pk}/stop/").status_code == 302
    for state in ("stopped", "failed", "undone"):
        with here.scope():
            row.update(state=state, problem="Cut off.", undone=job.report if state == "undone" else {})
        assert desk.get(f"{pages}{world.rehearsed.pk}/").status_code == 200
    with here.scope():
        row.update(state="rehearsed", total=0, done=0, began_at=None, problem="", undone={}, stop_asked=False)


def _launch(world: World) -> None:
    """A door that is closed, a stage that is open and paused, a walk in other eyes, the mails of the launch."""
    here, desk, url = world.here, world.client("manager"), world.here.url
    with here.scope():
        make_reply(world.thread, by=here.member)
        plan = [
            add_stage(
                StageWishes("First", ["forums", "reactions"], "ambassadors", criteria={"threads": 1}),
                by=here.owner,
            ),
            add_stage(StageWishes("Guests", ["search"], "list", people=[here.member]), by=here.owner),
        ]
        Stage.objects.filter(place=7).update(features=["join"])
        Stage.objects.filter(pk__in=[stage.pk for stage in plan]).update(place=F("place") - 7)
        for stage in plan:
            open_stage(stage, by=here.owner, reason="A look", tell=True)
        announce_stage(plan[0], by=here.owner, words="Here are the keys.")
        tell_of_opening(StageOpening.objects.get(stage=plan[0]))
        lines = Notification.objects.select_related("membership__member", "stage")
        assert build_mail(here.community, lines.filter(kind="stage_opened").latest("id")) is not None
        fold_spaces(Community.objects.get(pk=here.community.pk))
    forget_all()
    assert Client().get(url("/join/")).status_code == 200
    assert desk.get(url("/manage/launch/")).status_code == 200
    assert desk.get(url("/manage/launch/stages/1/")).status_code == 200
    assert desk.post(url("/manage/launch/stages/2/preview/"), {"audience": "visitor"}).status_code == 302
    assert "preview-bar" in desk.get(url("/")).content.decode()
    assert desk.post(url("/manage/launch/preview/leave/")).status_code == 302
    with here.scope():
        gone = invite("gone@example.org", inviter=here.member, stage=None)
        Invitation.objects.filter(pk=gone.pk).update(expires_at=timezone.now())
        assert write_due(Community.objects.get(pk=here.community.pk)) > 0
    assert Client().get(url(f"/i/{token_of(gone)}")).status_code == 410
    assert desk.post(url("/manage/launch/stages/2/pause/"), {"reason": "Look"}).status_code == 302
    assert desk.get(url("/manage/launch/stages/2/resume/")).status_code == 200
    assert world.client("member").get(url("/")).status_code == 200


def _orders_file(world: World) -> None:
    """Checked, so that its report shows."""
    client, path = (
        world.client("marketing"),
        world.here.url(f"/results/orders/import/{world.orders_file.public_id}/"),
    )
    assert client.post(path, world.orders_file.mapping | {"check": "1"}).status_code == 302
    assert client.get(path).status_code == 200


def _closed_month(world: World) -> None:
    """Closed, sent, shown again; a contact form and an offer with a link."""
    client, url = world.client("marketing"), world.here.url
    assert client.post(url("/results/months/2026-10/close/")).status_code == 302
    assert client.get(url("/results/?month=2026-10")).status_code == 200
    assert client.post(url("/results/reports/send/")).status_code == 302
    assert world.client("visitor").get(url(f"/offers/{world.link_offer.slug}/")).status_code == 200
