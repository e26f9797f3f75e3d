"""A small world for the sweeps: two communities, all roles, and one of each thing that has an address.

Made through the services, once per module, inside a transaction that is rolled back after the module; each
test runs in a savepoint of it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone
from PIL import Image

from analytics.reports.emails import leave_token
from analytics.reports.models import Recipient
from analytics.roi import services as money
from analytics.roi.models import Offer
from communities.archive.models import Coming, Export
from communities.console.operator.figures import count as count_figures
from communities.console.operator.models import FailedJob
from communities.console.operator.opening import open_community
from communities.console.operator.watching import note_failure
from communities.console.place.services import change_place
from communities.content import services
from communities.content.models import Post, Redirect, State, TagWord, Thread
from communities.content.services.uploading import upload_file
from communities.journal.models import Change
from communities.launch.models import JoinRequest, Stage, WaitingPlace, Wave
from communities.launch.queries import token_of
from communities.launch.services import invite_into_team, invite_people, make_link
from communities.models import Membership
from communities.notifications.emails import unsubscribe_token
from communities.notifications.tasks import notify_of_post
from communities.people.entrusting import offer_ownership
from communities.people.fields.files import send_file
from communities.people.fields.services import retire_field
from communities.people.models import MemberNote, OwnershipOffer
from communities.promotions.models import Banner
from communities.texts.services import adopt, publish_text, save_text
from communities.transfer.models import Import
from communities.transfer.models.imports import KEPT
from communities.transfer.report import ImportReport
from members.aside import set_aside
from members.models import Member, OutgoingMail
from moderation.models import Case
from moderation.receipts import receipt_token
from moderation.services import add_watch_word, decide_case, report_post, sanction_member
from tests.analytics.money import OCTOBER, make_cost, make_october, make_offer, make_shop
from tests.conftest import Cast, make_cast
from tests.factories import (
    make_field,
    make_membership,
    make_person,
    make_reply,
    make_space,
    make_thread,
)
from tests.kinds.notes.cast import things_of_notes
from tests.sweeps.plannings import make_animation
from tests.sweeps.reaching import make_reach
from tests.sweeps.recipes import make_recipes
from tests.sweeps.welcomes import make_welcomes

TEAM = ("moderator", "manager", "marketing", "owner")
MEMBERS = ("member", "ambassador", *TEAM)
# `foreigner` owns the other community; `newcomer` has an account and is a member of nothing.
OUTSIDERS = ("newcomer", "foreigner", "operator")
ROLES = ("visitor", *OUTSIDERS, *MEMBERS)
HOURS_AGO = timezone.now() - datetime.timedelta(hours=5)


@dataclass
class World:
    here: Cast
    elsewhere: Cast
    newcomer: Member
    operator: Member
    things: dict[str, Any] = field(default_factory=dict)
    _clients: dict[str, Client] = field(default_factory=dict)
    # One for all senders: each of its own would make all middleware anew for its one request.
    _handler: ClientHandler = field(default_factory=partial(ClientHandler, enforce_csrf_checks=False))

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["things"][name]
        except KeyError:
            raise AttributeError(name) from None

    def person(self, role: str) -> Member | None:
        if role == "visitor":
            return None
        if role in ("newcomer", "operator"):
            return self.newcomer if role == "newcomer" else self.operator
        membership: Membership = self.elsewhere.owner if role == "foreigner" else getattr(self.here, role)
        return membership.member

    def client(self, role: str) -> Client:
        """One signed-in client for each role; sessions are made once."""
        if role not in self._clients:
            client = Client(headers={"accept-language": "en"})
            person = self.person(role)
            if person is not None:
                client.force_login(person)
            self._clients[role] = client
        return self._clients[role]

    def sender(self, role: str, **options: Any) -> Client:
        """A client of the role’s session, for one request: what it is given back it keeps to itself."""
        client = Client(**options)
        client.handler = self._handler
        client.cookies = type(client.cookies)(self.client(role).cookies.output(header="", sep=";"))
        return client


def make_world() -> World:
    here, elsewhere = make_cast(), make_cast()
    world = World(here, elsewhere, make_person(), make_person(is_operator=True))
    with here.scope():
        _make_forum(world)
        _make_blog(world)
        world.things |= things_of_notes(here)
        _make_fields(world)
        _make_banners(world)
        _make_texts(world)
        _make_traces(world)
        _make_cases(world)
        _make_launch(world)
        _make_change(world)
        world.things |= make_welcomes(here, world.question)
        world.things |= make_animation(here)
        _make_money(world)
        world.things |= make_reach(here)
        _make_export(world)
    _make_openings(world)
    make_recipes(world)
    # allauth keeps a row for each proven address; making it is a write that belongs to signing up.
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in Member.objects.all()
    )
    return world


def _make_export(world: World) -> None:
    """One that can be downloaded."""
    path = default_storage.save(".exports/sample.zip", ContentFile(b"PK"))
    world.things["export"] = Export.objects.create(
        state="ready", path=path, size=2, expires_at=timezone.now() + datetime.timedelta(days=7)
    )


def _make_openings(world: World) -> None:
    """The operator inside, a job that failed, figures: what the operator’s pages show."""
    opening = open_community(world.here.community, by=world.operator, reason="ticket 317: a broken import")
    world.things["coming"] = Coming.objects.create(
        file_name="export.zip",
        size=2,
        state="rehearsed",
        slug="harbour",
        report={"name": "Harbour crew", "rows": {}},
    )
    note_failure("communities.content.tasks.notify", [1], {}, "OperationalError: the connection was closed")
    count_figures(world.here.community)
    world.things |= {"opening_by_operator": opening, "failed_job": FailedJob.objects.latest("id")}
    world.things["aside"] = set_aside("community", world.here.community.pk, OSError())


def _make_forum(world: World) -> None:
    here, things = world.here, world.things
    space = make_space(kind="forum", slug="sails-of-here", name="Sails")
    hall = make_space(kind="forum", slug="hall-of-here", name="Hall", audience="members")
    office = make_space(kind="forum", slug="office-of-here", name="Office", audience="team", posting="team")
    thread = make_thread(space, by=here.member, title="Mending a jib", tags=["Jib", "Mending"])
    post = make_reply(thread, by=here.member, body="<p>First, wash the salt <em>off</em>.</p>")
    Post.objects.filter(pk=post.pk).update(published_at=HOURS_AGO)
    services.edit_post(post, by=here.member, body="<p>First, wash the salt off with fresh water.</p>")
    make_reply(thread, by=here.ambassador, body=f"<p>@{here.member.handle} And then dry it.</p>")
    question = make_thread(space, by=here.member, title="Which thread for sails?", kind="question")
    answer = make_reply(question, by=here.ambassador, body="<p>Waxed polyester.</p>")
    gone = make_reply(thread, by=here.member, body="<p>Never mind.</p>")
    services.delete_post(gone, by=here.member)
    things |= {
        "space": space,
        "thread": thread,
        "post": Post.objects.get(pk=post.pk),
        "opening": thread.posts.get(position=1),
        "question": question,
        "answer": answer,
        "gone": gone,
        "hall_thread": make_thread(hall, by=here.member, title="Among members"),
        "office_thread": make_thread(office, by=here.manager, title="Among the team"),
        "own_draft": make_thread(space, by=here.member, title="Not yet", state=State.DRAFT),
        "hall": hall,
        "office": office,
        "empty_space": make_space(kind="forum", slug="loft-of-here", name="Loft", audience="roles"),
    }


def _make_blog(world: World) -> None:
    here = world.here
    blog = make_space(kind="blog", slug="log-of-here", name="The log", posting="authors")
    blog.author_links.create(membership=here.member)
    world.things |= {
        "blog": blog,
        "article": make_thread(blog, by=here.member, title="A winter refit", tags=["Refit"]),
        "draft": make_thread(blog, by=here.member, title="A summer plan", state=State.DRAFT),
    }


def _make_texts(world: World) -> None:
    """The terms in one version that holds and one to come."""
    here, tomorrow = world.here, timezone.now() + datetime.timedelta(days=1)
    first = adopt(here.community, "terms", {"en": "Be fair."}, by=here.owner, at=HOURS_AGO)
    save_text(here.community, "terms", by=here.owner, sources={"en": "Be fair, and brief."})
    second = publish_text(here.community, "terms", by=here.owner, revision=1, at=tomorrow)
    world.things |= {"terms": first, "newer_terms": second}


def _make_fields(world: World) -> None:
    """Fields of each kind with a member’s answers, one that was put away, a file that waits for the team."""
    here = world.here
    offered = [{"id": None, "names": {"en": name}} for name in ("Sloop", "Ketch")]
    plain = ("text", "date", "place", "link", "file")
    fields = {kind: make_field(kind, f"My{kind}", filters=kind == "place") for kind in plain}
    rig = make_field("choice", "Rig", options=offered, filters=True, at_joining=True)
    berths = make_field("several", "Berths", options=offered, seen_by="team")
    away = make_field("text", "Former club")
    retire_field(away, by=here.owner, community=here.community)
    said = {
        "text": "Made in a shed",
        "date": "2019-05-01",
        "place": {"said": "Brest", "words": ["brest"]},
        "link": "https://example.org/boat",
    }
    profile = {fields[kind].key: value for kind, value in said.items()}
    profile |= {rig.key: 1, berths.key: [1, 2], away.key: "Tar"}
    for person in (here.member, here.ambassador):
        Membership.objects.filter(pk=person.pk).update(profile=profile)
    file = send_file(fields["file"].key, a_picture(), by=here.member)
    world.things |= {"profile_field": rig, "away_field": away, "profile_file": file}


def _make_banners(world: World) -> None:
    facts = {"text": "Bring your old ropes on Saturday.", "button": "Keep a place", "target": "/forums/"}
    for number, placement in enumerate(Banner.Placement.values):
        fields = {**facts, "placement": placement, "drawing": "rope" if number else ""}
        world.things["banner"] = Banner.objects.create(starts_at=HOURS_AGO, **fields)
    world.things["past_banner"] = Banner.objects.create(
        starts_at=HOURS_AGO, archived_at=HOURS_AGO, placement="home", **facts
    )


def _make_traces(world: World) -> None:
    here, things = world.here, world.things
    picture = upload_file(a_picture(), by=here.member, alt="A jib")
    make_reply(things["thread"], by=here.member, body=f'<p>See <img src="/~/media/{picture.pk}/full"></p>')
    services.react_to_post(things["post"], by=here.ambassador, kind="thanks")
    services.mark_read(things["thread"], by=here.ambassador, position=1)
    for number in Post.objects.filter(state=State.PUBLISHED).values_list("pk", flat=True):
        notify_of_post(community_id=here.community.pk, post_id=number)
    things["picture"] = picture
    things["tag"] = Thread.objects.get(pk=things["thread"].pk).tags.first()
    things["tag_word"] = TagWord.objects.create(slug="foresail", name="Foresail", tag=things["tag"])
    things["redirect"] = Redirect.objects.create(path="/2019/jibs.html", target="/forums/")
    _make_imports(world)
    things["unsubscribe"] = unsubscribe_token(here.member, "reply_posted")


def _make_imports(world: World) -> None:
    """One that was rehearsed, one that is in."""
    report = ImportReport(source="old-blog.xml", community=world.here.community.slug)
    report.found.update(article=2, author=1)
    report.made.update(article=2, author=1)
    report.lose("unapproved", count=3)
    report.lose("slug", "a b → a-b", count=2)
    moment = timezone.now()
    report.show("Which rope?", author="Anouk", at=moment, replies=2, state="published")
    facts = {"kind": "wordpress", "by": world.here.manager, "path": "uploads/none", "size": 84_000_000}
    facts |= {"file_name": "old-blog.xml", "expires_at": moment + KEPT}
    said = report.as_dict()
    world.things["rehearsed"] = Import.objects.create(state="rehearsed", rehearsal=said, **facts)
    world.things["brought"] = Import.objects.create(state="done", report=said, began_at=moment, **facts)


def _make_cases(world: World) -> None:
    """One open case, one decided one, a measure that runs, a watched word."""
    here, things = world.here, world.things
    thread = make_thread(things["space"], by=here.member, title="A loud quarrel")
    loud = make_reply(thread, by=here.member, body="<p>Louder.</p>")
    report_post(make_reply(thread, by=here.ambassador, body="<p>Loud.</p>"), by=here.member, category="spam")
    things["case"] = Case.objects.open().get()
    report = report_post(loud, by=here.marketing, category="harassment", text="It shouts.")
    things["receipt"] = receipt_token(report)
    things["decision"] = decide_case(
        report.case,
        by=here.moderator,
        act="remove",
        version=1,
        revision=0,
        ground="courtesy",
        reason="Not here.",
    )
    things["sanction"] = sanction_member(
        make_membership(), by=here.moderator, case=report.case, kind="read_only", days=1, ground="courtesy"
    )
    things["word"] = add_watch_word(by=here.manager, word="scurvy", action="hold")


def _make_launch(world: World) -> None:
    """A plan that has not begun, so that it closes nothing; its place in the line is one no other plan here has."""
    here = world.here
    stage = Stage.objects.create(place=7, name="Deck hands", features=["uploads"], audience="wave")
    place = WaitingPlace.objects.create(email="waits@example.org", number=1)
    (invitation,) = invite_people(["friend@example.org"], by=here.member)
    guest = make_membership(status="invited")
    world.things |= {
        "link": make_link(by=here.manager, name="Boot"),
        "join_request": JoinRequest.objects.create(membership=guest, state="asked"),
        "team_invitation": invite_into_team("crew@example.org", by=here.owner, role="moderator"),
        "team_note": MemberNote.objects.create(membership=here.ambassador, text="Sails.", by=here.manager),
        "ended_handover": OwnershipOffer.objects.create(
            by=here.owner, to=make_membership(), state="withdrawn", expires_at=HOURS_AGO
        ),
        "handover": offer_ownership(here.manager, by=here.owner),
        "stage": stage,
        "wave": Wave.objects.create(stage=stage, name="Sailors", addresses=["a@example.org"]),
        "waiting_place": token_of(place),
        "waiting": place,
        "invitation": token_of(invitation),
        "own_invitation": invitation,
    }


def _make_change(world: World) -> None:
    """A change of the settings, which can be taken back."""
    change_place(world.here.community, by=world.here.manager, changes={"tagline": "Mended by hand"})
    world.things["change"] = Change.objects.filter(act="change_place").newest().first()


def _make_money(world: World) -> None:
    """An offer with a contact, a shop with orders, costs, an objective, a file on its way in."""
    here, things = world.here, world.things
    make_october(here)
    offer = make_offer(slug="call-of-here", code="", address="", kind=Offer.Kind.CONTACT, title="A call")
    lead, _new = money.leave_contact(offer, name="Ada", email="ada@example.org", consent_text="I agree.")
    aim = {"family": "acquisition", "figure": "leads", "baseline": 1, "target": 5, "starts_on": OCTOBER}
    orders = money.start_import(
        here.community, by=here.marketing, name="orders.csv", content=b"order,date,net\n1,2026-10-01,5.00\n"
    )
    recipient = Recipient.objects.create(email="director@example.org")
    undelivered = OutgoingMail.objects.create(
        community_id=here.community.pk,
        kind="invitation",
        urgency=4,
        recipient="gone@example.org",
        sender="loft@example.org",
        state=OutgoingMail.State.REFUSED,
        useless_at=timezone.now(),
        finished_at=timezone.now(),
        problem="550 no such person",
    )
    things |= {
        "offer": offer,
        "link_offer": Offer.objects.get(code="BLADE"),
        "lead": lead,
        "cost": make_cost(here, 1_000, label="Stamps"),
        "objective": money.set_objective(by=here.marketing, deadline=OCTOBER.replace(year=2027), **aim),
        "shop": make_shop("generic", "Chandlery online", "a secret of the shop"),
        "orders_file": orders,
        "recipient": recipient,
        "undelivered": undelivered,
        "leave_report": leave_token(here.community, recipient),
    }


def a_picture(width: int = 400) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (width, 300), "teal").save(out, "PNG")
    return SimpleUploadedFile("jib.png", out.getvalue(), content_type="image/png")
