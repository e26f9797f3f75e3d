from communities.calls.models.applications import Application, ApplicationFile, Step, Worth
from communities.calls.models.calls import Ask, Call, Juror, Moment
from communities.calls.models.evaluations import Evaluation

__all__ = ["Application", "ApplicationFile", "Ask", "Call", "Evaluation", "Juror", "Moment", "Step", "Worth"]
