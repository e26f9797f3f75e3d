"""The brand's pages in a browser, and a brand's exact colour on the pages that everybody sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from communities.memory import forget_all
from communities.models import Community, Membership
from communities.theming import theme_from_hex
from communities.theming.colours import contrast, hex_to_linear
from tests.browser.conftest import LOCALES, PATIENCE
from tests.browser.walking import Person
from tests.communities.test_theming import BRANDS
from tests.conftest import Cast
from tests.factories import make_thread
from tests.fonts import woff2_of

pytestmark = pytest.mark.browser

SignIn = Callable[[Membership], None]

# What is drawn of an element: areas as they are filled, text as it is written, on the ground behind it.
STYLE = """
([selector, name]) => {
  const shown = document.querySelector(selector);
  const pen = document.createElement("canvas").getContext("2d");
  const hex = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
    return "#" + [r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("");
  };
  if (!name.startsWith("--")) return hex(getComputedStyle(shown).getPropertyValue(name));
  const probe = document.createElement("i");
  shown.querySelector("body").append(probe);
  probe.style.color = `var(${name})`;
  const colour = hex(getComputedStyle(probe).color);
  probe.remove();
  return colour;
}
"""


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def person(page: Page, cast: Cast, server: str) -> Person:
    return Person(page, cast, server, "en")


def drawn(page: Page, selector: str, name: str = "background-color") -> str:
    return str(page.evaluate(STYLE, [selector, name]))


def give(cast: Cast, colour: str) -> None:
    theme = theme_from_hex(colour).as_json()
    Community.objects.filter(pk=cast.community.pk).update(theme=theme, updated_at=timezone.now())
    forget_all()


def reads(front: str, back: str) -> float:
    return contrast(hex_to_linear(front), hex_to_linear(back))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_exact_colour_stands_on_the_page_and_text_can_be_read(
    page: Page, server: str, cast: Cast, scheme: Any, complaints: list[str]
) -> None:
    with cast.scope():
        make_thread(cast.forum, by=cast.member, title="Mending a jib")
    page.emulate_media(color_scheme=scheme)
    for colour in BRANDS:
        give(cast, colour)
        page.goto(server + cast.url("/"))
        for selector, name in (
            (".hero .btn-main", "background-color"),
            (".joinband", "background-color"),
            (".hero", "border-block-end-color"),
            ("html", "--fill"),
            ("html", "--mark"),
        ):
            assert drawn(page, selector, name) == colour, f"{selector} {name}"
        assert reads(drawn(page, ".hero .btn-main", "color"), colour) >= 4.5
        assert reads(drawn(page, ".joinband h2", "color"), colour) >= 4.5
        for ground in ("--paper", "--raised", "--sunk", "--tint"):
            assert reads(drawn(page, "html", "--accent"), drawn(page, "html", ground)) >= 4.49, ground
        page.hover(".hero .btn-main")
        page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
        hovered = drawn(page, ".hero .btn-main")
        assert reads(drawn(page, ".hero .btn-main", "color"), hovered) >= 4.5
        page.mouse.move(0, 0)
    assert complaints == []


def test_bars_and_curves_have_the_exact_colour(page: Page, server: str, cast: Cast) -> None:
    give(cast, "#ffcc00")
    page.goto(server + cast.url("/"))
    page.evaluate(
        """async () => {
          const sheet = document.createElement("link");
          sheet.rel = "stylesheet";
          sheet.href = "/static/css/figures.css";
          const loaded = new Promise((done) => sheet.addEventListener("load", done));
          document.head.append(sheet);
          await loaded;
          document.querySelector("main").insertAdjacentHTML("beforeend",
            '<svg class="chart"><polyline class="c-benefit" points="0,0 9,9"/></svg>' +
            '<svg class="spark"><polyline class="l" points="0,0 9,9"/></svg><span class="badge-count">3</span>');
        }"""
    )
    assert drawn(page, ".c-benefit", "stroke") == "#ffcc00"
    assert drawn(page, ".spark .l", "stroke") == "#ffcc00"
    assert drawn(page, ".badge-count") == "#ffcc00"


def test_an_owner_gives_the_place_its_exact_colour_and_sees_it_before_anybody_does(
    person: Person, browser: Browser, sign_in: SignIn, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    sign_in(cast.owner)
    person.go("/manage/brand/")
    frame = page.frame_locator("iframe")
    expect(frame.locator(".hero")).to_be_visible()
    person.field("Brand colour").fill("#e6007e")
    expect(page.locator("[data-colour]")).to_have_attribute("data-colour", "#e6007e")
    expect(frame.locator("html")).to_have_css("--brand", "#e6007e")
    expect(frame.locator(".hero .btn-main").first).to_have_css("background-color", "rgb(230, 0, 126)")
    assert drawn(page, "html", "--fill") != "#e6007e", "the page around it is as it was"
    page.get_by_label("Dark", exact=True).check()
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_label("Member", exact=True).check()
    expect(frame.get_by_role("heading", level=1)).to_contain_text("Hello")
    person.button("Publish").click()
    expect(page.get_by_text("Published. Everybody sees it now.")).to_be_visible()
    assert drawn(page, "html", "--fill") == "#e6007e"
    assert complaints == []

    visitor = browser.new_page()
    visitor.goto(person.server + cast.url("/"))
    assert drawn(visitor, ".hero .btn-main") == "#e6007e"
    visitor.close()


def test_on_a_phone_the_form_comes_first_and_the_preview_is_a_press_away(
    person: Person, sign_in: SignIn, complaints: list[str]
) -> None:
    page = person.page
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(person.cast.owner)
    for path, first in (("", "Brand colour"), ("home/", "Photograph"), ("mail/", "Band")):
        person.go(f"/manage/brand/{path}")
        expect(page.locator("#brand-form").get_by_text(first).first).to_be_in_viewport()
    person.go("/manage/brand/")
    person.field("Brand colour").fill("#e6007e")
    person.button("Preview").click()
    expect(page.get_by_role("complementary", name="Preview")).to_be_focused()
    expect(page.locator("iframe")).to_be_in_viewport(ratio=0.6)
    expect(page.frame_locator("iframe").locator("html")).to_have_css("--brand", "#e6007e")
    page.get_by_role("link", name="Back to the choices").click()
    expect(person.field("Brand colour")).to_be_in_viewport()
    assert complaints == []


def test_a_chosen_logo_proposes_its_colours_and_a_font_is_seen_before_it_is_sent(
    person: Person, sign_in: SignIn, tmp_path: Path, complaints: list[str]
) -> None:
    logo, font, fake = tmp_path / "logo.png", tmp_path / "own.woff2", tmp_path / "fake.woff2"
    Image.new("RGB", (200, 200), "#00a651").save(logo)
    font.write_bytes(woff2_of())
    fake.write_bytes(b"PK\x03\x04 no font")
    page = person.page
    sign_in(person.cast.owner)
    person.go("/manage/brand/")
    page.set_input_files("#id_logo", logo)
    page.locator("[data-hex='#00a651']").click()
    expect(person.field("Brand colour")).to_have_value("#00a651")
    page.get_by_text("Upload your own").first.click()
    page.set_input_files("#id_face_font", fake)
    expect(page.get_by_text("Your browser cannot draw this font.").first).to_be_visible()
    page.set_input_files("#id_face_font", font)
    expect(page.locator("#id_measured_face_font")).not_to_have_value("")
    expect(page.locator("#id_face")).to_have_value("own")
    person.button("Publish").click()
    expect(page.get_by_text("Published. Everybody sees it now.")).to_be_visible()
    assert (
        page.evaluate(
            "document.fonts.ready.then(() => [...document.fonts].find((one) => /Brand/.test(one.family)).status)"
        )
        == "loaded"
    )
    assert [one for one in complaints if "decode" not in one and "OTS" not in one] == []


def test_a_home_page_is_arranged_by_hand(person: Person, sign_in: SignIn, complaints: list[str]) -> None:
    page, cast = person.page, person.cast
    with cast.scope():
        make_thread(cast.forum, by=cast.member, kind="question", title="Which rope?")
    sign_in(cast.owner)
    person.go("/manage/brand/home/")
    frame = page.frame_locator("iframe")
    page.get_by_label("Help desk").check()
    expect(frame.locator(".home")).to_have_class("home is-desk")
    page.get_by_label("Discussions", exact=True).uncheck()
    expect(frame.locator("#h-talk")).to_have_count(0)
    handle = page.get_by_label("Move Your own links")
    handle.focus()
    page.keyboard.press("Alt+ArrowUp")
    names = page.locator("[data-row] label").all_inner_texts()
    assert names.index("Your own links") == len(names) - 2
    person.button("Publish").click()
    expect(page.get_by_text("Published. Everybody sees it now.")).to_be_visible()
    kept = Community.objects.get(pk=cast.community.pk).settings["home"]
    assert (kept["layout"], kept["off"], kept["order"][-2]) == ("desk", ["talk"], "links")
    assert complaints == []


def test_the_brand_is_set_without_scripts_on_a_phone(
    browser: Browser, person: Person, sign_in: SignIn
) -> None:
    sign_in(person.cast.owner)
    context = browser.new_context(
        java_script_enabled=False, locale=LOCALES["en"], viewport={"width": 360, "height": 740}
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies(person.page.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(person.server + person.cast.url("/manage/brand/"))
    page.get_by_label("Brand colour", exact=True).fill("#6c2bd9")
    page.get_by_role("button", name="Preview").click()
    expect(page.frame_locator("iframe").locator(".hero .btn-main").first).to_have_css(
        "background-color", "rgb(108, 43, 217)"
    )
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. Everybody sees it now.")).to_be_visible()
    assert Community.objects.get(pk=person.cast.community.pk).theme["colour"] == "#6c2bd9"
    context.close()
