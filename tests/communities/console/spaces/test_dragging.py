"""A row of the list that is dragged beside the form of another space."""

from __future__ import annotations

from django.http import HttpResponse

from communities.content.models import Space
from tests.communities.content.test_nesting import CIRCLES
from tests.conftest import Cast
from tests.factories import make_space


def test_what_is_typed_beside_the_list_stays_when_a_row_is_dragged(here: Cast) -> None:
    """On the page of another space the list alone comes back: as it is stored, with why where it was refused."""
    with here.scope():
        inner = make_space(slug="jibs", name="Jibs")
        members = make_space(slug="mains", name="Mains", **CIRCLES["members"])
        crew = make_space(slug="loft", name="Loft", **CIRCLES["crew"])
    client, at = here.sign_in(here.manager), here.url("/manage/spaces/order/")
    beside = here.url(f"/manage/spaces/{here.blog.pk}/edit/")
    pressed = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{beside}"}

    def dropped(moved: Space, above: Space) -> tuple[HttpResponse, str]:
        answer = client.post(at, {"into": f"{moved.pk}:{above.pk}"}, headers=pressed)
        page = answer.content.decode()
        assert (answer.status_code, answer.get("HX-Redirect")) == (200, None)
        assert page.strip().startswith('<section id="spaces"')
        assert page.count('aria-current="true"') == 1
        return answer, page

    answer, page = dropped(inner, here.forum)
    assert "is saved" in answer["HX-Trigger"]
    assert f"in “{here.forum.name}”" in page
    assert 'role="alert"' not in page
    _answer, page = dropped(here.blog, here.forum)
    assert "It cannot be inside that space." in page
    _answer, page = dropped(members, crew)
    assert "Other people would read it there." in page
    assert f"/manage/spaces/{members.pk}/edit/?into={crew.pk}" in page
    with here.scope():
        assert Space.objects.get(pk=inner.pk).parent_id == here.forum.pk
