"""The launch plan: ordered stages, their openings, the log; who waits, and who was invited."""

from communities.launch.log import LaunchLogEntry
from communities.launch.measured import GaugeDay, WatchReading
from communities.launch.models.invitations import Invitation
from communities.launch.models.plan import Stage, StageNews, StageOpening, Wave
from communities.launch.ways_in import InvitationLink, JoinRequest, LinkArrival, WaitingPlace

__all__ = [
    "GaugeDay",
    "Invitation",
    "InvitationLink",
    "JoinRequest",
    "LaunchLogEntry",
    "LinkArrival",
    "Stage",
    "StageNews",
    "StageOpening",
    "WaitingPlace",
    "WatchReading",
    "Wave",
]
