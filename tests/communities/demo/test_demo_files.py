"""The demo's files hold together: whoever is named exists, and nothing happens before its cause."""

from __future__ import annotations

import datetime
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from communities.console.recipe.catalogue import blueprints
from communities.content.kinds import KINDS
from communities.demo.drawing import known_drawings
from communities.demo.photographing import PHOTOGRAPHS, known_photographs, what_it_shows
from communities.demo.reading import SLUGS, SMALL, Brand, Clock, read_brand
from communities.launch.features import FEATURES
from communities.promotions.customers.models import LONGEST_QUOTE
from communities.theming import check_theme, read_theme

SIZES = {
    "barreau": (40, 13, 60, 22, 148),
    "halyard": (40, 12, 50, 41, 156),
    "mirabelle": (40, 12, 47, 49, 146),
    "louche": (11, 3, 5, 10, 18),
    "inkwell": (10, 9, 13, 2, 6),
}


@pytest.fixture(scope="module", params=SLUGS)
def brand(request: Any) -> Brand:
    return read_brand(request.param)


def joined(brand: Brand) -> dict[str, int]:
    return {member["handle"]: member["joined"] for member in brand.members}


def posts_of(brand: Brand) -> list[tuple[str, int, list[dict[str, Any]]]]:
    articles = [(one["slug"], one["day"], one["comments"]) for one in brand.articles]
    return articles + [(one["slug"], one["day"], one["posts"]) for one in brand.threads]


def test_the_sizes_are_those_of_the_readme(brand: Brand) -> None:
    comments = sum(len(one["comments"]) for one in brand.articles)
    posts = sum(len(one["posts"]) for one in brand.threads)

    assert (len(brand.members), len(brand.articles), comments, len(brand.threads), posts) == SIZES[brand.slug]


def test_people_have_joined_before_they_write_or_are_named(brand: Brand) -> None:
    since = joined(brand)
    assert len(since) == len(brand.members)
    for article in brand.articles:
        assert all(since[handle] <= article["day"] for handle in article["authors"]), article["slug"]
    for slug, _day, posts in posts_of(brand):
        for number, post in enumerate(posts, start=1):
            assert post["n"] == number, slug
            assert since[post["author"]] <= post["day"] <= 0, (slug, number)
            assert set(post.get("mentions", [])) <= since.keys(), (slug, number)
            assert all(f"@{handle}" in post["body"] for handle in post.get("mentions", [])), (slug, number)


def test_quotes_and_answers_point_back(brand: Brand) -> None:
    for slug, _day, posts in posts_of(brand):
        for number, post in enumerate(posts, start=1):
            assert 0 < post.get("reply_to", 1) < max(number, 2), (slug, number)
            if quote := post.get("quote"):
                source = re.sub(r"<[^>]+>", "", posts[quote["post"] - 1]["body"])
                assert quote["post"] < number, (slug, number)
                assert " ".join(quote["text"].split()) in " ".join(source.split()), (slug, number)


def test_threads_are_in_order_and_accept_a_reply(brand: Brand) -> None:
    for thread in brand.threads:
        moments = [(post["day"], post["time"]) for post in thread["posts"]]
        assert moments == sorted(moments), thread["slug"]
        assert (thread["kind"] == "poll") == ("poll" in thread), thread["slug"]
        if "accepted" in thread:
            assert thread["kind"] == "question"
            assert 1 < thread["accepted"] <= len(thread["posts"]), thread["slug"]


def test_a_banner_is_in_one_language(brand: Brand) -> None:
    for banner in brand.community.get("banners", ()):
        if isinstance(banner["text"], dict):
            assert banner["button"].keys() == banner["text"].keys(), banner["text"]


def test_texts_stand_in_spaces_that_are_made(brand: Brand) -> None:
    kinds = {word: kind.name for kind in KINDS for word in kind.demo_spaces}
    spaces = {
        space["slug"]: kinds[space["kind"]] for space in brand.community["spaces"] if space["kind"] in kinds
    }
    assert all(spaces[one["space"]] == "blog" for one in brand.articles)
    told = {word: kind.name for kind in KINDS for word in kind.demo_threads}
    assert all(spaces[one["space"]] == told[one["kind"]] for one in brand.threads)


def test_every_drawing_exists_and_says_what_it_shows(brand: Brand) -> None:
    bodies = [one["body"] for one in brand.articles] + [
        post["body"] for _slug, _day, posts in posts_of(brand) for post in posts
    ]
    named = {space["drawing"] for space in brand.community["spaces"] if "drawing" in space}
    named |= {one["art"] for one in brand.articles}
    figures = [match for body in bodies for match in re.findall(r"<figure data-art[^>]*>", body)]
    for figure in figures:
        found = re.fullmatch(r'<figure data-art="([\w-]+)" data-alt="([^"<>]{10,300})">', figure)
        assert found, figure
        named.add(found[1])

    assert len(figures) >= 3 or brand.is_small
    assert named <= known_drawings()


def test_customers_were_there_and_what_they_lead_to_is(brand: Brand) -> None:
    """Who is presented had joined before they agreed; what their name leads to is among the files."""
    since = joined(brand)
    articles, things = {one["slug"] for one in brand.articles}, {one["slug"] for one in brand.reviewed}
    for one in brand.customers:
        assert since[one["handle"]] < one["day"] < 0
        assert {one.get("article")} <= articles | {None}
        assert {one.get("thing")} <= things | {None}
        assert len(one["quote"]) <= LONGEST_QUOTE
    assert len(brand.customers) >= 2 or brand.slug not in ("halyard", "mirabelle")


