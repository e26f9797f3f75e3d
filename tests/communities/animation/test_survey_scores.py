"""What answers allow to say: scores, margins, differences; against means and deviations."""

from __future__ import annotations

import math
from statistics import pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.animation.surveys.models import Question
from communities.animation.surveys.results import Result
from communities.animation.surveys.scores import Score, Than, answers_for, compare, margin_for, weighted


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_score_and_margin_are_mean_and_deviation_of_what_each_counts_for(given_marks: list[int]) -> None:
    each = [100 if mark >= 9 else -100 if mark <= 6 else 0 for mark in given_marks]
    score = Score.of([given_marks.count(n) for n in range(11)])
    assert score.value == pytest.approx(sum(each) / len(each))
    assert score.margin is not None
    spread = math.sqrt(pvariance(each) / len(each))
    if spread:
        assert score.margin == pytest.approx(1.96 * spread)
    else:
        assert score.margin == pytest.approx(min(200, 600 / len(each)))


def test_the_published_case_of_a_half_a_third_and_a_sixth() -> None:
    score = Score(162, 108, 54)
    assert (score.n, round(score.value or 0, 1), round(score.variance, 4)) == (324, 33.3, 0.5556)
    assert round((score.margin or 0) / 1.96, 2) == 4.14
    assert answers_for(round(margin_for(324, 5 / 9), 6), 5 / 9) == 324


def test_two_scores_differ_only_beyond_both_margins() -> None:
    assert compare(Score(40, 10, 10), Score(30, 15, 15)) is Than.UNKNOWN
    assert compare(Score(50, 8, 2), Score(20, 20, 20)) is Than.BETTER
    assert compare(Score(20, 20, 20), Score(50, 8, 2)) is Than.WORSE
    assert compare(Score(19, 0, 0), Score(0, 0, 19)) is Than.UNKNOWN, "too few for any word"


def test_a_weighted_score_gives_each_part_its_share_of_those_asked() -> None:
    writing, reading = Score(8, 2, 0), Score(2, 6, 2)
    assert weighted([(writing, 20), (reading, 80)]) == pytest.approx(0.2 * 80 + 0.8 * 0)
    assert weighted([(writing, 20), (Score(1, 1, 0), 80)]) is None
    assert weighted([(writing, 20), (reading, 0)]) is None


def test_what_a_score_would_be_is_written_with_its_sign_as_scores_are() -> None:
    said = [Result(Question(), 40, weighted=points).weighted_text for points in (45, 0, -7)]
    assert said == ["+45", "0", "−7"]
