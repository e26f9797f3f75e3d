"""Search engines, social networks and assistants that a visit may come from: names and hosts as facts.

A host with `{}` stands for any ending (`google.{}`). Longer public lists can be installed beside it with
`manage.py update_lists`; they are added to these. A file of its own, since it is a table and nothing else.
"""

from __future__ import annotations

Sites = dict[str, tuple[str, str]]  # name: hosts, parameters that hold the words searched

SEARCH_ENGINES: Sites = {
    "Google": ("google.{} google.co.{} google.com.{} com.google.android.googlequicksearchbox", "q"),
    "Bing": ("bing.com cn.bing.com", "q"),
    "DuckDuckGo": ("duckduckgo.com", "q"),
    "Yahoo!": ("search.yahoo.com {}.search.yahoo.com yahoo.{} search.yahoo.co.jp", "p q"),
    "Ecosia": ("ecosia.org", "q"),
    "Qwant": ("qwant.com lite.qwant.com", "q"),
    "Brave": ("search.brave.com", "q"),
    "Startpage": ("startpage.com eu.startpage.com", "query"),
    "Swisscows": ("swisscows.com swisscows.ch", "query"),
    "Mojeek": ("mojeek.com", "q"),
    "Kagi": ("kagi.com", "q"),
    "Lilo": ("search.lilo.org", "q"),
    "Orange": ("lemoteur.orange.fr search.ke.orange.fr", "kw q"),
    "Baidu": ("baidu.com m.baidu.com", "wd word"),
    "Sogou": ("sogou.com m.sogou.com", "query keyword"),
    "So.com": ("so.com", "q"),
    "Yandex": ("yandex.{} yandex.com.{} ya.ru", "text"),
    "Naver": ("search.naver.com m.search.naver.com", "query"),
    "Daum": ("search.daum.net", "q"),
    "Seznam": ("search.seznam.cz", "q"),
    "Ask": ("ask.com search-results.com", "q searchfor"),
    "AOL": ("search.aol.com search.aol.fr aolsearch.com aolsearch.aol.co.uk", "q query"),
    "T-Online": ("suche.t-online.de", "q"),
    "Web.de": ("suche.web.de", "q su"),
    "GMX": ("suche.gmx.net search.gmx.com", "q su"),
    "Dogpile": ("dogpile.com", "q"),
    "Mail.ru": ("go.mail.ru", "q"),
    "Voila": ("search.ke.voila.fr", "kw rdata"),
    "1und1": ("suche.1und1.de", "q su"),
    "Babylon": ("search.babylon.com searchassist.babylon.com", "q"),
    "Dalesearch": ("dalesearch.com", "q"),
    "Meta.ua": ("meta.ua", "q"),
    "AVG": ("isearch.avg.com", "q"),
    "IXquick": ("ixquick.com {}.ixquick.com", "query"),
    "PriceRunner": ("pricerunner.com pricerunner.co.uk pricerunner.se", "q"),
    "MetaGer": ("metager.org metager.de", "eingabe"),
}

SOCIAL_NETWORKS: Sites = {
    "Facebook": (
        "facebook.com fb.me m.facebook.com l.facebook.com lm.facebook.com fb.com com.facebook.katana",
        "",
    ),
    "Instagram": ("instagram.com l.instagram.com com.instagram.android", ""),
    "Twitter": ("twitter.com t.co x.com com.twitter.android", ""),
    "LinkedIn": ("linkedin.com lnkd.in com.linkedin.android", ""),
    "Pinterest": ("pinterest.com pinterest.fr pinterest.co.uk pin.it", ""),
    "Reddit": ("reddit.com out.reddit.com old.reddit.com", ""),
    "TikTok": ("tiktok.com", ""),
    "Snapchat": ("snapchat.com", ""),
    "WhatsApp": ("whatsapp.com web.whatsapp.com wa.me com.whatsapp", ""),
    "Telegram": ("telegram.org t.me web.telegram.org", ""),
    "Mastodon": ("mastodon.social mastodon.online mamot.fr piaille.fr fosstodon.org", ""),
    "Bluesky": ("bsky.app go.bsky.app", ""),
    "Threads": ("threads.net threads.com l.threads.com", ""),
    "YouTube": ("youtube.com youtu.be m.youtube.com com.google.android.youtube", ""),
    "Vimeo": ("vimeo.com", ""),
    "Dailymotion": ("dailymotion.com", ""),
    "Twitch": ("twitch.tv", ""),
    "Tumblr": ("tumblr.com t.umblr.com", ""),
    "Flickr": ("flickr.com", ""),
    "VK": ("vk.com vkontakte.ru", ""),
    "Weibo": ("weibo.com t.cn", ""),
    "XING": ("xing.com", ""),
    "Viadeo": ("viadeo.com viadeo.journaldunet.com", ""),
    "Hacker News": ("news.ycombinator.com", ""),
    "Quora": ("quora.com", ""),
    "Stack Overflow": ("stackoverflow.com", ""),
    "GitHub": ("github.com", ""),
    "Discord": ("discord.com", ""),
    "Slack": ("slack.com", ""),
    "Nextdoor": ("nextdoor.com", ""),
    "Line": ("line.me", ""),
    "Odnoklassniki": ("odnoklassniki.ru ok.ru", ""),
    "Workplace": ("workplace.com", ""),
    "Lnk.Bio": ("lnk.bio", ""),
}

ASSISTANTS: Sites = {
    "ChatGPT": ("chatgpt.com chat.openai.com", ""),
    "Claude": ("claude.ai", ""),
    "Gemini": ("gemini.google.com bard.google.com", ""),
    "Copilot": ("copilot.microsoft.com copilot.cloud.microsoft", ""),
    "Perplexity": ("perplexity.ai", ""),
    "Le Chat": ("chat.mistral.ai", ""),
    "Grok": ("grok.com", ""),
    "DeepSeek": ("chat.deepseek.com", ""),
    "Meta AI": ("meta.ai", ""),
    "Qwen": ("chat.qwen.ai", ""),
    "NotebookLM": ("notebooklm.google.com", ""),
    "You.com": ("you.com", ""),
    "Phind": ("phind.com", ""),
    "Poe": ("poe.com", ""),
}

# Sites that send themselves as referrer to be clicked on in reports; a public list names thousands.
_SPAMMERS = """
    semalt.com buttons-for-website.com buttons-for-your-website.com darodar.com best-seo-offer.com
    free-share-buttons.com get-free-traffic-now.com ilovevitaly.com makemoneyonline.com priceg.com
    see-your-website-here.com success-seo.com trafficmonetize.org traffic2money.com webmonetizer.net
    social-buttons.com simple-share-buttons.com floating-share-buttons.com event-tracking.com
    free-social-buttons.com hulfingtonpost.com cenoval.ru blackhatworth.com econom.co iskalko.ru
    lomb.co lombia.co 4webmasters.org guardlink.org site-auditor.online rank-checker.online
"""
REFERRER_SPAMMERS = frozenset(_SPAMMERS.split())
