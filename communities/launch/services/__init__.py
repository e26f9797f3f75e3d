"""The only way to change a launch: joining, the plan and its stages, the waiting list, invitations."""

from communities.launch.services.announcing import people_who_lose
from communities.launch.services.inviting import (
    accept_invitation,
    invitations_left,
    invite_people,
    prepare_wave,
    revoke_invitation,
    send_wave,
)
from communities.launch.services.joining import (
    FORMER,
    free_handle,
    is_reserved,
    join_community,
    joining_is_open,
    open_waiting_door,
    refuse_to_join,
    refuse_under_age,
)
from communities.launch.services.opening import (
    announce_stage,
    missing_identity,
    open_due_stages,
    open_stage,
    pause_stage,
    resume_stage,
    roll_back_stage,
)
from communities.launch.services.planning import StageWishes, add_stage, edit_stage, remove_stage
from communities.launch.services.waiting import (
    admit_waiting,
    forget_places,
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
    "edit_stage",
    "forget_places",
    "free_handle",
    "invitations_left",
    "invite_people",
    "is_reserved",
    "join_community",
    "join_waiting_list",
    "joining_is_open",
    "leave_waiting_list",
    "missing_identity",
    "open_due_stages",
    "open_stage",
    "open_waiting_door",
    "pause_stage",
    "people_who_lose",
    "prepare_wave",
    "refuse_to_join",
    "refuse_under_age",
    "remove_stage",
    "resume_stage",
    "revoke_invitation",
    "roll_back_stage",
    "send_wave",
    "watch_stages",
    "why_stuck",
]
