from communities.calls.models.applications import Application, ApplicationFile, Step
from communities.calls.models.calls import Ask, Call, Juror, Moment
from communities.calls.models.reviews import Review

__all__ = ["Application", "ApplicationFile", "Ask", "Call", "Juror", "Moment", "Review", "Step"]
