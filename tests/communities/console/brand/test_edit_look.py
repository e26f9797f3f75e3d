"""The look: who may, what is refused, what everybody sees afterwards, and how it is put back."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Callable
from struct import pack
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from communities.console.brand import services
from communities.console.brand.services import Uploads
from communities.console.brand.state import look_of
from communities.console.exceptions import ThemeRefused
from communities.console.tasks import sweep_former_files
from communities.content.exceptions import UploadRefused
from communities.content.services.uploading import upload_file
from communities.exceptions import NotAllowed
from communities.journal.exceptions import ChangedSince, NothingToUndo
from communities.journal.models import Change
from communities.journal.services import undo
from communities.models import Community
from communities.theming import theme_version
from tests.communities.console.brand.conftest import picture
from tests.communities.test_theming import BRANDS
from tests.conftest import Cast
from tests.fonts import woff2_of

Queries = Callable[..., Any]
PATH = "/manage/brand/"


def filled(**changes: Any) -> dict[str, Any]:
    values = {"colour": "#00a3a1", "wash": 80, "face": "geometric", "reading": "oldstyle", "shape": "round"}
    return values | changes


def stored(here: Cast) -> Community:
    return Community.objects.get(pk=here.community.pk)


def png_of(width: int, height: int) -> SimpleUploadedFile:
    """A file of a few bytes that says it holds so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 4000))
    return SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b""))


def test_a_member_of_another_place_does_not_get_in(here: Cast, elsewhere: Cast) -> None:
    response = here.sign_in(elsewhere.owner).post(here.url(PATH), filled())
    assert response.status_code in (302, 404)
    assert stored(here).theme == {}


def test_the_service_asks_again(here: Cast) -> None:
    with here.scope(), pytest.raises(NotAllowed):
        services.edit_look(here.community, by=here.member, look={"colour": "#00a3a1"})
    with here.scope(), pytest.raises(ThemeRefused, match="six digits"):
        services.edit_look(here.community, by=here.owner, look={"colour": "teal"})


@pytest.mark.parametrize("colour", BRANDS)
def test_the_exact_colour_is_saved_and_stands_in_the_stylesheet(
    here: Cast, committed: Any, colour: str
) -> None:
    client = here.sign_in(here.owner)
    with committed(execute=True):
        assert client.post(here.url(PATH), filled(colour=colour)).status_code == 302
    assert stored(here).theme["colour"] == colour
    page = client.get(here.url(PATH)).content.decode()
    address = here.url(f"/theme/{theme_version(stored(here).theme)}.css")
    assert address in page
    sheet = client.get(address)
    assert f"--brand: {colour};" in sheet.content.decode()
    assert "immutable" in sheet["Cache-Control"]
    former = client.get(here.url("/theme/0000000000.css"))
    assert former["Location"] == address, "a page kept from before is led to the present theme"


