"""The acts of the journal that can be undone, each as a case: it prepares what the act needs, and returns the act."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils import timezone

from communities.animation.calendar import services as planning
from communities.animation.calendar.models import Entry
from communities.calendar import today
from communities.console.brand import services as brand
from communities.console.operator.deleting import delete_community
from communities.console.place.services import change_place
from communities.console.place.states import ask_deletion, set_state
from communities.console.reach.domains import make_primary
from communities.console.reach.senders import set_sender
from communities.console.recipe.services import apply_parts
from communities.console.services import edit_legal_identity
from communities.console.spaces.menu import edit_menu
from communities.console.spaces.modules import choose_modules
from communities.content.models import Redirect, Tag, TagWord
from communities.content.services import arranging, forwarding, naming_reactions, shelving, tag_keeping
from communities.content.space_wishes import wishes_of
from communities.launch.services import close_link, make_link, reopen_link
from communities.models import Domain
from communities.people.entrusting import name_author, set_role, unname_author
from communities.people.fields import services as fields
from communities.people.fields.services import FieldWishes
from communities.people.managing import set_level
from communities.people.requests import edit_joining
from communities.texts import services as texts
from tests.communities.console.recipe.test_applying import values
from tests.communities.console.test_edit_texts import WHOLE
from tests.conftest import Cast
from tests.factories import make_person, make_space, make_thread

DoIt = Callable[[], object]
CASES: dict[str, Callable[[Cast], DoIt]] = {}
DAY = datetime.timedelta(days=1)


def case(name: str) -> Callable[[Callable[[Cast], DoIt]], Callable[[Cast], DoIt]]:
    """More cases for one act are told apart by what stands after a colon."""

    def register(prepare: Callable[[Cast], DoIt]) -> Callable[[Cast], DoIt]:
        CASES[name] = prepare
        return prepare

    return register


def tagged(here: Cast) -> tuple[Tag, Tag]:
    """Two tags, on one thread together and on one each; the first has another word."""
    for tags in (["Jib"], ["Headsail"], ["Jib", "Headsail"]):
        make_thread(here.forum, by=here.member, tags=tags)
    jib, headsail = Tag.objects.get(name="Jib"), Tag.objects.get(name="Headsail")
    TagWord.objects.create(slug="foresail", name="Foresail", tag=jib)
    return jib, headsail


@case("tag_renamed")
def _(here: Cast) -> DoIt:
    jib, _headsail = tagged(here)
    return lambda: tag_keeping.rename_tag(jib, by=here.owner, name="Genoa")


@case("tag_renamed:to another word for it")
def _(here: Cast) -> DoIt:
    jib, _headsail = tagged(here)
    return lambda: tag_keeping.rename_tag(jib, by=here.owner, name="Foresail")


@case("tag_grouped")
def _(here: Cast) -> DoIt:
    jib, _headsail = tagged(here)
    return lambda: tag_keeping.group_tag(jib, by=here.owner, group="Sails")


@case("tag_word_added")
def _(here: Cast) -> DoIt:
    jib, _headsail = tagged(here)
    return lambda: tag_keeping.add_tag_word(by=here.owner, word="Yankee", tag=jib)


@case("tag_word_removed")
def _(here: Cast) -> DoIt:
    tagged(here)
    word = TagWord.objects.get(slug="foresail")
    return lambda: tag_keeping.remove_tag_word(word, by=here.owner)


@case("tags_merged")
def _(here: Cast) -> DoIt:
    jib, headsail = tagged(here)
    return lambda: tag_keeping.merge_tags(jib, into=headsail, by=here.owner)


@case("tag_forbidden")
def _(here: Cast) -> DoIt:
    jib, _headsail = tagged(here)
    return lambda: tag_keeping.forbid_tag(jib, by=here.owner)


@case("redirect_set")
def _(here: Cast) -> DoIt:
    return lambda: forwarding.add_redirect(by=here.owner, path="/old/", target="/forums/")


@case("redirect_set:elsewhere than before, and others after it")
def _(here: Cast) -> DoIt:
    forwarding.forward("/forums/older/", "/forums/old/")
    forwarding.forward("/forums/old/", "/forums/new/", below=True)
    return lambda: forwarding.add_redirect(by=here.owner, path="/forums/old/", target="/blogs/")


@case("redirect_set:from where others lead")
def _(here: Cast) -> DoIt:
    forwarding.forward("/older/", "/old/")
    return lambda: forwarding.add_redirect(by=here.owner, path="/old/", target="/forums/")


@case("redirect_set:taken away")
def _(here: Cast) -> DoIt:
    forwarding.forward("/forums/old/", "/forums/new/", below=True)
    return lambda: forwarding.remove_redirect(Redirect.objects.get(), by=here.owner)


@case("reactions_named")
def _(here: Cast) -> DoIt:
    return lambda: naming_reactions.name_reactions(
        here.community, by=here.owner, offered=["thanks"], names={"thanks": {"en": "Cheers"}}
    )


@case("edit_space")
def _(here: Cast) -> DoIt:
    # Said once, as any form says it.
    arranging.edit_space(here.forum, wishes_of(here.forum), by=here.owner, community=here.community)
    wishes = replace(
        wishes_of(_fresh(here.forum)),
        name="Ropes",
        slug="ropes",
        minimum=7,
        required_tags=("boat",),
        order="new",
    )
    make_thread(here.forum, by=here.member)
    return lambda: arranging.edit_space(
        _fresh(here.forum), wishes, by=here.owner, community=here.community, sure=True
    )


@case("archive_space")
def _(here: Cast) -> DoIt:
    make_space(kind="forum", slug="other", name="Other")
    return lambda: shelving.archive_space(here.forum, by=here.owner, community=here.community)


@case("restore_space")
def _(here: Cast) -> DoIt:
    make_space(kind="forum", slug="other", name="Other")
    shelving.archive_space(here.forum, by=here.owner, community=here.community)
    return lambda: shelving.restore_space(_fresh(here.forum), by=here.owner, community=here.community)


@case("order_spaces")
def _(here: Cast) -> DoIt:
    other = make_space(kind="forum", slug="other", name="Other")
    ids = [other.pk, here.blog.pk, here.forum.pk]
    shelving.order_spaces(ids, by=here.owner, community=here.community)
    return lambda: shelving.order_spaces(ids[::-1], by=here.owner, community=here.community)


@case("text_published")
def _(here: Cast) -> DoIt:
    texts.save_text(here.community, "terms", by=here.owner, sources={"en": "One.", "fr": "Un."})
    return lambda: texts.publish_text(
        here.community, "terms", by=here.owner, revision=1, at=timezone.now() + DAY
    )


@case("role_set")
def _(here: Cast) -> DoIt:
    return lambda: set_role(
        here.member, "moderator", by=here.owner, spaces=[here.forum.pk], until=timezone.now() + DAY
    )


@case("role_set:of somebody who had one for some spaces")
def _(here: Cast) -> DoIt:
    set_role(here.moderator, "moderator", by=here.owner, spaces=[here.forum.pk], until=timezone.now() + DAY)
    here.moderator.refresh_from_db()
    return lambda: set_role(here.moderator, "manager", by=here.owner)


@case("level_set")
def _(here: Cast) -> DoIt:
    return lambda: set_level(here.member, 4, by=here.owner)


@case("joining_edited")
def _(here: Cast) -> DoIt:
    return lambda: edit_joining(here.community, by=here.owner, by_hand=True, questions=["Why?"])


@case("author_named")
def _(here: Cast) -> DoIt:
    return lambda: name_author(here.blog, here.member, by=here.owner)


@case("author_named:who was an author becomes an editor")
def _(here: Cast) -> DoIt:
    name_author(here.blog, here.member, by=here.owner)
    return lambda: name_author(here.blog, here.member, by=here.owner, edits=True)


@case("author_named:no more")
def _(here: Cast) -> DoIt:
    name_author(here.blog, here.member, by=here.owner, edits=True)
    return lambda: unname_author(here.blog, here.member, by=here.owner)


@case("link_closed")
def _(here: Cast) -> DoIt:
    link = make_link(by=here.owner, name="Flyer")
    return lambda: close_link(link, by=here.owner)


@case("link_reopened")
def _(here: Cast) -> DoIt:
    link = make_link(by=here.owner, name="Flyer")
    close_link(link, by=here.owner)
    return lambda: reopen_link(link, by=here.owner)


def a_field(here: Cast, name: str = "Boat") -> Any:
    return fields.add_field("text", FieldWishes({"en": name}), by=here.owner, community=here.community)


@case("add_profile_field")
def _(here: Cast) -> DoIt:
    return lambda: a_field(here)


@case("edit_profile_field")
def _(here: Cast) -> DoIt:
    field = a_field(here)
    wishes = FieldWishes({"en": "Ship", "fr": "Bateau"}, seen_by="team", at_joining=True)
    return lambda: fields.edit_field(field, wishes, by=here.owner, community=here.community)


@case("retire_profile_field")
def _(here: Cast) -> DoIt:
    field = a_field(here)
    return lambda: fields.retire_field(field, by=here.owner, community=here.community)


@case("restore_profile_field")
def _(here: Cast) -> DoIt:
    field = a_field(here)
    fields.retire_field(field, by=here.owner, community=here.community)
    return lambda: fields.restore_field(_fresh(field), by=here.owner, community=here.community)


@case("order_profile_fields")
def _(here: Cast) -> DoIt:
    ids = [a_field(here).pk, a_field(here, "Port").pk]
    return lambda: fields.order_fields(ids[::-1], by=here.owner, community=here.community)


@case("edit_menu")
def _(here: Cast) -> DoIt:
    entries = [{"label": "Shop", "url": "https://shop.example"}]
    return lambda: edit_menu(here.community, by=here.owner, entries=entries)


@case("choose_modules")
def _(here: Cast) -> DoIt:
    return lambda: choose_modules(here.community, by=here.owner, wanted=["forums"])


@case("change_place")
def _(here: Cast) -> DoIt:
    change_place(here.community, by=here.owner, changes={"tagline": "A mole"})
    changes = {"name": "Port", "tagline": "A quay", "time_zone": "America/Lima"}
    return lambda: change_place(here.community, by=here.owner, changes=changes)


@case("change_state")
def _(here: Cast) -> DoIt:
    return lambda: set_state(here.community, by=here.owner, state="read_only")


@case("delete_community")
def _(here: Cast) -> DoIt:
    return lambda: ask_deletion(here.community, by=here.owner, typed=here.community.name)


@case("operator_deletion")
def _(here: Cast) -> DoIt:
    operator = make_person(is_operator=True)
    return lambda: delete_community(
        here.community, by=operator, reason="Asked for by letter.", typed=here.community.name
    )


@case("legal_identity_changed")
def _(here: Cast) -> DoIt:
    edit_legal_identity(here.community, by=here.owner, identity=WHOLE)
    changed = WHOLE | {"publisher": "Another Ltd"}
    return lambda: edit_legal_identity(here.community, by=here.owner, identity=changed)


@case("brand.look")
def _(here: Cast) -> DoIt:
    brand.edit_look(here.community, by=here.owner, look={"colour": "#0078d4"})
    return lambda: brand.edit_look(here.community, by=here.owner, look={"colour": "#e2001a"})


@case("brand.home")
def _(here: Cast) -> DoIt:
    brand.edit_home(here.community, by=here.owner, home={"layout": "desk"})
    return lambda: brand.edit_home(here.community, by=here.owner, home={"layout": "club"})


@case("brand.mail")
def _(here: Cast) -> DoIt:
    return lambda: brand.edit_mail_look(here.community, by=here.owner, look={"signature": "Fair winds"})


@case("primary_domain")
def _(here: Cast) -> DoIt:
    domains = [
        Domain.objects.create(
            community=here.community, host=host, verified=True, primary=host.startswith("a")
        )
        for host in ("a.example", "b.example")
    ]
    return lambda: make_primary(domains[1], by=here.owner)


@case("sender_changed")
def _(here: Cast) -> DoIt:
    return lambda: set_sender(here.community, by=here.owner, name="Halyard", address="")


@case("sender_changed:another address")
def _(here: Cast) -> DoIt:
    set_sender(here.community, by=here.owner, name="Halyard", address="hello@halyard.example")
    return lambda: set_sender(here.community, by=here.owner, name="Port", address="hello@port.example")


def planned(here: Cast) -> Entry:
    plan = planning.Plan(
        "Knots", "topic", here.forum, "Which?", here.moderator, today(here.community) + 3 * DAY
    )
    return planning.plan_text(plan, by=here.manager, community=here.community)


@case("plan_edited")
def _(here: Cast) -> DoIt:
    entry = planned(here)
    other = planning.Plan(
        "Splices", "topic", here.forum, "How?", here.manager, entry.day, datetime.time(9), "review"
    )
    return lambda: planning.edit_entry(entry, other, by=here.manager, community=here.community)


@case("plan_moved")
def _(here: Cast) -> DoIt:
    entry = planned(here)
    day = today(here.community) + 9 * DAY
    return lambda: planning.move_entry(
        entry, day, datetime.time(9), by=here.manager, community=here.community
    )


@case("plan_deleted")
def _(here: Cast) -> DoIt:
    entry = planned(here)
    planning.begin_draft(entry, by=here.manager, community=here.community)
    return lambda: planning.delete_entry(_fresh(entry), by=here.manager)


def a_part(name: str) -> Callable[[Cast], DoIt]:
    return lambda here: (
        lambda: apply_parts(here.community, by=here.owner, values=values(name), blueprint="fans")
    )


for part in ("spaces", "rules", "welcome"):
    CASES[f"recipe_applied:{part}"] = a_part(part)


def _fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)