def test_every_photograph_is_there_and_told_in_the_language_of_its_text(brand: Brand) -> None:
    main = brand.community["languages"][0]
    shown = {(photo["name"], main) for photo in [brand.community["theme"].get("photo")] if photo}
    shown |= {(space["photo"], main) for space in brand.community["spaces"] if "photo" in space}
    shown |= {(one["photo"], one["lang"]) for one in brand.articles if "photo" in one}
    for _slug, _day, posts in posts_of(brand):
        shown |= {
            (name, post.get("lang", main))
            for post in posts
            for name in re.findall(r'<figure data-photo="([\w-]+)">', post["body"])
        }
    pictures = _pictures(brand)
    shown |= {(one["photo"], one["lang"]) for one in pictures if "photo" in one}
    assert shown or brand.is_small
    for name, language in shown:
        assert (PHOTOGRAPHS / f"{name}.webp").exists()
        assert 20 < len(what_it_shows(name, language)) < 160


def _pictures(brand: Brand) -> list[dict[str, Any]]:
    """Of albums, entries and events, each with the language of its text."""
    albums = [one | {"lang": album["lang"]} for album in brand.albums for one in album["photographs"]]
    entries = [one | {"lang": said["lang"]} for said in brand.challenges for one in said["entries"]]
    events = [one | {"lang": said["lang"]} for said in brand.events for one in said.get("photos", ())]
    return albums + entries + events


def test_no_photograph_is_shown_twice_in_the_same_part(brand: Brand) -> None:
    parts = [(one["photo"], *one.get("cut", ())) for one in _pictures(brand) if "photo" in one]
    assert len(parts) == len(set(parts))
    assert len({name for name, *_cut in parts}) >= 3 or not parts


def test_every_drawing_of_an_entry_or_event_exists(brand: Brand) -> None:
    assert {one["art"] for one in _pictures(brand) if "art" in one} <= known_drawings()


def test_what_photographs_show_is_told_in_both_languages() -> None:
    files = {path.stem for path in PHOTOGRAPHS.glob("*.webp")}
    assert files == known_photographs()
    for name in files:
        assert what_it_shows(name, "fr") != what_it_shows(name, "en")


def test_the_theme_can_be_read_by_everybody(brand: Brand) -> None:
    said = brand.community["theme"]

    theme = read_theme({**said, "reading": said["reading_face"], "shape": "soft"})
    assert theme.colour == said["colour"]
    assert check_theme(theme.as_json()) == []


def test_one_can_be_each_role(brand: Brand) -> None:
    roles = {member["handle"]: member["role"] for member in brand.members}
    people = [roles[handle] for handle in brand.community["demo_people"]]

    small, others = {"member", "manager", "owner"}, {"ambassador", "moderator", "marketing"}
    assert set(people) == (small if brand.is_small else small | others)


# Of the recipes, those that groups, messages and proofs of a profession would have to be there for have nobody to be.
WITHOUT = {"chapters", "closed_network", "support"}


def test_small_communities_open_what_they_hold_and_no_other_kind() -> None:
    kinds = {kind.feature for kind in KINDS}
    for slug in SMALL:
        said = read_brand(slug).community
        told = {one["kind"] for one in said["spaces"]}
        assert set(said["modules"]) <= {feature.name for feature in FEATURES}
        assert kinds & set(said["modules"]) == {kind.feature for kind in KINDS if kind.demo_spaces & told}


def test_every_shape_has_somebody_to_be_who_is_told_what_to_do_there_in_each_language() -> None:
    told = []
    for slug in SLUGS:
        said = read_brand(slug).community
        for one in said["demo_shapes"]:
            told.append(one["shape"])
            assert one["be"] in said["demo_people"], one
            assert re.fullmatch(r"/([\w-]+/)+", one["go"]), one
            assert all(40 < len(one["do"][language]) < 200 for language, _name in settings.LANGUAGES), one
    assert sorted(told) == sorted({one.name for one in blueprints()} - WITHOUT)


PARIS = ZoneInfo("Europe/Paris")


def test_days_count_from_today_in_the_community_s_own_time() -> None:
    # Half past midnight in Paris is still yesterday in London.
    clock = Clock(PARIS, datetime.datetime(2026, 6, 2, 22, 30, tzinfo=datetime.UTC))

    assert clock.at(-1, "07:40") == datetime.datetime(2026, 6, 2, 7, 40, tzinfo=PARIS)
    assert clock.day_of(clock.at(-4, "23:59")) == -4


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_nothing_of_today_is_still_to_come_and_all_stays_in_order(hour: int) -> None:
    clock = Clock(PARIS, datetime.datetime(2026, 6, 2, hour, 5, tzinfo=PARIS))
    moments = [clock.at(0, f"{time:02d}:30") for time in range(24)]

    assert moments == sorted(moments)
    assert clock.at(-1, "23:59") < moments[0]
    assert moments[-1] < clock.now


def test_clocks_going_back_do_not_move_a_day() -> None:
    clock = Clock(PARIS, datetime.datetime(2026, 10, 25, 18, 0, tzinfo=PARIS))

    assert clock.at(-1, "12:00") == datetime.datetime(2026, 10, 24, 12, 0, tzinfo=PARIS)
