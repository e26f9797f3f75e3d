"""The only way to change a launch: joining, the plan and its stages, the waiting list, invitations."""

from communities.launch.services.announcing import people_who_lose
from communities.launch.services.asking import asks_by_hand, questions_of
from communities.launch.services.guarding import watch_openings
from communities.launch.services.handles import FORMER, free_handle, is_free
from communities.launch.services.inviting import (
    accept_invitation,
    invitations_left,
    invite_into_team,
    invite_people,
    prepare_wave,
    quota_of,
    revoke_invitation,
    send_new_wave,
    send_wave,
    withdraw_from_team,
)
from communities.launch.services.joining import (
    join_community,
    joining_is_open,
    let_in_who_asked,
    open_waiting_door,
    refuse_to_join,
    refuse_under_age,
)
from communities.launch.services.limiting import set_limits, still_passed
from communities.launch.services.linking import close_link, make_link, reopen_link
from communities.launch.services.looking import look_at_plan
from communities.launch.services.opening import (
    announce_stage,
    missing_identity,
    open_due_stages,
    open_stage,
    pause_stage,
    resume_stage,
    roll_back_stage,
)
from communities.launch.services.planning import StageWishes, add_stage, edit_stage, look_soon, remove_stage
from communities.launch.services.proposing import begin_anew, propose_plan
from communities.launch.services.refusing import refuse_waiting, take_refusal_back
from communities.launch.services.waiting import (
    admit_waiting,
    forget_places,
    invite_again,
    join_waiting_list,
    leave_waiting_list,
)
from communities.launch.services.watching import watch_stages, why_stuck

__all__ = [
    "FORMER",
    "StageWishes",
    "accept_invitation",
    "add_stage",
    "admit_waiting",
    "announce_stage",
    "asks_by_hand",
    "begin_anew",
    "close_link",
    "edit_stage",
    "forget_places",
    "free_handle",
    "invitations_left",
    "invite_again",
    "invite_into_team",
    "invite_people",
    "is_free",
    "join_community",
    "join_waiting_list",
    "joining_is_open",
    "leave_waiting_list",
    "let_in_who_asked",
    "look_at_plan",
    "look_soon",
    "make_link",
    "missing_identity",
    "open_due_stages",
    "open_stage",
    "open_waiting_door",
    "pause_stage",
    "people_who_lose",
    "prepare_wave",
    "propose_plan",
    "questions_of",
    "quota_of",
    "refuse_to_join",
    "refuse_under_age",
    "refuse_waiting",
    "remove_stage",
    "reopen_link",
    "resume_stage",
    "revoke_invitation",
    "roll_back_stage",
    "send_new_wave",
    "send_wave",
    "set_limits",
    "still_passed",
    "take_refusal_back",
    "watch_openings",
    "watch_stages",
    "why_stuck",
    "withdraw_from_team",
]
