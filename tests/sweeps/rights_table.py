"""Who may do what about a place: the table of permissions for the team’s acts.

Columns: member, ambassador, moderator, manager, marketing lead, owner. Rows are the predicates of the packages’
`permissions.py` without their `can_`. Judging has a table of its own in tests/moderation.
"""

from __future__ import annotations

from collections.abc import Callable

from analytics.roi.permissions import can_edit_results, can_read_results
from communities import permissions as place
from communities.animation import permissions as animation
from communities.animation.announcements import permissions as announcements
from communities.animation.automations import permissions as automations
from communities.animation.calendar import permissions as calendar
from communities.animation.newsletters import permissions as letters
from communities.animation.surveys import permissions as surveys
from communities.archive import permissions as archive
from communities.console.recipe.permissions import can_save_blueprint
from communities.content import permissions as content
from communities.launch import permissions as launch
from communities.models import Membership
from communities.people import permissions as people
from communities.promotions.permissions import can_edit_placement
from communities.texts.permissions import can_edit_texts, can_publish_text
from tests.sweeps.rights_of_ambassadors import can_run_programme
from tests.sweeps.rights_of_listening import can_delete_mentions, can_listen
from tests.sweeps.rights_of_offers import can_run_offers
from tests.sweeps.world import World

ROLES = ("member", "ambassador", "moderator", "manager", "marketing", "owner")
TABLE = """
approve_join_request    - - - y - y
assign_newcomers        - - y y - y
close_community         - - - - - y
configure_community     - - - y - y
delete_mentions         - - - y - y
edit_automations        - - - y - y
edit_brand              - - - y - y
edit_calendar           - - - y - y
edit_domains            - - - - - y
edit_legal_identity     - - - - - y
edit_links              - - - y - y
edit_members            - - - y - y
edit_placement          - - - y y y
edit_plan               - - - y - y
edit_profile_fields     - - - y - y
edit_redirects          - - - y - y
edit_results            - - - - y y
edit_sender             - - - - - y
edit_spaces             - - - y - y
edit_texts              - - - y - y
export_community        - - - - - y
export_members          - - - - - y
find_by_email           - - - y - y
give_matters            - - y y y y
greet_newcomers         - y y y - y
hand_over               - - - - - y
import_content          - - - y - y
invite_people           y y y y y y
keep_tags               - - - y - y
listen                  - - - y y y
make_announcement       - - - y - y
merge_members           - - - y - y
name_authors            - - - y - y
name_reactions          - - - y - y
open_community          - - - y - y
publish_law             - - - - - y
note_idea               - - y y y y
publish_text            - - - y - y
read_changes            - - - y - y
read_results            - - - y y y
remove_member           - - - y - y
save_blueprint          - - - - - y
see_calendar            - - y y y y
see_email               - - - - - y
see_log                 - - - y - y
see_members             - - y y - y
see_openings            - - - - - y
see_plan                - - - y y y
see_team                - - - y - y
see_today               - y y y y y
send_newsletter         - - - y - y
set_level               - - - y - y
run_offers              - - - y y y
run_programme           - - - y - y
run_surveys             - - - y y y
verify_files            - - - y - y
weigh_matters           - - - y - y
write_newsletter        - - - y y y
"""
RULES = {
    line.split()[0]: dict(zip(ROLES, line.split()[1:], strict=True)) for line in TABLE.split("\n") if line
}

# A right about somebody or something is asked about a member, two members, a text.
Ask = Callable[[Membership, World], bool]
ABOUT: dict[str, Ask] = {
    "merge_members": lambda me, world: people.can_merge_members(me, world.here.member, world.here.ambassador),
    "publish_law": lambda me, _world: can_publish_text(me, "terms"),
    "publish_text": lambda me, _world: can_publish_text(me, "welcome"),
    "remove_member": lambda me, world: people.can_remove_member(me, someone_else(me, world)),
    "set_level": lambda me, world: people.can_set_level(me, someone_else(me, world)),
}
ALONE = (
    *(announcements, animation, automations, calendar, letters, surveys),
    *(place, people, launch, content, archive),
)
NAMED: dict[str, Callable[[Membership], bool]] = {
    "delete_mentions": can_delete_mentions,
    "edit_placement": can_edit_placement,
    "edit_results": can_edit_results,
    "edit_texts": can_edit_texts,
    "listen": can_listen,
    "read_results": can_read_results,
    "run_offers": can_run_offers,
    "run_programme": can_run_programme,
    "save_blueprint": can_save_blueprint,
}
# Predicates with a table or tests of their own: about one text, one case, a reader.
ELSEWHERE = frozenset(
    {
        "accept_answer", "date_thread", "delete_post", "edit_article", "edit_post", "edit_thread", "lock_thread",
        "move_thread",
        "pin_thread", "preview_article", "publish_article", "react_to_post", "reply_to_thread", "restore_post",
        "see_history", "start_thread", "retire_thread", "upload_file", "appoint", "apply", "be_appointed",
        "see_directory",  # what visitors see: tests/communities/people
        "delete_entry", "own_entry", "see_entry", "write_entry",  # of one text: tests/communities/animation
        "arrange_pages", "edit_page", "publish_page",  # of one text: tests/communities/guides
        "edit_blog", "follow_blog", "see_article_results", "see_blog_results", "see_own_results", "start_blog",  # blogs
        "invite_co_author", "sign", "take_off",  # of one article: tests/communities/blogs/test_together.py
        "add_part", "edit_series", "end_series", "start_series",  # of one: tests/communities/blogs/test_series.py
        "edit_checklist", "review_articles",  # of one blog: tests/communities/blogs/test_review.py
        # Of one thread: tests/communities/forums/test_rest.py and test_wikis.py.
        "ask_members", "assign_thread", "be_assigned", "close_as_same", "open_wiki", "unassign_thread",
        "say_solved",  # of one question: tests/communities/forums/test_open_questions.py
        "take_part",  # in one text: tests/communities/polls/test_under_kinds.py
        "set_comment",  # of one reply: tests/communities/forums/test_comments.py
        "feature_thread",  # of one thread: tests/communities/forums/test_featuring.py
        "unfeature_thread",  # in any state of it: the same file
        "regroup_thread",  # of one thread: tests/communities/content/test_regrouping.py
        "add_answer", "edit_poll", "repeat_poll", "vote",  # of one text: tests/communities/polls
        "answer_idea", "assign_idea", "edit_box", "merge_idea", "vote_for",  # of one idea: tests/communities/ideas
        "edit_call",  # of one call: tests/communities/calls
        "enter", "judge_entries", "run_challenge", "run_challenges", "vote_in",  # of one: tests/communities/challenges
        "answer_review", "change_review", "edit_things", "review",  # of one thing: tests/communities/reviews
        "edit_event", "organise", "register", "see_attendees",  # of one event: tests/communities/events
        "run_trial", "apply_to_test", "handle_feedback", "have_it_too",  # of one test: tests/communities/trials
        "add_photographs", "edit_album", "edit_photo", "download",  # of one album: tests/communities/albums
        "ask_person", "take_name_away",  # of one photograph: tests/communities/albums
        "found",  # by account, not by role: tests/communities/console/recipe
    }
)  # fmt: skip


def someone_else(me: Membership, world: World) -> Membership:
    return world.here.ambassador if me == world.here.member else world.here.member


def predicate_says(rule: str, me: Membership, world: World) -> bool:
    if rule in ABOUT:
        return ABOUT[rule](me, world)
    ask = NAMED.get(rule) or next(found for one in ALONE if (found := getattr(one, f"can_{rule}", None)))
    return ask(me)
