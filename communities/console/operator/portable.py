"""The operator’s records are about the installation: nothing of them travels."""

from __future__ import annotations

from communities.console.operator.models import (
    Alarm,
    CommunityFigures,
    FailedJob,
    FleetSums,
    JobState,
    Opening,
    OperatorAct,
)
from communities.portable import Stays, register_portable

WHY = "The operator’s record of this installation."


def register() -> None:
    register_portable(
        *(
            Stays(model, why=WHY)
            for model in (Alarm, CommunityFigures, FailedJob, FleetSums, JobState, OperatorAct, Opening)
        )
    )
