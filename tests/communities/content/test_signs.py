"""Emoji by their names, in the language of the page and in English, from the files of a package."""

from __future__ import annotations

import json
import subprocess
import sys

from communities.content import signs
from communities.content.signs import signs_in
from tests.conftest import Cast


def test_each_sign_has_a_name_in_both_languages() -> None:
    english, french = (json.loads(signs_in(language).text) for language in ("en", "fr"))
    assert [row[0] for row in english] == [row[0] for row in french]
    assert len({row[0] for row in english}) == len(english) > 1500
    assert english[0] == ["👍", "thumbs up", "thumbsup, +1"]
    assert french[0][:2] == ["👍", "pouce vers le haut"]
    named = {row[0]: row for row in french}
    assert named["❤️"] == ["❤️", "cœur rouge", "red heart, heart"]
    assert all(sign and name and ":" not in name[0] for sign, name, _others in french)


def test_they_are_fetched_from_their_own_address_only(here: Cast) -> None:
    client = here.sign_in(None)
    version = signs_in("fr").version
    answer = client.get(here.url(f"/editor/{version}.json"))
    assert (answer.status_code, answer.json()[0][0]) == (200, "👍")
    assert "immutable" in answer.headers["Cache-Control"]
    former = client.get(here.url("/editor/signs-fr-old.json"))
    assert former.headers["Location"].endswith(f"/editor/{version}.json")
    assert client.get(here.url("/editor/signs-xx-old.json")).status_code == 404


def test_none_of_the_package_is_run() -> None:
    program = "import sys; from communities.content.signs import signs_in; signs_in('en');"
    program += "sys.exit('emoji' in sys.modules)"
    root = signs.__file__.rsplit("/communities/", 1)[0]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
