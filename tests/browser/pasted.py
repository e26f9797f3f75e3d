"""Clipboards as other programs fill them, written for these tests: what was put there, and what has to come of it."""

from __future__ import annotations

DOCS = "font-size:11pt;font-family:Arial;background-color:transparent;font-style:normal;text-decoration:none;"

# Name: the clipboard, and the text.
CLIPBOARDS: dict[str, tuple[str, str]] = {
    "google docs: nothing is bold but what is": (
        '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1">'
        f'<p dir="ltr"><span style="{DOCS}font-weight:400;">Wet </span>'
        f'<span style="{DOCS}font-weight:700;">rope</span><span style="{DOCS}font-weight:400;"> sinks.</span></p>'
        f'<p dir="ltr"><span style="{DOCS}font-weight:400;font-style:italic;">Dry it.</span></p></b>',
        "<p>Wet <strong>rope</strong> sinks.</p><p><em>Dry it.</em></p>",
    ),
    "google docs: raised, struck and a link without its line": (
        '<b style="font-weight:normal;" id="docs-internal-guid-1"><p>'
        f'<span style="{DOCS}vertical-align:super;">2</span>'
        '<span style="text-decoration:line-through;">old</span> '
        '<a href="https://www.google.com/url?q=https://knots.example/&sa=D" style="text-decoration:none;">'
        '<span style="text-decoration:underline;">knots</span></a></p></b>',
        '<p><sup>2</sup><s>old</s> <a href="https://knots.example/">knots</a></p>',
    ),
    "google docs: a level between two items belongs to the first": (
        '<b style="font-weight:normal;" id="docs-internal-guid-1"><ol><li><p>One</p></li>'
        "<ol><li><p>Deeper</p></li></ol><li><p>Two</p></li></ol></b>",
        "<ol><li><p>One</p><ol><li><p>Deeper</p></li></ol></li><li><p>Two</p></li></ol>",
    ),
    "gmail: lines are divisions, an indent is no quotation": (
        '<div dir="ltr"><div>Hello all,</div><div><br></div><div>the <b>boat</b> is in.</div>'
        '<blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>At the pier.</div></blockquote>'
        '<div><img data-emoji="⚓" src="https://fonts.gstatic.example/a.png" alt="⚓"> See you</div>'
        '<div class="gmail_quote"><div class="gmail_attr">On Monday Ada wrote:<br></div>'
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">'
        "<div>When?</div></blockquote></div></div>",
        "<p>Hello all,</p><p>the <strong>boat</strong> is in.</p><p>At the pier.</p><p>⚓ See you</p>"
        "<p>On Monday Ada wrote:</p><blockquote><p>When?</p></blockquote>",
    ),
    "outlook on the web: two ends of a line are one paragraph": (
        '<div class="elementToProof" style="font-family: Aptos; font-size: 12pt;">First line<br>second line<br><br>'
        'New thought, <a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fknots.example%2Fa&amp;data=1">'
        'here</a>.</div><ul data-editing-info="{}"><li style="font-size:12pt"><div role="presentation">a</div></li>'
        '<li><div role="presentation">b</div></li></ul>',
        '<p>First line<br>second line</p><p>New thought, <a href="https://knots.example/a">here</a>.</p>'
        "<ul><li><p>a</p></li><li><p>b</p></li></ul>",
    ),
    "notion: boxes, code, a fold": (
        "<h1>Plan</h1><ul><li><p>[ ] is text</p></li></ul>"
        '<ul class="to-do-list"><li><input type="checkbox" disabled checked> Rope</li>'
        '<li><input type="checkbox" disabled> Block</li></ul>'
        '<pre><code class="language-python">for knot in rope:\n    tie(knot)\n</code></pre>'
        "<details><summary>More</summary><p>Inside</p></details><aside>💡 A call-out</aside>"
        "<h2>Next</h2>",
        "<h2>Plan</h2><ul><li><p>[ ] is text</p></li></ul><ul><li><p>☑ Rope</p></li><li><p>☐ Block</p></li></ul>"
        '<pre><code class="language-python">for knot in rope:\n    tie(knot)</code></pre>'
        "<p>More</p><p>Inside</p><p>💡 A call-out</p><h3>Next</h3>",
    ),
    "word: lists are paragraphs": (
        "<style>@list l0:level1 {mso-level-number-format:bullet;} p.MsoListParagraph {margin-left:36.0pt;}</style>"
        "<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>"
        "<span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;&nbsp; </span></span></span>"
        "<![endif]>Rope<o:p></o:p></p>"
        "<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;mso-list:l0 level2 lfo1'>"
        "<span style='mso-list:Ignore'>3)<span>&nbsp;&nbsp; </span></span>Hemp</p>"
        "<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'>"
        "<span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;&nbsp; </span></span>Block</p><p class=MsoNormal>After</p>"
        "<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>4.<span>&nbsp; </span>"
        "</span>Fourth</p>",
        '<ul><li><p>Rope</p><ol start="3"><li><p>Hemp</p></li></ol></li><li><p>Block</p></li></ul><p>After</p>'
        '<ol start="4"><li><p>Fourth</p></li></ol>',
    ),
    "word: where a browser has forgotten that it is a list": (
        "<p class=MsoListParagraphCxSpFirst><span>·<span>&nbsp;&nbsp;&nbsp;&nbsp; </span></span>One</p>"
        "<p class=MsoListParagraphCxSpLast><span>·<span>&nbsp;&nbsp;&nbsp;&nbsp; </span></span>Two</p>",
        "<ul><li><p>One</p></li><li><p>Two</p></li></ul>",
    ),
    "word in the browser: every item is a list": (
        '<div class="ListContainerWrapper"><ol><li data-listid="1" data-aria-level="1"><p>One</p></li></ol></div>'
        '<div class="ListContainerWrapper"><ul><li data-listid="1" data-aria-level="2"><p>Deeper</p></li></ul></div>'
        '<div class="ListContainerWrapper">'
        '<ol start="2"><li data-listid="1" data-aria-level="1"><p>Two</p></li></ol></div>',
        "<ol><li><p>One</p><ul><li><p>Deeper</p></li></ul></li><li><p>Two</p></li></ol>",
    ),
    "word: a title, a quotation, a mark of a note": (
        "<p class=MsoTitle>The voyage</p><h1>Start</h1><p class=MsoQuote>Fair winds</p>"
        "<p class=MsoNormal>Text<a style='mso-footnote-id:ftn1' href=\"#_ftn1\"><span>[1]</span></a></p>",
        "<h2>The voyage</h2><h2>Start</h2><blockquote><p>Fair winds</p></blockquote><p>Text[1]</p>",
    ),
    "a page: headings keep their order, weight none": (
        '<h1 style="font-weight:700">Top</h1><h2><b>Below</b></h2><h3>Third</h3><h6>Last</h6><p><font>Words</font></p>',
        "<h2>Top</h2><h3>Below</h3><h4>Third</h4><h4>Last</h4><p>Words</p>",
    ),
    "a page: what is hidden stays there, what is drawn small too": (
        '<p>Seen<span style="display:none">not seen</span></p><p hidden>no</p><script>alert(1)</script>'
        '<img src="https://count.example/a.gif" width="1" height="1"><svg width="16"><title>icon</title></svg>',
        "<p>Seen</p>",
    ),
    "a page: reset sheets do not lower what is raised": (
        '<p>m<sup style="vertical-align: baseline; top: -0.5em">2</sup></p>',
        "<p>m<sup>2</sup></p>",
    ),
    "another forum: quotation, mention, spoiler": (
        '<blockquote><p>Said before</p></blockquote><p><a class="mention" href="https://forum.example/u/ada">@ada</a> '
        'yes <img class="emoji" src="https://forum.example/smile.png" alt=":smile:" width="20" height="20"></p>',
        '<blockquote><p>Said before</p></blockquote><p><a href="https://forum.example/u/ada">@ada</a> yes :smile:</p>',
    ),
    "another forum: what is covered stays covered": (
        '<p>Who? <span class="spoiler">The <b>bosun</b></span>.</p><div class="bb-spoiler"><p>One</p>'
        '<ul><li>two</li></ul><pre>a\nb</pre></div><p><span class="md-spoiler-text">Three</span></p>'
        '<p><mark class="spoiler" tabindex="0" role="group"><span>Four</span></mark></p>',
        '<p>Who? <mark class="spoiler">The</mark> <mark class="spoiler"><strong>bosun</strong></mark>.</p>'
        '<p><mark class="spoiler">One</mark></p><ul><li><p><mark class="spoiler">two</mark></p></li></ul>'
        '<p><mark class="spoiler"><code>a</code></mark><br><mark class="spoiler"><code>b</code></mark></p>'
        '<p><mark class="spoiler">Three</mark></p><p><mark class="spoiler">Four</mark></p>',
    ),
    "a spreadsheet: cells, a title over two, bold by its sheet": (
        "<style>.xl65 {font-weight:700;} td {font-weight:400;}</style><table>"
        "<tr><td colspan=3 class=xl65>Ropes</td></tr><tr><td>Hemp</td><td>12&nbsp;mm</td></tr>"
        "<tr style='display:none'><td>filtered</td><td>away</td></tr><tr><td></td><td></td></tr></table>",
        '<table><tbody><tr><td colspan="2"><p><strong>Ropes</strong></p></td></tr>'
        "<tr><td><p>Hemp</p></td><td><p>12\u00a0mm</p></td></tr></tbody></table>".replace("\u00a0", "&nbsp;"),
    ),
    "a spreadsheet: one cell is its words": (
        "<table><tr><td>Alone</td></tr></table>",
        "<p>Alone</p>",
    ),
    "a mail laid out with tables": (
        '<table role="presentation"><tr><td><table><tr><td><p>Left</p></td></tr></table></td>'
        "<td>Right</td></tr></table>",
        "<p>Left</p><p>Right</p>",
    ),
    "an editor of programs": (
        '<div style="font-family: Menlo, monospace; white-space: pre;">'
        '<div><span style="font-weight:bold">if</span> x:</div>'
        "<div>    y()</div><br><div>z()</div></div>",
        "<pre><code>if x:\n    y()\n\nz()</code></pre>",
    ),
    "one line of a program is a phrase": (
        '<div style="font-family: Menlo, monospace; white-space: pre;"><div style="display:inline">❯</div> ls -l</div>',
        "<p><code>❯ ls -l</code></p>",
    ),
    "french blanks stay, doubled ones go": (
        "<p>«&nbsp;Oui&nbsp;» dit-il&nbsp;: bon.&nbsp; Suite<span class='Apple-converted-space'>&nbsp;</span>ici</p>",
        "<p>«&nbsp;Oui&nbsp;» dit-il&nbsp;: bon. Suite ici</p>",
    ),
    "items without their list": (
        "<li>One</li><li>Two</li>",
        "<ul><li><p>One</p></li><li><p>Two</p></li></ul>",
    ),
    "an item is not begun by a heading": (
        "<ul><li><h3>Name</h3><p>What</p></li></ul>",
        "<ul><li><p><strong>Name</strong></p><p>What</p></li></ul>",
    ),
    "a chat where lines are lines": (
        '<span style="white-space: pre-wrap">one\ntwo\n\nthree</span>',
        "<p>one<br>two</p><p>three</p>",
    ),
    "terms and what they mean": (
        "<dl><dt>Bight</dt><dd>A loop</dd></dl>",
        "<p><strong>Bight</strong></p><p>A loop</p>",
    ),
    "an end of a line within bold": (
        "<p><b>a<br>b</b></p>",
        "<p><strong>a</strong><br><strong>b</strong></p>",
    ),
    "nothing": ("<p> </p><div><br></div><b></b>", ""),
}
