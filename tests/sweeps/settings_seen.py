"""Each setting of a community, and the test that changes it on its page and then meets its effect elsewhere: as a
visitor, a member, in a mail. `test_settings_seen.py` holds the table against the pages that are registered and the
fields of their forms, and against the tests that it names.

A key is a field of a form of that page, or in words what is done there. Where only the team is to see a thing, the
test looks at what the team sees.
"""

from __future__ import annotations

from django import forms

from communities.console.brand.home_form import HomeForm
from communities.console.brand.look_form import LookForm
from communities.console.brand.mail_form import MailLookForm
from communities.console.fields.forms import FieldKindForm, ProfileFieldForm
from communities.console.people.forms import (
    AuthorForm,
    JoiningForm,
    LetterForm,
    LevelForm,
    LinkForm,
    MergeForm,
    NoteForm,
    OfferForm,
    RemoveForm,
    RoleForm,
    TeamInviteForm,
)
from communities.console.place.forms import DeletionForm, PlaceForm
from communities.console.reach.forms import DomainForm, SenderForm
from communities.console.reactions.forms import ReactionsForm
from communities.console.redirects.forms import RedirectForm
from communities.console.spaces.forms import KindForm, MoveForm, SpaceForm
from communities.console.tags.forms import MergeForm as MergeTagForm
from communities.console.tags.forms import TagForm, WordForm
from communities.console.texts.forms import PublishForm, RuleForm, TextForm
from communities.console.texts.identity import LegalIdentityForm
from moderation.forms import WatchWordForm

# What a form has beside settings: what was seen, whether somebody is sure, what a script adds.
BESIDE = frozenset(
    {"seen", "began", "version", "revision", "sure"}
    | {"picker", "hue", "lightness", "measured_face_font", "measured_reading_font"}
)

FORMS: dict[str, tuple[type[forms.BaseForm], ...]] = {
    "console:edit-place": (PlaceForm,),
    "console:edit-brand": (LookForm,),
    "console:edit-home": (HomeForm,),
    "console:list-spaces": (KindForm, SpaceForm, MoveForm),
    "console:list-tags": (TagForm, WordForm, MergeTagForm),
    "console:edit-reactions": (ReactionsForm,),
    "console:list-members": (LevelForm, NoteForm, LetterForm, RemoveForm, MergeForm, RoleForm, JoiningForm),
    "console:show-team": (TeamInviteForm, OfferForm, AuthorForm),
    "console:list-links": (LinkForm,),
    "console:list-profile-fields": (FieldKindForm, ProfileFieldForm),
    "console:show-texts": (TextForm, RuleForm, PublishForm),
    "console:edit-legal-identity": (LegalIdentityForm,),
    "moderation:edit-modes": (WatchWordForm,),
    "console:add-domain": (DomainForm,),
    "console:edit-sender": (SenderForm,),
    "console:list-redirects": (RedirectForm,),
    "console:edit-mail-look": (MailLookForm,),
    "console:close-community": (DeletionForm,),
}

CONSOLE = "tests/communities/console/"
BROWSER = "tests/browser/test_settings.py::"
EFFECTS = f"{CONSOLE}test_effects.py::"
BROWSER_LOOK, OF_LOOK = "tests/browser/test_brand.py::", f"{CONSOLE}brand/test_edit_look.py::"
SPACES, REACH = f"{CONSOLE}spaces/test_list_spaces.py::", "tests/browser/test_settings_reach.py::"
CASES, UNDELIVERED = (
    "tests/moderation/test_list_cases.py::",
    "tests/communities/notifications/test_undelivered.py::",
)
SPACE = f"{CONSOLE}spaces/test_edit_space.py::"
LOOK, FONTS = (
    f"{EFFECTS}test_the_look_is_what_visitors_get",
    f"{EFFECTS}test_own_fonts_are_in_the_stylesheet_of_visitors",
)
HOME = f"{CONSOLE}brand/test_edit_home.py::"
PLACE = f"{BROWSER}test_name_languages_and_who_finds_the_place"
WAYS_IN, OF_TEXTS = (
    f"{BROWSER}test_ways_in_roles_and_authors",
    f"{BROWSER}test_texts_rules_reactions_tags_and_redirects",
)
MENU = f"{BROWSER}test_spaces_menu_and_modules"
PHOTO = f"{HOME}test_a_photograph_keeps_its_point_in_every_cut"
CHOSEN = f"{HOME}test_featured_texts_a_question_a_text_and_links_are_shown"
TAGS = f"{EFFECTS}test_words_and_groups_of_tags"
ROLE = f"{EFFECTS}test_a_role_for_one_space_and_until_a_day"
TEAM = f"{EFFECTS}test_who_is_called_into_the_team_comes_in_with_the_role"
LINK = f"{EFFECTS}test_a_link_brings_in_as_its_page_said"
ASKED = f"{EFFECTS}test_what_is_asked_of_members"
RULES = f"{EFFECTS}test_a_version_to_come_is_announced_and_members_are_told"
LEGAL = f"{CONSOLE}test_edit_legal_identity.py::"
IDENTITY = f"{LEGAL}test_what_the_owner_types_stands_on_the_legal_page_and_lets_the_launch_open"
PUBLISHER = f"{BROWSER}test_who_publishes_the_place"
MANY = f"{CONSOLE}people/test_member_pages.py::test_notes_letters_and_removal_of_many"
GONE = f"{EFFECTS}test_who_is_removed_or_merged_is_gone"
HANDOVER = f"{CONSOLE}people/test_team_pages.py::test_ownership_is_handed_over_on_the_pages"
SENDER = f"{REACH}test_a_sender_from_its_records_to_a_signed_mail"
WORDS = f"{CASES}test_words_are_added_and_taken_off"
MAILS = f"{CONSOLE}brand/test_edit_mail_look.py::"
MAIL_LOOK = f"{MAILS}test_the_logo_stands_at_the_top_as_a_picture_that_mail_programs_know"
LEVEL = f"{EFFECTS}test_a_level_says_whose_first_texts_are_read_first"
EDITORS = f"{EFFECTS}test_who_edits_the_articles_of_others"

