"""A poll to write, and a ballot."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.dates import MomentField
from communities.fields import one_line
from communities.figures import WholeField
from communities.polls.exceptions import RankedTwice
from communities.polls.models import (
    LEAST_OPTIONS,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_ADDED_BY_ONE,
    MOST_OPTIONS,
    Poll,
)
from communities.polls.repeating import LONGEST, RepeatWishes
from communities.polls.services import Wishes

NAMES = [
    ("", _("Without names: nobody sees who voted for what, not even the team")),
    ("1", _("By name: members see who voted for what")),
]


def _lines(typed: str) -> list[str]:
    return [line for line in map(one_line, typed.splitlines()) if line]


def _checked(options: list[str]) -> list[str]:
    """Answers as they can be stored; raises ValidationError."""
    if len(options) < LEAST_OPTIONS:
        raise forms.ValidationError(_("Give at least two answers, one per line."))
    if len(options) > MOST_OPTIONS:
        raise forms.ValidationError(
            gettext("You have entered %(n)s answers; the limit is %(most)s.")
            % {"n": len(options), "most": MOST_OPTIONS}
        )
    for option in options:
        if len(option) > LONGEST_OPTION:
            raise forms.ValidationError(
                ngettext(
                    "An answer has %(n)s character at most: “%(option)s”.",
                    "An answer has %(n)s characters at most: “%(option)s”.",
                    LONGEST_OPTION,
                )
                % {"n": LONGEST_OPTION, "option": option[:40] + "…"}
            )
    if len({option.casefold() for option in options}) < len(options):
        raise forms.ValidationError(_("Two of the answers are the same."))
    return options


class PollForm(forms.Form):
    """Everything an author says of a poll. Its names do not meet those of the form that it stands in."""

    template = "polls/poll_fields.html"
    # Whether it must say something: not where it is one part of the form of a text.
    always_wanted = True

    poll_question = forms.CharField(
        label=_("Question"),
        required=False,
        max_length=LONGEST_QUESTION,
        help_text=_("Leave it empty if the title asks it."),
    )
    poll_options = forms.CharField(
        label=_("Answers"),
        required=False,
        max_length=MOST_OPTIONS * (LONGEST_OPTION + 2),
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        help_text=_("Two to twelve, one per line, in the order they should appear."),
    )
    poll_way = forms.ChoiceField(
        label=_("How do people vote?"),
        choices=Poll.Way.choices,
        widget=forms.RadioSelect,
        initial=Poll.Way.ONE,
    )
    poll_most = WholeField(
        label=_("How many answers at most?"),
        required=False,
        min_value=1,
        max_value=MOST_OPTIONS,
        help_text=_("Only where several can be chosen. Leave it empty for no limit."),
    )
    poll_named = forms.ChoiceField(
        label=_("Who sees it?"), choices=NAMES, widget=forms.RadioSelect, required=False, initial=""
    )
    poll_changeable = forms.BooleanField(
        label=_("A vote can be changed until the poll closes"),
        required=False,
        help_text=_("By name only: a vote without a name cannot be found again."),
    )
    poll_shown = forms.ChoiceField(
        label=_("When is the result shown?"),
        choices=Poll.Shown.choices,
        widget=forms.RadioSelect,
        initial=Poll.Shown.VOTED,
    )
    poll_additions = WholeField(
        label=_("How many answers may each member add?"),
        required=False,
        min_value=0,
        max_value=MOST_ADDED_BY_ONE,
        help_text=_(
            "While the poll is open, up to three; each is announced by a reply, which can be "
            "reported like any text. Leave it empty for none."
        ),
    )
    poll_closes_at = MomentField(
        label=_("Closes"),
        required=False,
        help_text=_(
            "Leave it empty to close the poll yourself. Everybody who voted or follows the text is told."
        ),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        poll: Poll | None = None,
        asks: bool = False,
        takes_added: bool = True,
        **options: Any,
    ) -> None:
        """`poll` is the one that is changed. One under a reply `asks` by itself, since no title does. Where no reply
        could say it, it `takes_added` answers of nobody."""
        super().__init__(data, **options)
        if not takes_added:
            del self.fields["poll_additions"]
        self.poll = poll
        self.asks = asks or (poll is not None and poll.post_id is not None)
        # The form asks for them with words of its own, so they are not required; optional they are not either.
        self.fields["poll_options"].widget.says_optional = not (self.asks or self.always_wanted)
        self.fields["poll_question"].widget.says_optional = not self.asks
        if self.asks:
            self.fields["poll_question"].help_text = _("A reply has no title to put the question in.")
            self.fields["poll_closes_at"].help_text = _(
                "Leave it empty to close the poll yourself. Everybody who voted is told."
            )

    @property
    def is_wanted(self) -> bool:
        """Whether anything was typed in it."""
        typed = ("poll_question", "poll_options")
        return self.always_wanted or any(self.data.get(name, "").strip() for name in typed)

    def clean_poll_question(self) -> str:
        question = one_line(self.cleaned_data["poll_question"])
        if self.asks and self.is_wanted and not question:
            raise forms.ValidationError(_("Write the question of the poll."))
        return question

    def clean_poll_options(self) -> list[str]:
        options = _lines(self.cleaned_data["poll_options"])
        return _checked(options) if self.is_wanted else options

    def clean_poll_closes_at(self) -> datetime.datetime | None:
        closes: datetime.datetime | None = self.cleaned_data["poll_closes_at"]
        if self.is_wanted and closes is not None and closes <= timezone.now():
            raise forms.ValidationError(_("This is in the past. Choose a later moment, or leave it empty."))
        return closes

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_wanted and data.get("poll_changeable") and not data.get("poll_named"):
            self.add_error(
                "poll_changeable",
                _("A vote without a name cannot be changed. Choose “by name”, or leave this out."),
            )
        if self.is_wanted and data.get("poll_additions") and data.get("poll_way") == Poll.Way.RANKED:
            self.add_error(
                "poll_additions",
                _(
                    "Members cannot add answers to a ranked poll: those who have already voted could not "
                    "rank them."
                ),
            )
        return data

    def wishes(self) -> Wishes:
        data = self.cleaned_data
        return Wishes(
            question=data["poll_question"],
            options=data["poll_options"],
            way=data["poll_way"],
            most=data["poll_most"] or MOST_OPTIONS,
            shown=data["poll_shown"],
            named=bool(data["poll_named"]),
            changeable=data["poll_changeable"],
            closes_at=data["poll_closes_at"],
            additions=data.get("poll_additions") or 0,
        )


class NewPollForm(PollForm):
    """As a part of the form of a new text: what is empty is no poll."""

    template = "polls/new_poll.html"
    always_wanted = False

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        # Those who do not touch it send nothing of it, or what stood there.
        for name in ("poll_way", "poll_shown"):
            self.fields[name].required = False

    def clean_poll_way(self) -> str:
        return self.cleaned_data["poll_way"] or Poll.Way.ONE.value

    def clean_poll_shown(self) -> str:
        return self.cleaned_data["poll_shown"] or Poll.Shown.VOTED.value


class ReplyPollForm(NewPollForm):
    """As a part of the form of a reply, once it was asked for."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, asks=True, **options)
        self.was_asked_for = True


