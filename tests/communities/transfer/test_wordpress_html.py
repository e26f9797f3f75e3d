"""WordPress article text becomes HTML that stands by itself."""

from collections import Counter

import pytest

from communities.transfer.old_site import OldSite, old_path
from communities.transfer.wordpress_html import Converted, convert_wordpress
from tests.growth import grows_evenly

SITE = OldSite(
    "http://blume.example",
    {"/2012/05/rose": "/c/blume/blog/rose/", "/?p=5": "/c/blume/blog/tulip/"},
    {"3": "http://blume.example/files/rose.jpg"},
)


def keep_roses(address: str) -> str | None:
    return "/media/rose.webp" if address.endswith("rose.jpg") else None


def convert(text: str) -> Converted:
    return convert_wordpress(text, site=SITE, keep_picture=keep_roses)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\n\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("One\r\n\r\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("One\nline", "<p>One<br>\nline</p>"),
        ("One<br />\nline", "<p>One<br />\nline</p>".replace("<br />", "<br>")),
        ("<p>Done</p>\n\n<p>Twice</p>", "<p>Done</p>\n<p>Twice</p>"),
        ("Text\n<h2>Head</h2>\nMore", "<p>Text</p>\n<h2>Head</h2>\n<p>More</p>"),
        ("<blockquote>a\n\nb</blockquote>", "<blockquote><p>a</p>\n<p>b</p>\n</blockquote>"),
        ("<ul>\n<li>one</li>\n<li>two</li>\n</ul>", "<ul><li>one</li>\n<li>two</li>\n</ul>"),
        ("<li>one\n\nmore</li>", "<li><p>one</p>\n<p>more</p>\n</li>"),
        ("<pre>a\n\n  <b>b</b></pre>", "<pre>a\n\n  <b>b</b></pre>"),
        ("a &lt; b &amp; c", "<p>a &lt; b &amp; c</p>"),
        ("<!--more-->\nRest", "<p>Rest</p>"),
        ("Before <script>alert(1)</script>after", "<p>Before after</p>"),
        ("", ""),
    ],
)
def test_paragraphs(text: str, html: str) -> None:
    assert convert(text).html == html


def test_blocks_of_the_newer_editor_keep_their_paragraphs() -> None:
    text = '<!-- wp:paragraph {"a":1} -->\n<p>One\nline</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:separator /-->'

    assert convert(text).html == "<p>One\nline</p>"


def test_code_shortcode_is_code() -> None:
    html = convert('[sourcecode language="python"]\nif a < b:\n\n    x = "&amp;"\n[/sourcecode]').html

    assert html == '<pre><code>if a &lt; b:\n\n    x = "&amp;"</code></pre>'


@pytest.mark.parametrize(
    "text",
    [
        '[caption width="9" caption="A rose"]<img src="http://blume.example/rose.jpg" alt="Red" />[/caption]',
        '[caption width="9"]<img src="http://blume.example/rose.jpg" alt="Red" /> A rose[/caption]',
    ],
)
def test_caption_is_a_figure(text: str) -> None:
    html = convert(text).html.replace("\n", "")

    assert html == '<figure><img src="/media/rose.webp" alt="Red"><figcaption>A rose</figcaption></figure>'


def test_gallery_shows_the_pictures_it_names_or_is_a_loss() -> None:
    assert '<img src="/media/rose.webp" alt="">' in convert('[gallery ids="3,9"]').html
    assert convert("[gallery]") == Converted("", Counter({"gallery": 1}))


def test_unknown_brackets_stay_and_escaped_shortcodes_are_text() -> None:
    assert convert("[09:12] see [[gallery]] or [[Category:Task]]").html == (
        "<p>[09:12] see [gallery] or [[Category:Task]]</p>"
    )


def test_players_become_links() -> None:
    converted = convert(
        '<iframe src="//video.example/embed/x?auto=1">old</iframe> [youtube http://youtu.be/abc]'
    )

    assert '<a href="https://video.example/embed/x?auto=1">video.example/embed/x</a>' in converted.html
    assert '<a href="http://youtu.be/abc">youtu.be/abc</a>' in converted.html
    assert converted.losses == {"player": 2}


def test_a_picture_without_file_becomes_a_link_and_a_loss() -> None:
    converted = convert('<img src="/files/tulip.jpg" alt="A tulip"> <a href="/x"><img src="y/z.png"></a>')

    assert '<a href="http://blume.example/files/tulip.jpg">A tulip</a>' in converted.html
    assert '<a href="http://blume.example/x">z.png</a>' in converted.html
    assert converted.losses == {"picture": 2}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://blume.example/2012/05/rose/", "/c/blume/blog/rose/"),
        ("https://www.blume.example/2012/05/rose#c3", "/c/blume/blog/rose/#c3"),
        ("/index.php?p=5", "/c/blume/blog/tulip/"),
        ("http://blume.example/?page_id=5", "/c/blume/blog/tulip/"),
        ("http://other.example/2012/05/rose/", "http://other.example/2012/05/rose/"),
        ("/about/", "http://blume.example/about/"),
        ("#part", "#part"),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_links_lead_to_the_new_place(old: str, new: str) -> None:
    assert convert(f'<a href="{old}">x</a>').html == f'<p><a href="{new}">x</a></p>'


def test_a_broken_link_keeps_its_words() -> None:
    assert convert('<a href="http://[broken">x</a>').html == "<p><a>x</a></p>"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("http://a.example/2012/05/rose/?utm=1#x", "/2012/05/rose"),
        ("http://a.example/caf%C3%A9/", "/café"),
        ("http://a.example/?p=12", "/?p=12"),
        ("http://a.example", "/"),
    ],
)
def test_old_path_is_one_key_for_each_way_to_write_it(address: str, path: str) -> None:
    assert old_path(address) == path


def test_nested_players_give_one_link() -> None:
    text = '<object><param name="movie" value="x"><embed src="http://v.example/a.swf"></embed></object> after'

    converted = convert(text)

    assert converted.html == '<p><a href="http://v.example/a.swf">v.example/a.swf</a> after</p>'
    assert converted.losses == {"player": 1}


def test_a_film_is_a_link_to_its_first_source() -> None:
    html = convert(
        '<video controls><source src="http://v.example/a.ogv"><source src="http://v.example/b.mp4">x</video>'
    ).html

    assert html == '<p><a href="http://v.example/a.ogv">v.example/a.ogv</a></p>'


@pytest.mark.parametrize("opening", ["[caption]", "[code]", "[polldaddy]", "<b", "<!--", "[[gallery"])
def test_a_text_made_of_openings_takes_no_longer_than_another(opening: str) -> None:
    def convert_openings(size: int) -> None:
        convert("[/caption][/code][/polldaddy]" + opening * (size // len(opening)))

    assert grows_evenly(convert_openings, 100_000)


def test_an_endless_text_is_left_for_the_renderer_to_refuse() -> None:
    text = "x\n\n" * 200_000

    assert convert(text).html == text
