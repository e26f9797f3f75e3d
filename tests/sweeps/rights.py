"""Each act of the team about a place, as it is done; who may do it is told by `rights_table.py`."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from copy import copy  # what is deleted has no id any more, and the next role tries it too
from typing import Any

from communities.animation.calendar import feed as calendar_feed
from communities.animation.calendar import rituals
from communities.animation.calendar import services as planning
from communities.animation.newcomers import services as receiving
from communities.animation.today import services as today
from communities.animation.today.matters import sources
from communities.archive.services import ask_export, delete_export, fetch_export
from communities.console import services as identity
from communities.console.brand import services as brand
from communities.console.operator import opening
from communities.console.place import checklist, states
from communities.console.place.services import change_place
from communities.console.reach import domains, senders
from communities.console.recipe.services import apply_parts, save_as_blueprint, undo_part
from communities.console.spaces.menu import edit_menu
from communities.console.spaces.modules import choose_modules
from communities.console.start import services as starting
from communities.content.models import Tag
from communities.content.services import arranging, forwarding, moving, shelving, tag_keeping
from communities.content.services.naming_reactions import name_reactions
from communities.content.space_wishes import wishes_of
from communities.journal.services import undo
from communities.launch import services as launching
from communities.models import Membership
from communities.people import entrusting, managing, requests
from communities.people.fields import services as fields
from communities.people.fields.files import verify_file
from communities.people.letters import write_to
from communities.people.merging import merge_memberships
from communities.texts import services as texts
from tests.sweeps.rights_of_ambassadors import RUNNING
from tests.sweeps.rights_of_announcements import ANNOUNCING
from tests.sweeps.rights_of_automations import AUTOMATING
from tests.sweeps.rights_of_launch import PLANNING
from tests.sweeps.rights_of_listening import LISTENING
from tests.sweeps.rights_of_newsletters import LETTERS
from tests.sweeps.rights_of_offers import OFFERING
from tests.sweeps.rights_of_surveys import ASKING
from tests.sweeps.rights_table import someone_else
from tests.sweeps.world import World

Act = Callable[[World, Membership], Any]


def _letter(world: World, me: Membership) -> int:
    told = [world.here.member]
    return write_to(told, by=me, community=world.here.community, subject="Trials", text="On Saturday.")


def _rule(world: World, me: Membership) -> Any:
    return texts.add_rule(world.here.community, by=me, words=texts.RuleWords({"en": "Be brief."}, {}))


def _proposal(world: World, me: Membership) -> Any:
    return apply_parts(world.here.community, by=me, values={"welcome": {"tagline": "Ours", "about": "Us."}})


def _publish(kind: str) -> Act:
    def publish(world: World, me: Membership) -> Any:
        return texts.publish_text(world.here.community, kind, by=me, revision=0)

    return publish


def _role(world: World, me: Membership) -> Any:
    return entrusting.set_role(someone_else(me, world), "moderator", by=me)


def _stage(world: World, me: Membership) -> Any:
    return launching.add_stage(launching.StageWishes("More", ["uploads"], "team"), by=me)


def _wave(world: World, me: Membership) -> Any:
    return launching.prepare_wave(world.stage, by=me, name="A wave", addresses=["w@example.org"])


def _tag(world: World) -> Tag:
    return Tag.objects.get(pk=world.tag.pk)


def _matter(act: Callable[..., Any], **more: Any) -> Act:
    def do(world: World, me: Membership) -> Any:
        key, here = str(world.arrived.pk), world.here.community
        return act(sources["greetings"], key, by=me, community=here, seen=0, **more)

    return do


# How each right is used: every service of the settings that asks for it.
ACTS: dict[str, dict[str, Act]] = {
    "approve_join_request": {
        "approve": lambda w, me: requests.approve_request(w.join_request, by=me),
        "decline": lambda w, me: requests.decline_request(w.join_request, by=me),
    },
    "assign_newcomers": {
        "give": lambda w, me: receiving.look_after(
            w.here.member, w.here.owner, by=me, was=w.here.ambassador.pk
        ),
    },
    "close_community": {
        "close": lambda w, me: states.set_state(w.here.community, by=me, state="closed"),
        "read only": lambda w, me: states.set_state(w.here.community, by=me, state="read_only"),
        "delete": lambda w, me: states.ask_deletion(w.here.community, by=me, typed=w.here.community.name),
        "keep": lambda w, me: states.keep_community(w.here.community, by=me),
    },
    "configure_community": {
        "place": lambda w, me: change_place(w.here.community, by=me, changes={"tagline": "Theirs"}),
        "checklist": lambda w, me: checklist.show_checklist(w.here.community, by=me, shown=False),
        "recipe": _proposal,
        "recipe undone": lambda w, me: undo_part(w.applied, by=me),
        "undo": lambda w, me: undo(w.change, me),
    },
    "edit_brand": {
        "look": lambda w, me: brand.edit_look(w.here.community, by=me, look={"colour": "#00a3a1"}),
        "home": lambda w, me: brand.edit_home(w.here.community, by=me, home={"layout": "club"}),
        "mail": lambda w, me: brand.edit_mail_look(w.here.community, by=me, look={"signature": "Ours"}),
    },
    "edit_automations": AUTOMATING,
    "edit_calendar": {
        "plan": lambda w, me: planning.plan_text(
            planning.Plan("Jibs", "topic", day=w.planned.day), by=me, community=w.here.community
        ),
        "move": lambda w, me: planning.move_entry(
            w.planned, w.planned.day + datetime.timedelta(days=1), None, by=me, community=w.here.community
        ),
        "change": lambda w, me: planning.edit_entry(
            w.planned, planning.Plan("Jibs", "topic"), by=me, community=w.here.community
        ),
        "delete": lambda w, me: planning.delete_entry(w.planned, by=me),
        "begin a ritual": lambda w, me: rituals.start_ritual(
            rituals.RitualWishes("Thanks", "topic", 4, datetime.time(9)),
            by=me,
            community=w.here.community,
        ),
        "pause a ritual": lambda w, me: rituals.pause_ritual(w.ritual, by=me),
        "end a ritual": lambda w, me: rituals.end_ritual(w.ritual, by=me),
    },
    "edit_domains": {
        "add": lambda w, me: domains.add_domain(w.here.community, by=me, text="more.example"),
        "look up": lambda w, me: domains.ask_for_look(w.domain, by=me),
        "main": lambda w, me: domains.make_primary(w.domain, by=me),
        "platform": lambda w, me: domains.return_to_platform(w.here.community, by=me),
        "release": lambda w, me: domains.release_domain(w.domain, by=me),
    },
    "edit_legal_identity": {
        "identity": lambda w, me: identity.edit_legal_identity(
            w.here.community, by=me, identity={"publisher": "Theirs"}
        ),
        "start": lambda w, me: starting.begin_place(
            w.here.community, by=me, identity={"publisher": "Theirs"}, moderator="mo@example.org"
        ),
    },
    "edit_links": {
        "make": lambda w, me: launching.make_link(by=me, name="Theirs"),
        "close": lambda w, me: launching.close_link(w.link, by=me),
        "reopen": lambda w, me: launching.reopen_link(w.link, by=me),
        "joining": lambda w, me: requests.edit_joining(
            w.here.community, by=me, by_hand=True, questions=["Why?"]
        ),
    },
    "edit_members": {
        "note": lambda w, me: managing.note_about(w.here.member, "Sails.", by=me),
        "note gone": lambda w, me: managing.delete_note(copy(w.team_note), by=me),
        "letter": _letter,
        "role": _role,
    },
    "edit_plan": {"stage": _stage, "wave": _wave, **PLANNING},
    "edit_profile_fields": {
        "order": lambda w, me: fields.order_fields(
            [w.away_field.pk, w.profile_field.pk], by=me, community=w.here.community
        ),
        "put away": lambda w, me: fields.retire_field(w.profile_field, by=me, community=w.here.community),
        "restore": lambda w, me: fields.restore_field(w.away_field, by=me, community=w.here.community),
        "delete": lambda w, me: fields.delete_field(copy(w.away_field), by=me, community=w.here.community),
    },
    "edit_redirects": {
        "add": lambda w, me: forwarding.add_redirect(by=me, path="/theirs/", target="/forums/"),
        "remove": lambda w, me: forwarding.remove_redirect(copy(w.redirect), by=me),
    },
    "edit_sender": {
        "set": lambda w, me: senders.set_sender(w.here.community, by=me, name="T", address="t@x.example"),
        "look up": lambda w, me: senders.ask_for_sender_look(by=me),
        "test": lambda w, me: senders.send_test_mail(w.here.community, by=me),
        "again": lambda w, me: senders.try_address_again(w.stopped, by=me),
    },
    "edit_spaces": {
        "add": lambda w, me: arranging.add_space(
            "forum", arranging.SpaceWishes("Deck"), by=me, community=w.here.community
        ),
        "edit": lambda w, me: arranging.edit_space(
            w.empty_space, wishes_of(w.empty_space), by=me, community=w.here.community
        ),
        "order": lambda w, me: shelving.order_spaces(
            [w.hall.pk, w.space.pk], by=me, community=w.here.community
        ),
        "archive": lambda w, me: shelving.archive_space(w.hall, by=me, community=w.here.community),
        "restore": lambda w, me: shelving.restore_space(w.empty_space, by=me, community=w.here.community),
        "delete": lambda w, me: shelving.delete_space(copy(w.empty_space), by=me, community=w.here.community),
        "move": lambda w, me: moving.begin_move(w.hall, w.space, by=me),
        "menu": lambda w, me: edit_menu(w.here.community, by=me, entries=[]),
        "modules": lambda w, me: choose_modules(w.here.community, by=me, wanted=["search"]),
    },
    "edit_texts": {
        "save": lambda w, me: texts.save_text(w.here.community, "about", by=me, sources={"en": "We sail."}),
        "propose": lambda w, me: texts.use_proposal(w.here.community, "about", by=me),
        "discard": lambda w, me: texts.throw_draft_away(w.here.community, "about", by=me),
        "rule": _rule,
    },
    "export_community": {
        "ask": lambda w, me: ask_export(by=me),
        "fetch": lambda w, me: fetch_export(w.export, by=me),
        "delete": lambda w, me: delete_export(copy(w.export), by=me),
    },
    "export_members": {
        "export": lambda w, me: managing.export_members(
            Membership.objects.all(), w.here.community, io.BytesIO(), by=me
        ),
    },
    "give_matters": {
        "give": lambda w, me: today.give(
            sources["unanswered"], "1", by=me, community=w.here.community, seen=0, to=w.here.moderator
        ),
    },
    "greet_newcomers": {
        "greet": lambda w, me: receiving.greet(
            w.here.member, receiving.Wishes("Hello."), by=me, community=w.here.community
        ),
        "introduce": lambda w, me: receiving.introduce(w.here.member, {}, by=me),
        "remind": lambda w, me: receiving.nudge(w.here.member, "Hello?", by=me),
    },
    "hand_over": {"offer": lambda w, me: entrusting.offer_ownership(w.here.moderator, by=me)},
    "keep_tags": {
        "rename": lambda w, me: tag_keeping.rename_tag(_tag(w), by=me, name="Jibs"),
        "group": lambda w, me: tag_keeping.group_tag(_tag(w), by=me, group="Sails"),
        "word": lambda w, me: tag_keeping.add_tag_word(by=me, word="Foresail of old", tag=_tag(w)),
        "word gone": lambda w, me: tag_keeping.remove_tag_word(copy(w.tag_word), by=me),
        "merge": lambda w, me: tag_keeping.merge_tags(_tag(w), into=Tag.objects.get(slug="refit"), by=me),
        "forbid": lambda w, me: tag_keeping.forbid_tag(_tag(w), by=me),
    },
    "merge_members": {"merge": lambda w, me: merge_memberships(w.here.member, w.here.ambassador, by=me)},
    "name_authors": {
        "name": lambda w, me: entrusting.name_author(w.blog, w.here.moderator, by=me),
        "take away": lambda w, me: entrusting.unname_author(w.blog, w.here.member, by=me),
    },
    "name_reactions": {
        "name": lambda w, me: name_reactions(w.here.community, by=me, offered=["useful"], names={}),
    },
    "open_community": {"open": lambda w, me: states.open_community(w.here.community, by=me)},
    "publish_law": {
        "publish": _publish("privacy"),
        "checked": lambda w, me: texts.mark_checked(
            w.here.community, "terms", w.terms.number, by=me, checked_by="C"
        ),
        "take back": lambda w, me: texts.take_back(w.here.community, "terms", w.newer_terms.number, by=me),
    },
    "note_idea": {
        "note": lambda w, me: planning.plan_text(
            planning.Plan("Odd knots", "topic"), by=me, community=w.here.community
        ),
    },
    "publish_text": {"publish": _publish("welcome")},
    "remove_member": {"remove": lambda w, me: managing.remove_member(someone_else(me, w), by=me)},
    "save_blueprint": {"save": lambda w, me: save_as_blueprint(w.here.community, by=me, name="Ours")},
    "see_today": {
        "tick off": _matter(today.tick_off),
        "take back": lambda w, me: today.find_matter(
            sources["unanswered"], "1", by=me, community=w.here.community
        ),
    },
    "see_calendar": {"make an address": lambda w, me: calendar_feed.make_feed(by=me)},
    "see_email": {"show": lambda w, me: managing.reveal_address(w.here.ambassador, by=me)},
    "see_openings": {"send away": lambda w, me: opening.send_away(w.opening_by_operator, by=me)},
    "verify_files": {"verify": lambda w, me: verify_file(copy(w.profile_file), by=me)},
    "set_level": {"set": lambda w, me: managing.set_level(someone_else(me, w), 3, by=me)},
    **LETTERS,
    **ASKING,
    **OFFERING,
    **LISTENING,
    **RUNNING,
    **ANNOUNCING,
}