class VotedPollForm(PollForm):
    """What may be changed once people have voted: when it closes, and whether members add answers. All else is taken
    from the poll."""

    def __init__(self, data: Any = None, *, poll: Poll, **options: Any) -> None:
        super().__init__(data, poll=poll, **options)
        stay = {"poll_closes_at"} if poll.is_ranked else {"poll_closes_at", "poll_additions"}
        for name in [name for name in self.fields if name not in stay]:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data

    def wishes(self) -> Wishes:
        poll = self.poll
        assert poll is not None  # asked for above
        return Wishes(
            question=poll.question,
            options=poll.options[: poll.written],
            way=poll.way,
            most=poll.most,
            shown=poll.shown,
            named=poll.named,
            changeable=poll.changeable,
            closes_at=self.cleaned_data["poll_closes_at"],
            additions=self.cleaned_data.get("poll_additions") or 0,
        )


class RepeatForm(forms.Form):
    """How a poll comes back."""

    repeat_every = forms.ChoiceField(
        label=_("How often?"), choices=Poll.Every.choices, widget=forms.RadioSelect, initial=Poll.Every.WEEK
    )
    repeat_starts = MomentField(
        label=_("The next one opens"),
        help_text=_("The ones after it follow at the same hour, in the time zone of the community."),
    )
    repeat_days = WholeField(
        label=_("For how many days is it open?"),
        min_value=1,
        max_value=max(LONGEST.values()),
        help_text=_("At most 7 where it comes back every week, 28 where it comes back every month."),
    )
    repeat_options = forms.CharField(
        label=_("Answers of the next one"),
        required=False,
        max_length=MOST_OPTIONS * (LONGEST_OPTION + 2),
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        help_text=_(
            "Two to twelve, one per line; they are shown once it opens. Leave it empty for those of the last one."
        ),
    )
    repeat_keeps = forms.BooleanField(
        label=_("Keep the answers that members have added"),
        required=False,
        help_text=_("Otherwise each begins with the answers that you have written."),
    )

    def __init__(self, data: Any = None, *, poll: Poll, **options: Any) -> None:
        super().__init__(data, **options)
        if not poll.additions and not poll.has_added:
            del self.fields["repeat_keeps"]

    def clean_repeat_options(self) -> list[str]:
        options = _lines(self.cleaned_data["repeat_options"])
        return _checked(options) if options else []

    def wishes(self) -> RepeatWishes:
        data = self.cleaned_data
        return RepeatWishes(
            every=data["repeat_every"],
            starts=data["repeat_starts"],
            days=data["repeat_days"],
            keeps_added=data.get("repeat_keeps", False),
            next_options=data["repeat_options"],
        )


