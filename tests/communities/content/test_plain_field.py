"""What is said under a text area where no editor opens: how to write in what stands in it."""

from __future__ import annotations

import pytest

from communities.content.models import Post
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

SIGNS = "**bold**, *italic*"
TAGS = "write between its tags"


@pytest.mark.parametrize(
    ("body", "written", "said", "unsaid"),
    [
        ("<p>Mend the sail.</p>", Post.Format.HTML, TAGS, SIGNS),
        ("Mend the sail.", Post.Format.MARKDOWN, SIGNS, TAGS),
    ],
)
def test_the_hint_is_about_what_stands_in_the_field(
    here: Cast, body: str, written: str, said: str, unsaid: str
) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.ambassador)
        post = make_reply(thread, by=here.member, body=body, body_format=written)
    page = here.sign_in(here.member).get(here.url(f"/p/{post.public_id}/edit/")).content.decode()
    assert said in page
    assert unsaid not in page
