"""The flows of settings and of the operator’s pages: what `flows.go_through_all` does there."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from communities.archive.going.working import work_on
from communities.archive.models import Coming, Export
from communities.blogs.services import Draft, write_article
from communities.console.operator.backups import MANIFEST, Manifest
from communities.console.operator.watching import note_failure
from communities.console.place.services import change_place
from communities.console.place.values import present_values
from communities.console.recipe.services import send_owner_link
from communities.content.models import State, Thread
from communities.content.services.moving import begin_move
from communities.launch.models import Stage
from communities.launch.queries import token_of
from communities.launch.services import (
    close_link,
    invite_into_team,
    make_link,
)
from communities.memory import forget_all
from communities.models import Community, Domain
from communities.texts.services import adopt, confirm_texts, save_text
from communities.transfer.models import Import, ImportedItem
from members.mails.failing import FailingAddress, address_works
from members.models import Member
from members.operators import first_key
from tests.communities.console.spaces.conftest import form_of
from tests.communities.launch.conftest import LEGAL
from tests.conftest import Cast, make_cast
from tests.factories import (
    make_field,
    make_membership,
    make_space,
    make_thread,
)
from tests.sweeps.world import World


def operator(world: World) -> None:
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


def export(world: World) -> None:
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


def people(world: World) -> None:
    """Acts on people who are ticked, and two memberships side by side."""
    here, manager = world.here, world.client("manager")
    with here.scope():
        ids, other = [make_membership().pk for _number in range(2)], make_membership(accepted_terms=1)
    for act in ("role", "level", "note", "write", "remove"):
        assert manager.get(here.url(f"/manage/members/many/{act}/"), {"person": ids}).status_code == 200
    said = {"person": ids, "subject": "Sea trials", "text": "Come on Saturday."}
    assert manager.post(here.url("/manage/members/many/write/"), said).status_code == 302
    assert b"version 1" in manager.get(here.url(f"/manage/members/{other.pk}/")).content
    merge = here.url(f"/manage/members/{here.member.pk}/merge/")
    assert b"Merge the two" in manager.get(merge, {"other": other.handle}).content


def fields(world: World) -> None:
    """What kind of field is added; one that a space lets people in by, and one with answers, about to be deleted."""
    here, manager = world.here, world.client("manager")
    assert b"the answers are of this kind" in manager.get(here.url("/manage/profile-fields/new/")).content
    with here.scope():
        named, answered = make_field(key="named"), make_field(key="answered")
        make_space(audience="field", let_in={"read": {"field": "named", "words": ["Yes"]}})
        make_membership(profile={"answered": "Yes"})
    for field, words in ((named, b"spaces let people in by it"), (answered, b"1 person has answered it")):
        assert words in manager.get(here.url(f"/manage/profile-fields/{field.pk}/delete/")).content


def ways_in(world: World) -> None:
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


def new_place() -> None:
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


def own_place() -> None:
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
        draft = Draft("Why we are here", "<p>Say why.</p>")
        article = write_article(new.blog, by=new.owner, community=new.community, draft=draft)
        Thread.objects.update(outline=True)
    assert b"Discard the draft" in owner.get(url(f"/forums/t/{topic.slug}/")).content
    preview = url(f"/blogs/{new.blog.slug}/{article.slug}/preview/")
    assert b"Publish it as it stands" in owner.get(preview).content
    assert b"Write it first" in owner.get(url("/manage/first-texts/")).content
    a_draft_that_can_open(new)
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


def a_draft_that_can_open(new: Cast) -> None:
    """With a plan, it asks who comes in first."""
    Community.objects.filter(pk=new.community.pk).update(legal=LEGAL)
    new.community.refresh_from_db()
    with new.scope():
        confirm_texts(new.community, by=new.owner, read={"rules": 0, "privacy": 0})
        for space in (new.forum, new.blog):
            make_thread(space, by=new.owner)
        Stage.objects.create(place=1, name="Crew", audience="ambassadors")
    forget_all()
    page = new.sign_in(new.owner).get(new.url("/manage/open/")).content
    assert b"Who comes in first?" in page
    with new.scope():
        Stage.objects.all().delete()
    forget_all()


def set_state_of(cast: Cast, state: str) -> None:
    Community.objects.filter(pk=cast.community.pk).update(state=state)
    forget_all()


def arranged_home() -> None:
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


def recipes(world: World) -> None:
    """The steps and parts of a recipe that differ from those in the table, a part that cannot be, the owner’s mail."""
    client, recipe = world.client("operator"), world.recipe
    host = {"host": "localhost"}
    for page in ("place/", "parts/forecast/", "parts/plan/", "parts/moderation/"):
        assert client.get(f"/new/{recipe.pk}/{page}", headers=host).status_code == 200
    for page in ("", "parts/fields/"):
        assert client.get(f"/new/{world.recipe_with_fields.pk}/{page}", headers=host).status_code == 200
    refused = client.post(f"/new/{recipe.pk}/parts/rules/", {"version": "0"}, headers=host)
    assert refused.status_code == 409
    with world.here.scope():
        send_owner_link(world.here.community, world.here.owner)


def stale_edits(world: World) -> None:
    author, url = world.client("member"), world.here.url
    text = {"title": "Another title", "body": "<p>Another text.</p>", "body_format": "html", "language": "en"}
    answer = author.post(url(f"/p/{world.post.public_id}/edit/"), text | {"revision": "0"})
    assert answer.status_code == 409
    answer = author.post(
        url(f"/blogs/{world.blog.slug}/{world.article.slug}/edit/"), text | {"version": "0", "then": "save"}
    )
    assert answer.status_code == 409, answer.content.decode()
    answer = world.client("ambassador").post(
        url("/p/react/"), {"thanks": world.opening.pk}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 200


def spaces(world: World) -> None:
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


def reach(world: World) -> None:
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


def texts(world: World) -> None:
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
    for body in ("We are {place}.", "We are {nobody}."):
        owner.post(here.url("/manage/texts/preview/en/"), {"body": body, "body_format": "markdown"})
    owner.post(here.url("/manage/texts/terms/edit/"), {"source_en": "Mine.", "revision": "0"})
    owner.post(here.url("/manage/texts/rules/new/"), {"rule_en": "Be brief.", "revision": "9"})
    owner.get(here.url("/legal/contact/"))


def imports(world: World) -> None:
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
