"""The theme page: who may, what is refused, what everybody sees afterwards."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from communities.console.exceptions import ThemeRefused
from communities.console.services import edit_brand
from communities.exceptions import NotAllowed
from communities.models import Community
from communities.theming import Theme, theme_version
from tests.conftest import Cast

PATH = "/manage/brand/"


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """What waits for the end of the transaction runs at the end of the block."""
    return django_capture_on_commit_callbacks


def filled(**changes: Any) -> dict[str, Any]:
    values = {"name": "Halyard", "tagline": "At sea", "hue": 238, "chroma": 0.1, "lightness": 0.43}
    return values | {"face": "geometric", "reading": "oldstyle", "shape": "round"} | changes


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (300, 120), "#0b4f78").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("manager", 200), ("moderator", 403), ("member", 403)]
)
def test_only_those_who_own_the_place_change_its_look(here: Cast, role: str, status: int) -> None:
    client = here.sign_in(getattr(here, role))
    assert client.get(here.url(PATH)).status_code == status
    assert client.post(here.url(PATH), filled()).status_code == (302 if status == 200 else status)


def test_a_member_of_another_place_does_not_get_in(here: Cast, elsewhere: Cast) -> None:
    response = here.sign_in(elsewhere.owner).post(here.url(PATH), filled())
    assert response.status_code in (302, 404)
    assert Community.objects.get(pk=here.community.pk).name == here.community.name


def test_the_service_asks_again(here: Cast) -> None:
    with here.scope(), pytest.raises(NotAllowed):
        edit_brand(here.community, by=here.member, theme=Theme().as_json(), name="Mine")
    with here.scope(), pytest.raises(ThemeRefused, match="hard to read"):
        edit_brand(here.community, by=here.owner, theme=Theme(lightness=0.6).as_json(), name="Mine")


def test_it_saves_the_theme_and_pages_change_their_stylesheet(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    with committed(execute=True):
        client.post(here.url(PATH), filled())
    response = client.get(here.url(PATH))
    community = Community.objects.get(pk=here.community.pk)
    assert community.theme == Theme(238, 0.1, 0.43, "geometric", "oldstyle", "round").as_json()
    assert (community.name, community.tagline) == ("Halyard", "At sea")
    page = response.content.decode()
    assert "Theme applied." in page
    address = here.url(f"/theme/{theme_version(community.theme)}.css")
    assert address in page
    sheet = client.get(address)
    assert "--brand-hue: 238" in sheet.content.decode()
    assert "immutable" in sheet["Cache-Control"]
    former = client.get(here.url("/theme/0000000000.css"))
    assert former["Location"] == address, "a page kept from before is led to the present theme"


def test_a_colour_that_cannot_be_read_is_moved_and_said(here: Cast) -> None:
    response = here.sign_in(here.owner).post(here.url(PATH), filled(colour="#8a8a00"), follow=True)
    assert Community.objects.get(pk=here.community.pk).theme["lightness"] == 0.78
    assert "moved to the nearest one" in response.content.decode()


def test_a_refused_lightness_comes_back_with_what_was_typed(here: Cast) -> None:
    response = here.sign_in(here.owner).post(here.url(PATH), filled(lightness=0.6, tagline="Kept words"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Neither light nor dark text can be read at 0.60. Choose 0.44 or 0.78." in page
    assert "Kept words" in page
    assert Community.objects.get(pk=here.community.pk).theme == {}


def test_a_preview_works_without_scripts_and_saves_nothing(here: Cast) -> None:
    client = here.sign_in(here.owner)
    response = client.post(here.url(PATH), filled(preview="1"), follow=True)
    page = response.content.decode()
    assert response.redirect_chain[0][0].startswith(f"{here.url(PATH)}?hue=238")
    assert '[data-community="preview"] {\n    --brand-hue: 238;' in page
    assert Community.objects.get(pk=here.community.pk).theme == {}


def test_a_logo_is_stored_shown_and_removed(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    with committed(execute=True):
        client.post(here.url(PATH), filled(logo=picture()))
    logo = Community.objects.get(pk=here.community.pk).logo
    assert logo.startswith("public/brands/")
    assert logo in client.get(here.url(PATH)).content.decode()
    client.post(here.url(PATH), filled(remove_logo="on"))
    assert Community.objects.get(pk=here.community.pk).logo == ""


def test_a_file_that_is_no_picture_is_refused_beside_its_field(here: Cast) -> None:
    fake = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png")
    response = here.sign_in(here.owner).post(here.url(PATH), filled(logo=fake))
    assert response.status_code == 422
    assert 'id="id_logo_error"' in response.content.decode()


@pytest.mark.parametrize("path", ["/style/", "/c/{slug}/style/"])
def test_the_style_page_draws_every_component(here: Cast, path: str) -> None:
    response = here.sign_in(here.owner).get(path.format(slug=here.community.slug))
    page = response.content.decode()
    assert response.status_code == 200
    assert all(
        f"<code>{name}.html</code>" in page for name in ("button", "field", "pager", "gauge", "reaction")
    )
