"""What an import found, made and could not keep, for people (text) and for programs (JSON)."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# All of most imports: what is lost can be looked for by its name. A list in print shows the first ones.
EXAMPLES_KEPT = 1000
EXAMPLES_PRINTED = 5
SAMPLES_KEPT = 3

LABELS: dict[str, Promise] = {
    "space": gettext_lazy("spaces"),
    "thread": gettext_lazy("threads"),
    "article": gettext_lazy("articles"),
    "page": gettext_lazy("pages"),
    "author": gettext_lazy("authors"),
    "commenter": gettext_lazy("people who commented"),
    "tag": gettext_lazy("tags"),
    "category": gettext_lazy("categories"),
    "comment": gettext_lazy("comments"),
    "ping": gettext_lazy("  of which pingbacks, trackbacks"),
    "reply": gettext_lazy("replies"),
    "question": gettext_lazy("questions"),
    "answer": gettext_lazy("answers"),
    "accepted": gettext_lazy("accepted answers"),
    "redirect": gettext_lazy("redirects from old addresses"),
    "picture": gettext_lazy("pictures"),
    "updated": gettext_lazy("brought up to date"),
    "withdrawn": gettext_lazy("taken from the readers, as there"),
}

LOSSES: dict[str, Promise] = {
    "public_here": gettext_lazy(
        "public here and not on the old site: look at each, and withdraw what should not be read"
    ),
    "gone": gettext_lazy(
        "public here and not in this file: deleted on the old site, or exported in another part"
    ),
    "not_public": gettext_lazy("kept as drafts, because they were not public on the old site"),
    "scheduled": gettext_lazy("kept as drafts with their planned date; schedule them again to publish them"),
    "trash": gettext_lazy("not brought in: deleted items, automatic drafts and former versions"),
    "other_kind": gettext_lazy(
        "not brought in: of a kind that has no place here (menus, attachments, plug-ins)"
    ),
    "unknown_item": gettext_lazy("not brought in: entries that do not say what they are"),
    "ping": gettext_lazy("pingbacks and trackbacks are links of other sites, not words of people: not shown"),
    "comment_kind": gettext_lazy(
        "comments that are nobody’s words (orders, logs of plug-ins): not brought in"
    ),
    "unapproved": gettext_lazy("comments that were waiting, spam or deleted: not brought in"),
    "comment_of_draft": gettext_lazy("comments on what is not public: not brought in"),
    "empty": gettext_lazy("empty comments: not brought in"),
    "too_long": gettext_lazy("longer than a text may be here: not brought in"),
    "title_cut": gettext_lazy("titles longer than 200 characters were cut"),
    "no_date": gettext_lazy("without a date: dated by what comes before"),
    "picture": gettext_lazy("pictures without a file: they became links to where they lay"),
    "picture_refused": gettext_lazy("files that are no pictures, or too large: left out"),
    "no_room": gettext_lazy("pictures for which the storage of this place has no room: they became links"),
    "player": gettext_lazy("films, sounds and embedded pages became links"),
    "gallery": gettext_lazy("galleries whose pictures the export does not name: left out"),
    "shortcode": gettext_lazy("shortcodes of plug-ins: their marks were left out, the words in them kept"),
    "form": gettext_lazy("forms: left out"),
    "term": gettext_lazy("words of other taxonomies: not brought in"),
    "repaired": gettext_lazy("control characters, which XML may not hold, were taken out of the file"),
    "version": gettext_lazy("the file does not name a version we know; it was read as the newest"),
    "wiki": gettext_lazy("tag descriptions and other rows that are no topics: not brought in"),
    "orphan": gettext_lazy("answers or comments whose question or answer is missing: not brought in"),
    "votes": gettext_lazy("scores of answers and comments: who voted is unknown; questions keep their score"),
    "silent_user": gettext_lazy("people who wrote nothing: not brought in"),
    "changed": gettext_lazy("changed on the old site and here since the last import: left as they are here"),
    "other_thing": gettext_lazy(
        "known from an earlier import under the same number as something else: left out"
    ),
    "order": gettext_lazy("threads in which older replies came later: these are at the end"),
    "slug": gettext_lazy("addresses that were taken or impossible here got another; the old ones redirect"),
    "shadowed": gettext_lazy("old addresses at which this place has a page of its own: they lead there"),
    "no_place": gettext_lazy("old addresses of files and their pages that lead nowhere now"),
    "field": gettext_lazy("words that plug-ins keep beside the text: not brought in"),
    "block": gettext_lazy("blocks that a plug-in or another page fills: left out"),
    "file_words": gettext_lazy("captions and descriptions of files: not brought in"),
    "term_words": gettext_lazy("descriptions of tags and categories: not brought in"),
    "tagline": gettext_lazy("the tagline of the old site: this place has its own"),
    "excerpt_cut": gettext_lazy("excerpts longer than 400 characters were cut"),
    "file": gettext_lazy(
        "files other than pictures have no place here: their names stay in the texts, without a link"
    ),
    "address_too_long": gettext_lazy("old addresses longer than 400 characters: they do not redirect"),
    "address_taken": gettext_lazy("old addresses that led elsewhere already: left as they were"),
    "closed": gettext_lazy("closed questions are locked here"),
}

# What may be read here and not there: first in the report, and in red.
ALARMS = frozenset({"public_here", "gone"})


def register_words(
    *, labels: Mapping[str, Promise] | None = None, losses: Mapping[str, Promise] | None = None
) -> None:
    """What the report of another format counts, and why something of it is lost; each in words."""
    LABELS.update(labels or {})
    LOSSES.update(losses or {})


@dataclass
class Loss:
    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass
class ImportReport:
    """`found` counts the file, `made` what is new here, `known` what an earlier import had brought."""

    source: str
    community: str
    dry_run: bool = False
    found: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    losses: dict[str, Loss] = field(default_factory=dict)
    # A few threads as they come: title, author, when, how many replies and pictures.
    samples: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def has_left(self) -> bool:
        """Whether something stands now that did not before."""
        return not self.dry_run and bool(+self.made)

    def lose(self, code: str, example: str = "", *, count: int = 1) -> None:
        """Note what could not be kept; `code` is a key of LOSSES."""
        if code not in LOSSES:
            raise ValueError(f"no loss is called {code!r}")
        if not count:
            return
        loss = self.losses.setdefault(code, Loss())
        loss.count += count
        if example and len(loss.examples) < EXAMPLES_KEPT and example not in loss.examples:
            loss.examples.append(example)

    def show(self, title: str, *, author: str, at: datetime.datetime, replies: int, state: str) -> None:
        """Keep a thread as a sample, until there are enough."""
        if len(self.samples) < SAMPLES_KEPT:
            sample = {
                "title": title,
                "author": author,
                "at": at.isoformat(),
                "replies": replies,
                "state": state,
            }
            self.samples.append(sample)

    def as_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "community": self.community,
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 2),
            "found": dict(self.found),
            "made": dict(self.made),
            "known": dict(self.known),
            "losses": [
                {"code": code, "reason": str(LOSSES[code]), "count": loss.count, "examples": loss.examples}
                for code, loss in self.losses.items()
            ],
            "samples": self.samples,
        }

    def load(self, said: Mapping[str, Any]) -> None:
        """Go on from what `as_dict` gave."""
        self.found, self.made, self.known = (Counter(said[name]) for name in ("found", "made", "known"))
        self.losses = {one["code"]: Loss(one["count"], list(one["examples"])) for one in said["losses"]}
        self.samples = list(said["samples"])

    def as_json(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n"

    def as_text(self) -> str:
        lines = [
            _("Import of %(source)s into %(community)s")
            % {"source": self.source, "community": self.community}
        ]
        if self.dry_run:
            lines.append(_("Rehearsal: nothing was written."))
        lines.append("")
        in_file, new, known = _("in the file"), _("new here"), _("already here")
        lines.append(f"{'':34}{in_file:>13}{new:>13}{known:>13}")
        names = [name for name in LABELS if self.found[name] or self.made[name] or self.known[name]]
        lines += [
            f"{LABELS[name]!s:34}{self.found[name]:>13}{self.made[name]:>13}{self.known[name]:>13}"
            for name in names
        ]
        if self.losses:
            lines += ["", _("What differs from the old site")]
            for code, loss in sorted(self.losses.items(), key=lambda one: one[0] not in ALARMS):
                mark = "!" if code in ALARMS else " "
                lines.append(f"{loss.count:>6} {mark}{LOSSES[code]}")
                lines += [f"        {example}" for example in loss.examples[:EXAMPLES_PRINTED]]
                if len(loss.examples) > EXAMPLES_PRINTED:
                    lines.append(f"        … ({len(loss.examples) - EXAMPLES_PRINTED})")
        lines += ["", _("%(seconds).1f seconds") % {"seconds": self.seconds}]
        return "\n".join(lines) + "\n"
