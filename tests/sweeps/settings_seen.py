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

BROWSER = "tests/browser/test_settings.py::"
BROWSER_LOOK, REACH = "tests/browser/test_brand.py::", "tests/browser/test_settings_reach.py::"
PLACE = f"{BROWSER}test_name_languages_and_who_finds_the_place"
WAYS_IN, OF_TEXTS = (
    f"{BROWSER}test_ways_in_roles_and_authors",
    f"{BROWSER}test_texts_rules_reactions_tags_and_redirects",
)
MENU = f"{BROWSER}test_spaces_menu_and_modules"
# In the browser, one setting after another.
OF_BRAND, OF_SPACES, OF_TAGS, OF_MAILS = (
    f"tests/browser/test_settings_of_look.py::test_{name}"
    for name in ("brand_and_home", "spaces_and_what_they_hold", "tags_reactions_and_modes", "how_mails_look")
)
OF_MEMBERS, OF_TEAM, OF_FIELDS = (
    f"tests/browser/test_settings_of_people.py::test_{name}"
    for name in ("members_one_by_one", "the_team_and_the_ways_in", "what_members_are_asked")
)
OF_LAW, OF_READING, OF_CLOCK, OF_FILES = (
    f"tests/browser/test_settings_of_place.py::test_{name}"
    for name in (
        "law_and_rules",
        "what_is_read_before_it_is_shown",
        "the_clock_and_the_end",
        "mails_and_files",
    )
)
PUBLISHER = f"{BROWSER}test_who_publishes_the_place"
DOMAIN = f"{REACH}test_a_domain_from_its_records_to_everybody_who_follows_it"
SENDER = f"{REACH}test_a_sender_from_its_records_to_a_signed_mail"

SEEN: dict[str, dict[str, str]] = {
    "console:edit-place": {
        **dict.fromkeys(
            (
                "name",
                "tagline",
                "language",
                "languages",
                "address_form",
                "time_zone",
                "holidays",
                "listed",
                "search_engines",
                "directory_public",
                "feed_texts",
                "cards",
                "formulas",
                "minimum_age",
                "invitations",
                "invitations_of_ambassadors",
                "audience",
            ),
            PLACE,
        ),
        "planned": OF_CLOCK,
    },
    "console:edit-brand": {
        "colour": BROWSER_LOOK
        + "test_an_owner_gives_the_place_its_exact_colour_and_sees_it_before_anybody_does",
        **dict.fromkeys(
            (
                "wash",
                "face",
                "reading",
                "shape",
                "logo",
                "mark",
                "share",
                "face_font",
                "reading_font",
                "face_serif",
                "reading_serif",
                "face_all",
                "reading_all",
                "remove_face_font",
                "remove_reading_font",
                "remove_logo",
                "remove_mark",
                "remove_share",
            ),
            OF_BRAND,
        ),
    },
    "console:edit-home": {
        **dict.fromkeys(
            (
                "layout",
                "drawing",
                "photo",
                "x",
                "y",
                "alt",
                "remove_photo",
                "featured",
                "week",
                "text_title",
                "text_body",
                "own links",
                "order of blocks, and which",
                "quiet_days",
            ),
            OF_BRAND,
        ),
    },
    "console:apply-recipe": {"parts": OF_SPACES},
    "console:list-spaces": {
        **dict.fromkeys(("name", "slug", "audience", "order of spaces", "menu"), MENU),
        **dict.fromkeys(
            (
                "kind",
                "description",
                "drawing",
                "language",
                "picture",
                "remove_picture",
                "posting",
                "replying",
                "starts",
                "prompt",
                "required_tags",
                "order",
                "minimum",
                "quiet_days",
                "target",
                "archive and restore",
                "delete",
                "first texts",
                "mode",
            ),
            OF_SPACES,
        ),
        "parent": "tests/communities/content/test_nesting.py"
        "::test_a_manager_puts_a_space_into_another_one_and_undoes_it",
        "slow_minutes": "tests/communities/forums/test_views_of_spaces.py::test_one_reply_in_so_many_minutes",
        "template": "tests/communities/forums/test_views_of_spaces.py::test_a_new_thread_begins_as_its_space_says",
        **dict.fromkeys(
            ("focal_x", "focal_y"),
            "tests/browser/test_focal.py::test_the_point_of_a_picture_of_a_space_is_clicked_before_it_is_sent",
        ),
    },
    "console:choose-modules": {"modules": MENU},
    "console:list-tags": {"name": OF_TEXTS, **dict.fromkeys(("group", "word", "into", "forbid"), OF_TAGS)},
    "console:edit-reactions": {"offered": OF_TAGS},
    "console:list-members": {
        # A note is for the team alone.
        **dict.fromkeys(
            ("level", "role", "scope", "spaces", "until", "text", "subject", "reason", "other"), OF_MEMBERS
        ),
        "by_hand": WAYS_IN,
        "questions": WAYS_IN,
    },
    "console:show-team": {
        **dict.fromkeys(
            ("email", "role", "scope", "spaces", "until", "words", "person", "edits", "by_becomes"), OF_TEAM
        ),
    },
    "console:list-links": dict.fromkeys(("name", "role", "space", "expires_on", "quota", "domains"), OF_TEAM),
    "console:list-profile-fields": dict.fromkeys(
        (
            "kind",
            "seen_by",
            "required",
            "at_joining",
            "words",
            "order of fields",
            "put away, delete",
            "filters",
        ),
        OF_FIELDS,
    ),
    "console:show-texts": {
        "words": OF_TEXTS,
        "rules": OF_TEXTS,
        # Who has read it for the law is for the team alone.
        **dict.fromkeys(("holds_from", "tell", "checked_by"), OF_LAW),
    },
    "console:edit-legal-identity": {
        **dict.fromkeys(("form", "address", "phone", "contact", "country", "host"), OF_LAW),
        **dict.fromkeys(("publisher", "registration", "publication_director", "dpo"), PUBLISHER),
    },
    "moderation:edit-modes": dict.fromkeys(
        ("modes of the place and its spaces", "word", "action", "why"), OF_READING
    ),
    "console:add-domain": {"host": DOMAIN, "which is the main one": DOMAIN},
    "console:edit-sender": {"name": SENDER, "address": SENDER},
    "console:list-redirects": {"path": OF_TEXTS, "target": OF_TEXTS},
    "notifications:list-undelivered": {"try again": OF_FILES},
    "console:edit-mail-look": dict.fromkeys(("signature", "with_logo", "with_band"), OF_MAILS),
    "transfer:start-import": {"file": OF_FILES},
    "console:export-community": {"file": OF_FILES},
    "console:show-journal": {"undo": DOMAIN},
    "console:list-openings": {"end": OF_CLOCK},
    "console:close-community": {
        "state": f"{BROWSER}test_read_only_closed_and_open_again",
        "name": OF_CLOCK,
    },
}  # fmt: skip
