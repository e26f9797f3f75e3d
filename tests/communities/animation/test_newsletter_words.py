"""Words of one’s own in a newsletter: written with the editor, between blocks, whole in a mail of text too."""

from __future__ import annotations

import pytest
from django.utils.html import escape

from communities.animation.newsletters.composing import draw_sample
from communities.animation.newsletters.models import NewsletterVersion
from communities.queries import absolute_address
from tests.conftest import Cast
from tests.sweeps.letters import make_letter

pytestmark = pytest.mark.django_db


def test_words_are_written_with_the_editor_between_blocks(here: Cast) -> None:
    with here.scope():
        letter = make_letter(here)
    client, page = here.sign_in(here.marketing), f"/manage/newsletters/{letter.pk}/"
    first = f"{page}blocks/new/text/?language={letter.language}&amp;after=1"
    assert here.url(first) in client.get(here.url(f"{page}edit/")).text
    form = client.get(here.url(f"{page}blocks/new/text/?after=1")).text
    assert f'data-editor="letter-new:{letter.pk}-{letter.language}"' in form
    assert "data-words-only" in form
    written = '<h2>This week</h2><p>Read <a href="/forums/">the forum</a>.</p><script>x</script>'
    sent = {"body": written, "body_format": "html", "after": "1"}
    assert client.post(here.url(f"{page}blocks/new/text/"), sent).status_code == 302
    with here.scope():
        version = NewsletterVersion.objects.get(newsletter=letter)
        assert [one["id"] for one in version.blocks][:2] == [1, version.blocks_made]
        block = version.blocks[1]
        assert "<h2" in block["html"]
        assert "script" not in block["html"]
        sample = draw_sample(here.community, version)
        assert "This week\n" in sample.text
        assert "the forum (http" in sample.text
        assert f'href="{absolute_address(here.community, "/forums/")}"' in sample.html
    opened = client.get(here.url(f"{page}blocks/{block['id']}/")).text
    assert "&lt;h2&gt;This week" in opened
    assert 'name="body_format" value="html"' in opened


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"body": '<p>Look <img src="/media/1/full"></p>', "body_format": "html"}, "carries no pictures"),
        ({"body": "<p> </p>", "body_format": "html"}, "Write something first."),
        ({"body": "", "body_format": ""}, "Write something first."),
        ({"body": "x", "body_format": "word"}, "Select a valid choice"),
    ],
)
def test_words_that_cannot_be_sent_come_back(here: Cast, sent: dict[str, str], said: str) -> None:
    with here.scope():
        letter = make_letter(here)
        before = NewsletterVersion.objects.get(newsletter=letter).blocks
    client = here.sign_in(here.marketing)
    answer = client.post(here.url(f"/manage/newsletters/{letter.pk}/blocks/1/"), sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert escape(sent["body"]) in answer.text
    with here.scope():
        assert NewsletterVersion.objects.get(newsletter=letter).blocks == before


def test_words_that_come_back_still_say_what_they_were_written_over(here: Cast) -> None:
    """Refused once, they would else be written over what a colleague has kept meanwhile."""
    with here.scope():
        letter = make_letter(here)
    client, page = here.sign_in(here.marketing), here.url(f"/manage/newsletters/{letter.pk}/blocks/1/")
    seen = f'name="seen" value="{letter.version - 1}"'
    blank = client.post(page, {"body": "", "body_format": "html", "seen": str(letter.version - 1)})
    assert seen in blank.text
    late = client.post(page, {"body": "<p>Late</p>", "body_format": "html", "seen": str(letter.version - 1)})
    assert late.status_code == 409
    assert seen not in late.text, "now it is known, and saving again is a choice"
