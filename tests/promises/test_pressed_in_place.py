"""A form that is nothing but a press is answered where it stands, or leads on: which of the two is a decision."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FORM = re.compile(r"<form\b(?P<tag>(?:[^>{]|\{%.*?%\}|\{\{.*?\}\}|\{)*)>(?P<body>.*?)</form>", re.DOTALL)
ASKS = re.compile(
    r"<textarea|<select|<input(?![^>]*type=\"hidden\")|as_field_group|\{\{ ?form|\{% include", re.DOTALL
)
# Pages that ask once more, or begin something, and lead on to another page.
LEAD_ON = """
ambassadors/leave_programme animation/calendar/entry_ends animation/calendar/place animation/listening/change_secret
animation/listening/delete_mention animation/listening/list_sources animation/surveys/answer_survey
animation/surveys/delete_survey animation/surveys/take_words_away blogs/own/start_blog blogs/review/before_publishing
calls/withdraw calls/write_call console/arrivals/show_coming console/close_community console/export/export
console/fields/delete_field console/list_own_communities console/people/lay_down_role console/people/merge_both
console/people/person_head console/people/show_offer console/reach/make_primary console/reach/release_domain
console/spaces/delete_space console/tags/end_tag console/texts/publish_act console/texts/remove_rule content/edit_wiki
content/show_unsent launch/accept_invitation launch/show_invitation launch/show_stage launch/show_waiting_place
newsletters/audience newsletters/edit_segment offers/delete_offer polls/remove polls/stop reviews/edit_thing
roi/disconnect_shop roi/erase_lead transfer/undo_import launch/plan_proposed recipe/applied recipe/begun
recipe/edit_part recipe/enter_as_owner
"""
# What one looks as, reads in or is counted by from now on: the frame around the page is another one.
FRAME = """
account/logout components/foot components/sign_out capture/ask capture/set_choices launch/preview_bar
launch/stage_views operator/opening_bar operator/opening_of_owner console/demo_operator console/demo_shapes
"""
# Of people who are not signed in, most of them from a mail: pages that load no scripts for it.
ALONE = """
account/confirm_email_verification_code account/confirm_login_code members/address_works members/comes_back
newsletters/confirm_subscription newsletters/leave_newsletters notifications/mute_thread notifications/unsubscribe
offers/hearing reports/leave_report
"""
# By a script of its own, or by htmx as its attributes say; components get the attribute from whoever includes them.
OTHERWISE = """
animation/announcements/bar animation/calendar/edit_feed components/dialog components/menu components/reaction
console/people/export_members console/people/person_address console/redirects/trial launch/invite_people
notifications/device_sentences notifications/devices reports/show_results roi/saved_call
"""
# What comes looks again by itself, with a script that begins with its page.
LOOKS = "console/reach/domain_records console/reach/sender_records"
NOT_IN_PLACE = {
    f"{name}.html" for names in (LEAD_ON, FRAME, ALONE, OTHERWISE, LOOKS) for name in names.split()
}


def presses() -> dict[str, int]:
    """Templates with forms that ask nothing and are not pressed in place, and how many."""
    found: dict[str, int] = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        for form in FORM.finditer(path.read_text()):
            tag = form["tag"]
            if 'method="post"' in tag and "data-press" not in tag and not ASKS.search(form["body"]):
                name = str(path.relative_to(TEMPLATES))
                found[name] = found.get(name, 0) + 1
    return found


def test_what_is_only_pressed_is_answered_where_it_stands() -> None:
    found = set(presses())
    assert found - NOT_IN_PLACE == set(), "give the form data-press (docs/decisions/0082), or say why not"
    assert NOT_IN_PLACE - found == set(), "these are gone or pressed in place: take them off the list"
