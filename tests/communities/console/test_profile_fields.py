"""The settings page of profile fields: added, changed, ordered, put away, deleted, each seen by its effect."""

from __future__ import annotations

from typing import Any

from communities.journal.models import Change
from communities.memory import forget_all
from communities.models import Membership
from communities.people.models import ProfileField
from tests.communities.console.spaces.conftest import form_of
from tests.conftest import Cast
from tests.factories import make_field, make_space

PAGE = "/manage/profile-fields/"


def sent(**more: Any) -> dict[str, Any]:
    return {"name-en": "Rig", "name-fr": "Gréement", "seen_by": "everybody", **more}


def the_field(here: Cast) -> ProfileField:
    with here.scope():
        field: ProfileField = ProfileField.objects.get()
    return field


def test_a_field_is_added_by_kind_and_asked_at_once(here: Cast) -> None:
    client = here.sign_in(here.manager)
    assert "Nobody is asked anything yet" in client.get(here.url(PAGE)).content.decode()
    assert client.get(here.url(f"{PAGE}new/?kind=nonsense")).status_code == 422
    form = client.get(here.url(f"{PAGE}new/?kind=choice")).content.decode()
    assert 'name="option-n0-fr"' in form
    options = {"option": ["n0", "n1"], "option-n0-en": "Sloop", "option-n0-fr": "Sloop", "option-n1-en": " "}
    refused = client.post(here.url(f"{PAGE}new/"), sent(kind="choice", option=["n0"]))
    assert refused.status_code == 422
    assert "Write at least one answer" in refused.content.decode()
    twice = (
        sent(kind="choice", option=["1", "01"])
        | {"name-en": ""}
        | {f"option-{one}-en": "Sloop" for one in ("1", "01")}
    )
    assert client.post(here.url(f"{PAGE}new/"), twice).content.decode().count('name="option"') == 1
    answer = client.post(here.url(f"{PAGE}new/"), sent(kind="choice", filters="on", **options))
    assert answer.status_code == 302
    field = the_field(here)
    assert field.options == [{"id": 1, "names": {"en": "Sloop", "fr": "Sloop"}, "off": False}]
    forget_all()
    assert f"asked-{field.key}" in here.sign_in(here.member).get(here.url("/me/profile/")).content.decode()
    assert f"f-{field.key}" in here.sign_in(here.member).get(here.url("/members/")).content.decode()
    french = here.sign_in(here.member)
    assert (
        "Gréement" in french.get(here.url("/me/profile/"), headers={"accept-language": "fr"}).content.decode()
    )


def test_two_at_one_field_lose_nothing(here: Cast) -> None:
    with here.scope():
        field = make_field("choice", "Rig", options=["Sloop", "Ketch"])
        Membership.objects.filter(pk=here.member.pk).update(profile={field.key: 1})
    client, url = here.sign_in(here.manager), here.url(f"{PAGE}{field.pk}/edit/")
    rows = {"option": ["2", "1"], "option-1-en": "Sloop", "option-2-en": "Ketch", "off-2": "on"}
    assert client.post(url, sent(version=1, **rows)).status_code == 302
    stale = client.post(url, sent(version=1, **rows) | {"name-en": "Mine"})
    assert stale.status_code == 409
    assert 'value="Mine"' in stale.content.decode()
    lost = client.post(url, sent(version=2, **rows) | {"option-1-en": ""})
    assert lost.status_code == 422
    assert "1 person has chosen “Sloop”" in lost.content.decode()
    double = client.post(url, sent(version=2, **rows) | {"option-1-en": "ketch"})
    assert "This answer is there twice." in double.content.decode()
    assert [(one["id"], one["off"]) for one in the_field(here).options] == [(2, True), (1, False)]


def test_it_is_ordered_put_away_and_deleted_with_its_loss_in_numbers(here: Cast) -> None:
    with here.scope():
        first, second = make_field(name="First"), make_field(name="Second")
        Membership.objects.filter(pk=here.member.pk).update(profile={first.key: "Yes"})
    client = here.sign_in(here.owner)
    page = client.get(here.url(PAGE)).content.decode()
    assert page.index("First") < page.index("Second")
    order = {"order": [first.pk, second.pk], "move": f"{second.pk}:up"}
    assert client.post(here.url(f"{PAGE}order/"), order).status_code == 302
    forget_all()
    page = client.get(here.url(PAGE)).content.decode()
    assert page.index("Second") < page.index("First")
    endless = "9" * 5000
    nothing = {"order": endless, "move": f"{endless}:up"}
    assert client.post(here.url(f"{PAGE}order/"), nothing).status_code == 302
    assert client.post(here.url(f"{PAGE}{first.pk}/retire/")).status_code == 302
    forget_all()
    assert "the answers are kept until" in client.get(here.url(PAGE)).content.decode()
    with here.scope():
        space = make_space(audience="field", let_in={"read": {"field": first.key, "words": ["Yes"]}})
    delete = here.url(f"{PAGE}{first.pk}/delete/")
    assert space.name in client.get(delete).content.decode()
    assert client.post(delete).status_code == 422
    with here.scope():
        space.delete()
    asked = client.get(delete).content.decode()
    assert "1 person has answered it" in asked
    assert client.post(delete).status_code == 302
    assert the_field(here) == second
    with here.scope():
        acts = list(Change.objects.order_by("id").values_list("act", flat=True))
    assert acts[-3:] == ["order_profile_fields", "retire_profile_field", "delete_profile_field"]


def test_the_overview_says_how_many_are_asked(here: Cast) -> None:
    with here.scope():
        make_field()
    forget_all()
    page = here.sign_in(here.owner).get(here.url("/manage/")).content.decode()
    assert "Profile fields" in page
    assert "1 field" in page


def test_a_space_is_opened_to_an_answer_by_its_name(here: Cast) -> None:
    """Names with commas too; what is kept are numbers."""
    with here.scope():
        field = make_field("choice", "Rig", options=["Sloop", "Gaff, old style"])
        space = make_space()
    forget_all()
    client, url = here.sign_in(here.manager), here.url(f"/manage/spaces/{space.pk}/edit/")
    asked = {"posting": "field", "start-field-field": field.key}
    refused = client.post(url, form_of(space, **asked, **{"start-field-values": "Schooner"}))
    assert "“Schooner” is not an answer to this field" in refused.content.decode()
    sent = form_of(space, **asked, **{"start-field-values": "gaff, OLD style, sloop"})
    assert client.post(url, sent).status_code == 302
    with here.scope():
        space.refresh_from_db()
        assert space.said("start") == {"field": field.key, "options": [1, 2]}
