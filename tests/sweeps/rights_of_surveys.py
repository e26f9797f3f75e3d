"""What surveys let each role do."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from communities.animation.surveys import services as asking

ASKING: dict[str, dict[str, Callable[[Any, Any], object]]] = {
    "run_surveys": {
        "write": lambda w, me: asking.write_survey(asking.SurveyWishes("A", [asking.Asks("B?")]), by=me),
        "close": lambda w, me: asking.close_survey(w.survey, by=me),
        "take words away": lambda w, me: asking.take_words_away(copy(w.survey_words), by=me),
        "delete": lambda w, me: asking.delete_survey(w.survey_draft, by=me),
    },
}
