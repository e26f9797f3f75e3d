"""Who leaves takes their applications along; two memberships of one person that become one apply and judge once."""

from __future__ import annotations

from communities.calls.applying import delete_applications_of, move_applications, move_evaluations
from members.personal import register_merger, register_way


def register() -> None:
    register_way("calls.Application.applicant", delete_applications_of)
    register_merger("calls.Application.applicant", move_applications)
    register_merger("calls.Evaluation.juror", move_evaluations)
