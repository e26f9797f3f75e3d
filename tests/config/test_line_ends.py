"""What browsers count as one character of a form, and send as two, is one."""

from __future__ import annotations

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from config.middleware import with_plain_line_ends

# As a browser sends what stands in a text area: each line break is two characters.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))


def form_of(*values: str) -> QueryDict:
    sent = QueryDict(mutable=True)
    sent.setlist("said", list(values))
    sent["other"] = "a"
    return sent


@given(st.lists(WORDS, min_size=1))
def test_a_text_is_what_was_typed(typed: list[str]) -> None:
    read = with_plain_line_ends(form_of(*(one.replace("\n", "\r\n") for one in typed)))
    assert read.getlist("said") == typed
    assert read["other"] == "a"


@given(st.text())
def test_no_text_is_longer_for_it_and_reading_it_again_changes_nothing(sent: str) -> None:
    once = with_plain_line_ends(form_of(sent))
    assert "\r" not in once["said"]
    assert len(once["said"]) <= len(sent)
    assert once["said"].split("\n") == sent.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert with_plain_line_ends(once) is once
