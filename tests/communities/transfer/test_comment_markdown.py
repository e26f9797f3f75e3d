"""Comments of Stack Exchange know a few marks; all else is text."""

import pytest

from communities.transfer.comment_markdown import comment_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain & <b>", "plain &amp; &lt;b&gt;"),
        ("**bold** and *italic* and _also_", "<strong>bold</strong> and <em>italic</em> and <em>also</em>"),
        ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
        ("`a < *b*`", "<code>a &lt; *b*</code>"),
        ("[here](http://x.example/a_(b)) ok", '<a href="http://x.example/a_(b)">here</a> ok'),
        ("[`code`](http://x.example/)", '<a href="http://x.example/"><code>code</code></a>'),
        ("see http://x.example/a_b_c.", 'see <a href="http://x.example/a_b_c">http://x.example/a_b_c</a>.'),
        ("[no](javascript:alert(1))", "[no](javascript:alert(1))"),
        (
            '[q](http://x.example/"onclick="x)',
            '<a href="http://x.example/&quot;onclick=&quot;x">q</a>',
        ),
        ("\x020\x03 two\nlines", "0 two<br>\nlines"),
    ],
)
def test_comment_html(text: str, html: str) -> None:
    assert comment_html(text) == f"<p>{html}</p>"
