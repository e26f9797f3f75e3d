"""What is wrong with a form is listed in the order of its page."""

from __future__ import annotations

from collections.abc import Iterator

from communities.content.forms import BodyForm


def kinds_of(form: type[BodyForm]) -> Iterator[type[BodyForm]]:
    for one in form.__subclasses__():
        yield one
        yield from kinds_of(one)


def test_the_title_comes_before_the_text() -> None:
    titled = [form for form in kinds_of(BodyForm) if "title" in form.base_fields]
    assert len(titled) > 5
    for form in titled:
        order = list(form.field_order or ())
        assert order.index("title") < order.index("body"), form