SEEN: dict[str, dict[str, str]] = {
    "console:edit-place": {
        **dict.fromkeys(
            (
                "name", "tagline", "language", "languages", "address_form", "time_zone", "listed", "search_engines",
                "directory_public", "feed_texts", "minimum_age", "invitations", "invitations_of_ambassadors",
                "audience",
            ),
            PLACE,
        ),
        "planned": f"{CONSOLE}place/test_edit_place.py::test_planned_hours_keep_the_hour_or_the_moment",
    },
    "console:edit-brand": {
        "colour": BROWSER_LOOK
        + "test_an_owner_gives_the_place_its_exact_colour_and_sees_it_before_anybody_does",
        **dict.fromkeys(("wash", "face", "reading", "shape", "logo"), LOOK),
        "mark": f"{OF_LOOK}test_a_wide_logo_leaves_the_favicon_to_the_mark",
        "share": f"{OF_LOOK}test_the_share_picture_is_the_brand_s_own",
        **dict.fromkeys(
            (
                "face_font", "reading_font", "face_serif", "reading_serif", "face_all", "reading_all",
                "remove_face_font", "remove_reading_font",
            ),
            FONTS,
        ),
        **dict.fromkeys(
            ("remove_logo", "remove_mark", "remove_share"),
            f"{EFFECTS}test_pictures_that_are_removed_are_worn_no_more",
        ),
    },
    "console:edit-home": {
        "layout": f"{HOME}test_each_layout_holds_every_block_and_the_budget_of_the_page",
        "drawing": f"{EFFECTS}test_the_drawing_of_the_home_page",
        **dict.fromkeys(("photo", "x", "y", "alt", "remove_photo"), PHOTO),
        **dict.fromkeys(("featured", "week", "text_title", "text_body", "own links"), CHOSEN),
        "order of blocks, and which": f"{HOME}test_blocks_are_ordered_and_put_away_for_visitors_and_members",
    },
    "console:apply-recipe": {"parts": f"{EFFECTS}test_what_a_recipe_adds_is_there_for_visitors"},
    "console:list-spaces": {
        "kind": f"{SPACE}test_a_space_is_added_and_members_find_it",
        **dict.fromkeys(("name", "slug"), f"{SPACE}test_a_new_name_and_address_keep_the_former_ones_working"),
        **dict.fromkeys(
            ("description", "drawing", "language"),
            f"{SPACE}test_drawing_sentence_and_language_are_what_readers_meet",
        ),
        **dict.fromkeys(("picture", "remove_picture"), f"{SPACE}test_a_picture_is_shown_and_taken_away"),
        "audience": f"{SPACE}test_fewer_readers_are_asked_about_with_counts_first",
        "posting": f"{SPACE}test_authors_are_named_and_only_they_start",
        "replying": f"{EFFECTS}test_who_replies_in_a_space",
        **dict.fromkeys(
            ("starts", "prompt", "required_tags"),
            f"{SPACE}test_what_may_be_started_and_which_tags_it_needs",
        ),
        "mode": f"{SPACE}test_a_mode_holds_texts_and_stands_in_both_journals",
        "order": f"{SPACE}test_newest_first_is_another_order_of_the_list",
        "minimum": f"{SPACE}test_a_minimum_folds_the_space_during_a_launch",
        "target": f"{CONSOLE}spaces/test_move_threads.py::test_all_of_it_moves_and_addresses_keep_working",
        "order of spaces": f"{SPACES}test_rows_as_they_were_dragged_and_back_again",
        "archive and restore": f"{SPACES}test_archived_is_read_by_nobody_and_restored_as_it_was",
        "delete": f"{SPACES}test_only_an_empty_space_is_deleted_and_the_page_says_why",
        "menu": f"{CONSOLE}spaces/test_edit_menu.py::test_the_menu_is_what_was_chosen_for_visitors_and_members",
        "first texts": f"{EFFECTS}test_first_texts_are_there_for_visitors",
    },
    "console:choose-modules": {"modules": MENU},
    "console:list-tags": {"name": OF_TEXTS, **dict.fromkeys(("group", "word", "into", "forbid"), TAGS)},
    "console:edit-reactions": {
        "offered": f"{CONSOLE}test_reactions.py::test_what_the_team_chose_stands_under_texts",
    },
    "console:list-members": {
        "level": LEVEL,
        **dict.fromkeys(("role", "scope", "spaces", "until"), ROLE),
        # A note is for the team alone.
        "text": MANY,
        "subject": MANY,
        "reason": GONE,
        "other": GONE,
        "by_hand": WAYS_IN,
        "questions": WAYS_IN,
    },
    "console:show-team": {
        **dict.fromkeys(("email", "role", "words"), TEAM),
        **dict.fromkeys(("scope", "spaces", "until"), ROLE),
        "by_becomes": HANDOVER,
        "person": EDITORS,
        "edits": EDITORS,
    },
    "console:list-links": dict.fromkeys(("name", "role", "space", "expires_on", "quota", "domains"), LINK),
    "console:list-profile-fields": dict.fromkeys(
        ("kind", "seen_by", "required", "at_joining", "words", "order of fields", "put away, delete"), ASKED
    )
    | {"filters": f"{CONSOLE}test_profile_fields.py::test_a_field_is_added_by_kind_and_asked_at_once"},
    "console:show-texts": {
        "words": OF_TEXTS,
        "rules": OF_TEXTS,
        **dict.fromkeys(("holds_from", "tell"), RULES),
        # Who has read it for the law is for the team alone.
        "checked_by": f"{CONSOLE}test_edit_texts.py::test_the_untouched_proposal_is_published_in_two_presses",
    },
    "console:edit-legal-identity": {
        **dict.fromkeys(("form", "address", "phone", "contact", "country", "host"), IDENTITY),
        **dict.fromkeys(("publisher", "registration", "publication_director", "dpo"), PUBLISHER),
    },
    "moderation:edit-modes": {
        "modes of the place and its spaces": f"{CASES}test_modes_are_set_and_kept_in_the_journal",
        **dict.fromkeys(("word", "action", "why"), WORDS),
    },
    "console:add-domain": {
        "host": f"{REACH}test_a_domain_from_its_records_to_everybody_who_follows_it",
        "which is the main one": f"{CONSOLE}reach/test_domains.py::test_every_other_address_leads_to_the_main_one",
    },
    "console:edit-sender": {"name": SENDER, "address": SENDER},
    "console:list-redirects": {"path": OF_TEXTS, "target": OF_TEXTS},
    "notifications:list-undelivered": {
        "try again": f"{UNDELIVERED}test_a_refused_mail_is_shown_to_managers_and_tried_again",
    },
    "console:edit-mail-look": {
        "signature": f"{MAILS}test_the_signature_is_under_every_mail",
        "with_logo": MAIL_LOOK,
        "with_band": MAIL_LOOK,
    },
    "transfer:start-import": {
        "file": "tests/communities/transfer/importing/test_import_pages.py::test_the_whole_way_and_back",
    },
    "console:export-community": {
        "file": "tests/communities/archive/test_export_page.py::test_the_owner_asks_and_fetches",
    },
    "console:show-journal": {
        "undo": f"{CONSOLE}place/test_edit_place.py::test_what_is_saved_can_be_taken_back_by_one_press",
    },
    "console:list-openings": {"end": f"{CONSOLE}operator/test_opening.py::test_its_owner_can_end_it"},
    "console:close-community": {
        "state": f"{BROWSER}test_read_only_closed_and_open_again",
        "name": f"{CONSOLE}place/test_close_community.py::test_all_owners_are_told_and_everybody_sees_it",
    },
}  # fmt: skip
