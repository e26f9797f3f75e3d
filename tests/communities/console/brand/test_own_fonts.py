"""Own fonts in the look: kept, cut, refused beside their field."""

from __future__ import annotations

import re
from typing import Any

import brotli
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.journal.models import Change
from communities.journal.services import undo
from communities.theming import fonts, theme_version
from tests.communities.console.brand.test_edit_look import PATH, filled, stored
from tests.conftest import Cast
from tests.fonts import drawn_font, woff2_of


def test_an_own_font_is_kept_and_served_with_the_theme(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    font = SimpleUploadedFile("halyard-display.woff2", woff2_of(), "font/woff2")
    sent = filled(face="humanist", face_font=font, measured_face_font="104.5 96.2 24.0")
    with committed(execute=True):
        assert client.post(here.url(PATH), sent).status_code == 302
    theme = stored(here).theme
    assert theme["face"] == "own", "a font is uploaded to be seen"
    assert theme["face_font"]["name"] == "halyard-display.woff2"
    served = client.get(f"/media/{theme['face_font']['path']}")
    assert served["Content-Type"] == "font/woff2"
    shown = b"".join(served.streaming_content)  # type: ignore[attr-defined]
    assert shown[:4] == b"wOF2"
    assert len(shown) < len(woff2_of()), "it is cut to the letters of pages"
    sheet = client.get(here.url(f"/theme/{theme_version(theme)}.css")).content.decode()
    assert "size-adjust: 104.5%" in sheet
    assert "halyard-display.woff2" in client.get(here.url(PATH)).content.decode()
    with committed(execute=True):
        client.post(here.url(PATH), filled(face="own", remove_face_font="on"))
    assert stored(here).theme["face"] == "humanist"
    assert "face_font" not in stored(here).theme


def font_of(here: Cast) -> dict[str, Any]:
    return dict(stored(here).theme["face_font"])


def test_a_font_is_cut_and_its_letters_come_back(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    whole = drawn_font("Aa" + "".join(map(chr, range(0x400, 0x450))))
    with committed(execute=True):
        client.post(here.url(PATH), filled(face_font=SimpleUploadedFile("drawn.woff2", whole)))
    cut = font_of(here)
    assert default_storage.open(cut["whole"]).read() == whole, "the file that was sent is kept"
    assert cut["sent"] == len(whole) > default_storage.size(cut["path"])
    page = client.get(here.url(PATH)).content.decode()
    assert re.search(r"drawn\.woff2: from \d.{0,9} to \d", page)
    with committed(execute=True):
        client.post(here.url(PATH), filled(face="own", face_all="on"))
    every = font_of(here)
    assert (every["path"], every["whole"], every["covers"]) == (cut["whole"], "", "")
    assert "as you asked" in client.get(here.url(PATH)).content.decode()
    journal = client.get(here.url("/manage/journal/")).content.decode()
    assert "drawn.woff2, with all its letters" in journal
    assert "public/fonts" not in journal, "people read names, no paths"
    with committed(execute=True), here.scope():
        undo(Change.objects.latest("pk"), by=here.owner)
    assert font_of(here) == cut
    with committed(execute=True):
        client.post(here.url(PATH), filled(face="own", face_all="on"))
        client.post(here.url(PATH), filled(face="own"))
    again = font_of(here)
    assert (again["whole"], again["covers"], again["left"]) == (cut["whole"], cut["covers"], "")


def test_a_font_that_unpacks_to_something_else_is_refused_beside_its_field(here: Cast) -> None:
    bomb = SimpleUploadedFile(
        "halyard.woff2", woff2_of(packed=brotli.compress(b"\0" * 90_000_000, quality=1))
    )
    response = here.sign_in(here.owner).post(here.url(PATH), filled(face_font=bomb))
    assert response.status_code == 422
    assert "This font is damaged" in response.content.decode().partition('id="id_face_font_error"')[2][:400]
    assert stored(here).theme == {}


def test_a_font_too_heavy_to_wait_for_is_refused(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "MOST_BYTES", 400)
    font = SimpleUploadedFile("halyard.woff2", woff2_of())
    response = here.sign_in(here.owner).post(here.url(PATH), filled(face_font=font))
    assert response.status_code == 422
    assert "Visitors would wait for" in response.content.decode()


@pytest.mark.parametrize(
    ("data", "words"), [(b"PK\x03\x04zip", "ZIP archive"), (b"wOF2\0\1\0\0", "damaged"), (b"", "empty")]
)
def test_a_font_that_is_no_font_is_refused_beside_its_field(here: Cast, data: bytes, words: str) -> None:
    font = SimpleUploadedFile("halyard.woff2", data, "font/woff2")
    response = here.sign_in(here.owner).post(here.url(PATH), filled(face_font=font))
    assert response.status_code == 422
    assert 'id="id_face_font_error"' in response.content.decode()
    assert words in response.content.decode()
    assert stored(here).theme == {}