def test_a_colour_may_be_picked_pasted_or_taken_from_the_sliders(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    present = look_of(stored(here))["colour"]
    with committed(execute=True):
        client.post(here.url(PATH), filled(colour=present, picker="#e2001a"))
    assert stored(here).theme["colour"] == "#e2001a", "only the picker was moved"
    with committed(execute=True):
        client.post(here.url(PATH), filled(colour="rgb(0, 120, 212)", picker="#e2001a"))
    assert stored(here).theme["colour"] == "#0078d4", "what was typed is exact"
    mixed = client.post(here.url(PATH), filled(take="sliders", hue="150", lightness="0.6")).context["form"]
    assert mixed["colour"].value() not in ("#0078d4", "#00a3a1"), "made of the sliders"
    assert stored(here).theme["colour"] == "#0078d4", "a colour that is only taken is not saved"
    page = client.post(here.url(PATH), filled(take="#00a651", shape="sharp"))
    assert 'data-colour="#00a651"' in page.content.decode()
    assert page.context["form"]["shape"].value() == "sharp", "what was chosen beside it stays"


def test_what_is_no_colour_comes_back_with_what_was_typed(here: Cast) -> None:
    response = here.sign_in(here.owner).post(here.url(PATH), filled(colour="halyard blue"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "This is not a colour." in page
    assert 'value="halyard blue"' in page
    assert stored(here).theme == {}


def test_two_owners_who_save_one_page_do_not_overwrite_each_other(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    seen = client.get(here.url(PATH)).context["form"]["seen"].value()
    with committed(execute=True):
        here.sign_in(here.manager).post(here.url(PATH), filled(colour="#e2001a", seen=seen))
    late = client.post(here.url(PATH), filled(colour="#0078d4", seen=seen))
    assert late.status_code == 409
    assert "Somebody changed this a moment ago." in late.content.decode()
    assert 'value="#0078d4"' in late.content.decode(), "what was typed stays"
    assert stored(here).theme["colour"] == "#e2001a"


def test_a_logo_is_stored_shown_and_removed(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    with committed(execute=True):
        client.post(here.url(PATH), filled(logo=picture("#e2001a")))
    logo = stored(here).logo
    assert logo.startswith("public/brands/")
    page = client.get(here.url(PATH)).content.decode()
    assert logo in page
    assert 'data-hex="#e2001a"' in page, "its colour is proposed"
    assert default_storage.exists(logo)
    with committed(execute=True):
        client.post(here.url(PATH), filled(remove_logo="on"))
    assert stored(here).logo == ""
    assert default_storage.exists(logo), "it can be put back for thirty days"


def test_a_square_logo_is_the_favicon_too(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    assert client.get(here.url("/favicon.ico"))["Content-Type"] == "image/svg+xml"
    with committed(execute=True):
        client.post(here.url(PATH), filled(logo=picture(size=(200, 200))))
    for path in ("/favicon.ico", "/apple-touch-icon.png"):
        response = client.get(here.url(path))
        assert response["Content-Type"] == "image/png"
        assert b"".join(response.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert '<link rel="icon" type="image/png"' in client.get(here.url("/")).content.decode()
    manifest = client.get(here.url("/manifest.webmanifest")).json()
    assert manifest["icons"][0]["sizes"] == "512x512"
    assert manifest["theme_color"] == "#00a3a1"


def test_a_wide_logo_leaves_the_favicon_to_the_mark(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    with committed(execute=True):
        client.post(here.url(PATH), filled(logo=picture()))
    assert client.get(here.url("/favicon.ico"))["Content-Type"] == "image/svg+xml"
    with committed(execute=True):
        client.post(here.url(PATH), filled(mark=picture(size=(90, 90))))
    assert client.get(here.url("/favicon.ico"))["Content-Type"] == "image/png"


def test_the_share_picture_is_the_brand_s_own(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    drawn = client.get(here.url("/share/any.png"))
    assert drawn["Content-Type"] == "image/png"
    with committed(execute=True):
        client.post(here.url(PATH), filled(share=picture(size=(1400, 900))))
    own = client.get(here.url("/share/any.png"))
    assert own["Content-Type"] == "image/jpeg"
    assert own.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png"), "cannot be used"),
        (lambda: png_of(10_000, 5_000), "50.0 million pixels; the limit is 16.0 million"),
        (lambda: png_of(60_000, 60_000), "too large; the limit is 16.0 million"),
        (lambda: png_of(200, 200), "damaged"),
    ],
    ids=["no picture", "fifty megapixels", "bomb", "broken"],
)
def test_a_logo_that_is_too_much_is_refused_beside_its_field(here: Cast, file: Any, words: str) -> None:
    client = here.sign_in(here.owner)
    response = client.post(here.url(PATH), filled(logo=file(), colour="#6c2bd9"))
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_logo_error"' in page
    assert words in page
    assert 'value="#6c2bd9"' in page
    assert stored(here).logo == ""
    proposed = client.post(here.url(PATH + "colours/"), {"logo": file()})
    assert proposed.status_code == 422
    assert words in proposed.json()["html"]


def test_colours_are_proposed_of_a_logo_that_is_only_looked_at(here: Cast) -> None:
    client = here.sign_in(here.owner)
    found = client.post(here.url(PATH + "colours/"), {"logo": picture("#00a651")}).json()["html"]
    assert 'data-hex="#00a651"' in found
    assert "Found in logo.png" in found
    assert client.post(here.url(PATH + "colours/")).status_code == 422
    assert here.sign_in(here.member).post(here.url(PATH + "colours/"), {"logo": picture()}).status_code == 403


def test_files_of_a_change_that_is_refused_do_not_stay(here: Cast) -> None:
    bad = SimpleUploadedFile("halyard.woff2", b"PK\x03\x04zip", "font/woff2")
    here.sign_in(here.owner).post(here.url(PATH), filled(logo=picture(), face_font=bad))
    folders, files = (
        default_storage.listdir("public/brands") if default_storage.exists("public/brands") else ([], [])
    )
    left = [file for two in folders for one in default_storage.listdir(f"public/brands/{two}")[0]
            for file in default_storage.listdir(f"public/brands/{two}/{one}")[1]]  # fmt: skip
    assert (left, files) == ([], [])


def test_a_change_is_journalled_and_put_back_with_its_files(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    with committed(execute=True):
        client.post(here.url(PATH), filled(logo=picture("#e2001a"), colour="#e2001a"))
    first = look_of(stored(here))
    with committed(execute=True):
        client.post(here.url(PATH), filled(remove_logo="on", colour="#0078d4"))
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        assert (change.act, change.by) == ("brand.look", here.owner)
        assert (change.before["colour"], change.after["colour"]) == ("#e2001a", "#0078d4")
        with committed(execute=True):
            undo(change, here.manager)
    assert look_of(stored(here)) == first
    with here.scope(), pytest.raises(NothingToUndo):
        undo(change, here.manager)


def test_an_undo_does_not_go_over_what_came_later(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    for colour in ("#e2001a", "#0078d4"):
        with committed(execute=True):
            client.post(here.url(PATH), filled(colour=colour))
    with here.scope():
        first = Change.objects.newest().last()
        assert first is not None
        with pytest.raises(ChangedSince):
            undo(first, here.owner)
    assert stored(here).theme["colour"] == "#0078d4"


def test_what_is_shown_no_more_is_deleted_after_thirty_days(
    here: Cast, committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = here.sign_in(here.owner)
    with committed(execute=True):
        client.post(here.url(PATH), filled(logo=picture()))
    first = stored(here).logo
    with committed(execute=True):
        client.post(here.url(PATH), filled(logo=picture("#e2001a")))
    later = timezone.now() + datetime.timedelta(days=32)
    monkeypatch.setattr("communities.console.brand.former_files.timezone.now", lambda: later)
    with committed(execute=True):
        client.post(here.url(PATH), filled(colour="#ffcc00"))
    assert not default_storage.exists(first)
    assert default_storage.exists(stored(here).logo)
    with here.scope(), pytest.raises(NothingToUndo):
        undo(Change.objects.newest().filter(before__has_key="logo").first(), here.owner)  # type: ignore[arg-type]


def test_files_go_after_thirty_days_though_nobody_saves(
    here: Cast, committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = here.sign_in(here.owner)
    for colour in ("#0078d4", "#e2001a"):
        with committed(execute=True):
            client.post(here.url(PATH), filled(logo=picture(colour)))
    (former,) = stored(here).settings["brand"]["former"]
    with committed(execute=True):
        assert sweep_former_files() == 0
    later = timezone.now() + datetime.timedelta(days=32)
    monkeypatch.setattr("communities.console.brand.former_files.timezone.now", lambda: later)
    with committed(execute=True):
        assert sweep_former_files() == 1
    assert not default_storage.exists(former)
    assert default_storage.exists(stored(here).logo)
    assert "former" not in stored(here).settings["brand"], "the job looks at this community no more"


def test_the_page_costs_no_more_with_a_whole_brand(here: Cast, committed: Any, queries: Queries) -> None:
    client = here.sign_in(here.owner)
    client.get(here.url(PATH))
    with queries(most=6):
        client.get(here.url(PATH))


@pytest.mark.parametrize("query", ["", "?colour=teal", "?colour=%23fff&wash=many", "?take=sliders&hue=x"])
def test_tones_of_nothing_are_refused(here: Cast, query: str) -> None:
    client = here.sign_in(here.owner)
    assert client.get(here.url(PATH + "tones/" + query)).status_code == 400
    told = client.get(here.url(PATH + "tones/"), {"colour": "#ffcc00", "wash": "900"}).json()
    assert told["colour"] == "#ffcc00"
    assert "moves to #" in told["html"]


@pytest.mark.parametrize("path", ["/style/", "/c/{slug}/style/"])
def test_the_style_page_draws_every_component(here: Cast, path: str) -> None:
    response = here.sign_in(here.owner).get(path.format(slug=here.community.slug))
    page = response.content.decode()
    assert response.status_code == 200
    assert all(
        f"<code>{name}.html</code>" in page for name in ("button", "field", "pager", "gauge", "reaction")
    )


def test_files_of_the_brand_count_for_the_quota_of_storage(here: Cast) -> None:
    with here.scope():
        upload_file(picture(), by=here.member)
        Community.objects.filter(pk=here.community.pk).update(quotas={"storage": 10})
        font = SimpleUploadedFile("halyard.woff2", woff2_of(), "font/woff2")
        for name, file in (
            ("logo", picture()),
            ("mark", picture()),
            ("share", picture()),
            ("face_font", font),
        ):
            with pytest.raises(UploadRefused, match="used up its storage"):
                services.edit_look(here.community, by=here.owner, look={}, uploads=Uploads(**{name: file}))
    assert stored(here).logo == ""