def repeat_of(poll: Poll) -> dict[str, Any]:
    """How a poll comes back, as its form says it; of one that does not, as it did last."""
    return {
        "repeat_every": poll.repeats or Poll.Every.WEEK,
        "repeat_starts": poll.again_at,
        "repeat_days": poll.days_open or None,
        "repeat_options": "\n".join(poll.next_options),
        "repeat_keeps": poll.keeps_added,
    }


def said_of(poll: Poll) -> dict[str, Any]:
    """A poll as its form says it."""
    return {
        "poll_question": poll.question,
        "poll_options": "\n".join(poll.options[: poll.written]),
        "poll_way": poll.way,
        # A limit at all the answers is none: one that is added later may be chosen, too.
        "poll_most": poll.most if poll.way == Poll.Way.SEVERAL and poll.most < len(poll.options) else None,
        "poll_shown": poll.shown,
        "poll_named": "1" if poll.named else "",
        "poll_changeable": poll.changeable,
        "poll_additions": poll.additions or None,
        "poll_closes_at": poll.closes_at,
    }


def sent_choices(poll: Poll, data: Any) -> dict[int, int]:
    """What a ballot says: places of answers, each with its rank (1 where there are no ranks). What is no answer of this
    poll is left out.
    """
    places = range(len(poll.options))
    if not poll.is_ranked:
        return {place: 1 for place in places if str(place) in data.getlist("choice")}
    ranks = {place: data.get(f"rank-{place}", "") for place in places}
    said = {
        place: int(rank)
        for place, rank in ranks.items()
        if rank.isascii() and rank.isdecimal() and len(rank) < 3
    }
    return {place: rank for place, rank in said.items() if rank}


def in_order(poll: Poll, sent: Mapping[int, int]) -> list[int]:
    """The places of a ballot in the order of their ranks. Raises RankedTwice."""
    if poll.is_ranked and len(set(sent.values())) < len(sent):
        raise RankedTwice
    return sorted(sent, key=lambda place: sent[place])
