"""The form of a space, and what else its pages ask."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.console.spaces.fields import WordsField
from communities.console.spaces.queries import spaces_above
from communities.content.circles import CIRCLES, READ, REPLY, RIGHTS, Circle
from communities.content.drawings import DRAWINGS
from communities.content.kinds import Kind
from communities.content.models import Space
from communities.content.services.tagging import MOST_TAGS
from communities.content.space_wishes import SpaceWishes
from communities.fields import one_line
from communities.figures import WholeField
from communities.launch.features import chosen_features
from communities.letters import is_slug, slug_of
from communities.models import Community, slug_rule

# The field of the form for each right.
FIELD_OF = {"read": "audience", "start": "posting", "reply": "replying"}
# What a circle says of being offered for a right.
OFFERED_FOR = {"read": "reads", "start": "starts", "reply": "replies"}
MOST_MINIMUM = 50
MOST_QUIET_DAYS = 1000
MOST_SLOW_MINUTES = 24 * 60
# Of a picture, in percent.
MIDDLE = 50


@dataclass(frozen=True)
class MoreOfCircle:
    """What one circle asks beside its name, for one right."""

    circle: Circle
    fields: list[forms.BoundField]


class SpaceForm(forms.Form):
    """Everything about one space. `kind` is fixed with its first day: its addresses and threads follow from it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    slug = forms.CharField(
        label=_("Address"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    description = forms.CharField(
        label=_("One sentence"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What it is for; shown under the name."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    drawing = forms.ChoiceField(label=_("Drawing"), choices=DRAWINGS, required=False)
    picture = forms.FileField(
        label=_("Or your own picture"),
        required=False,
        help_text=_("10 MB at most. It is shown small, as a square."),
        widget=forms.FileInput({"accept": "image/png,image/webp,image/jpeg", "class": "input"}),
    )
    remove_picture = forms.BooleanField(label=_("Remove the current picture"), required=False)
    focal_x = forms.IntegerField(label=_("From the left, %"), min_value=0, max_value=100, required=False)
    focal_y = forms.IntegerField(label=_("From the top, %"), min_value=0, max_value=100, required=False)
    parent = forms.ChoiceField(
        label=_("Inside"),
        required=False,
        help_text=_(
            "Only people who can read that one can read it. Following one does not follow the other."
        ),
    )
    audience = forms.ChoiceField(label=_("read it"))
    posting = forms.ChoiceField(label=_("start threads"))
    replying = forms.ChoiceField(label=_("reply to them"))
    starts = forms.MultipleChoiceField(
        label=_("What they start"), required=False, widget=forms.CheckboxSelectMultiple
    )
    prompt = forms.CharField(
        label=_("Starter prompt"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown beside the list and in the empty text box."),
    )
    template = forms.CharField(
        label=_("Begin texts with"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Put into the text box of a new thread: headings to fill in, for instance."),
    )
    mode = forms.ChoiceField(label=_("Moderation"), required=False, widget=forms.RadioSelect)
    order = forms.ChoiceField(label=pgettext_lazy("of a list", "Order"))
    required_tags = WordsField(
        label=_("Required tags"),
        most=MOST_TAGS,
        help_text=_("Separated by commas. Every new thread needs at least one of them."),
    )
    minimum = WholeField(
        label=_("Shown from this many threads"),
        min_value=0,
        max_value=MOST_MINIMUM,
        help_text=_("During a launch, a space with fewer is folded: left out of lists, still readable."),
    )
    quiet_days = WholeField(
        label=_("Folded after this many days without a text"),
        min_value=7,
        max_value=MOST_QUIET_DAYS,
        required=False,
        help_text=_("At any time. It comes back with its next text. Empty: it is always listed."),
    )
    slow_minutes = WholeField(
        label=_("Minutes between two replies of a person"),
        min_value=1,
        max_value=MOST_SLOW_MINUTES,
        required=False,
        help_text=_("In each thread, for everybody but the team: it calms a heated one. Empty: no wait."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    # What a circle asks is needed where it is chosen, and only there.
    use_required_attribute = False

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        kind: Kind,
        community: Community,
        space: Space | None = None,
    ) -> None:
        self.kind, self.space = kind, space
        self.rights = [right for right in RIGHTS if kind.has_replies or right != REPLY]
        let_in = space.let_in if space is not None else {}
        super().__init__(data, files, initial=_values(space, kind))
        self.circles = {right: self._offered(right, community) for right in self.rights}
        for right in self.rights:
            name = FIELD_OF[right]
            self._choices(name, [(one.name, one.label) for one in self.circles[right]])
        languages = [(code, label) for code, label in settings.LANGUAGES if code in community.all_languages]
        self._choices("language", [("", _("Same as the community")), *languages])
        self._choices("mode", [("", _("Same as the community")), *Community.Mode.choices])
        above = spaces_above(kind, space)
        self._choices("parent", [("", _("none: it is on its own")), *above])
        self._choices("order", list(kind.orders.items()))
        offered = [(one.name, one.label) for one in kind.thread_kinds if one.offered]
        self._choices("starts", offered)
        self._add_switches(community)
        self.more: dict[str, list[str]] = {}
        for right in self.rights:
            self._add_circles(right, let_in.get(right) or {})
        self._leave_out(offered, above, community)

    def _leave_out(self, offered: list[Any], above: list[Any], community: Community) -> None:
        """The fields without a choice."""
        none = {
            "parent": not above,
            "language": len(community.all_languages) < 2,
            "order": len(self.kind.orders) < 2,
            "starts": len(offered) < 2,
            "replying": not self.kind.has_replies,
            "slow_minutes": not self.kind.has_replies,
            "remove_picture": self.space is None or not self.space.picture,
        }
        for name, is_left_out in none.items():
            if is_left_out:
                del self.fields[name]

    def _offered(self, right: str, community: Community) -> list[Circle]:
        """The circles of a right, less those of parts that the community has not; what a space has stays its choice."""
        present, parts = str(self.initial.get(FIELD_OF[right], "")), {"", *chosen_features(community)}
        fit = [one for one in CIRCLES if getattr(one, OFFERED_FOR[right])]
        if right == READ:
            named = self.kind.readers
            fit = [one for one in fit if (one.name in named if named else not one.only_named)]
        return [one for one in fit if one.feature in parts or one.name == present]

    def _add_switches(self, community: Community) -> None:
        """One box for each switch of its kind; of a part that the community has not, only where it is on."""
        parts = chosen_features(community)
        for one in self.kind.switches:
            is_on = self.space is not None and self.space.has(one.name)
            if is_on or one.feature in parts:
                self.fields[f"switch-{one.name}"] = forms.BooleanField(
                    label=str(one.label), help_text=str(one.help_text), required=False, initial=is_on
                )

    @property
    def switches(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("switch-")]

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _add_circles(self, right: str, said: Mapping[str, Any]) -> None:
        present = str(self.initial.get(FIELD_OF[right], ""))
        for circle in self.circles[right]:
            for name, field in circle.fields(said if circle.name == present else {}).items():
                field.required = True
                self.fields[f"{right}-{circle.name}-{name}"] = field
                self.more.setdefault(f"{right}-{circle.name}", []).append(name)

    def whom(self) -> Iterator[tuple[forms.BoundField, list[MoreOfCircle]]]:
        """Each right with what its circles ask beside their names, for the page."""
        for right in self.rights:
            more = [
                MoreOfCircle(circle, [self[f"{right}-{circle.name}-{name}"] for name in names])
                for circle in CIRCLES
                if (names := self.more.get(f"{right}-{circle.name}"))
            ]
            yield self[FIELD_OF[right]], more

    def _clean_fields(self) -> None:
        """The circles say themselves what they miss, in words of their own."""
        asked = [self.fields[f"{key}-{name}"] for key, names in self.more.items() for name in names]
        for field in asked:
            field.required = False
        super()._clean_fields()  # type: ignore[misc]
        for field in asked:
            field.required = True

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip().lower()
        if slug and not is_slug(slug):
            slug_rule(slug)
        return slug

    def clean_name(self) -> str:
        return one_line(str(self.cleaned_data["name"]))

    def clean_required_tags(self) -> tuple[str, ...]:
        words: tuple[str, ...] = self.cleaned_data["required_tags"]
        if any(not slug_of(word) for word in words):
            raise forms.ValidationError(_("A tag needs a letter or a digit."))
        return words

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.let_in: dict[str, dict[str, Any]] = {}
        for right in self.rights:
            circle = CIRCLES.get(cleaned.get(FIELD_OF[right], ""))
            names = self.more.get(f"{right}-{circle.name}", []) if circle else []
            if circle is None or not names:
                continue
            prefix = f"{right}-{circle.name}-"
            try:
                self.let_in[right] = circle.said_by({one: cleaned.get(prefix + one) for one in names})
            except forms.ValidationError as refused:
                for one, words in refused.message_dict.items():
                    self.add_error(prefix + one, words)
        return cleaned

    def wishes(self) -> SpaceWishes:
        data = self.cleaned_data
        plain = ("name", "slug", "description", "prompt", "audience", "posting", "mode")
        return SpaceWishes(
            **{name: data[name] for name in plain},
            # What is never answered asks not by whom, and keeps what it has.
            replying=data.get("replying") or str(self.initial["replying"]),
            language=data.get("language", ""),
            parent_id=int(data.get("parent") or 0) or None,
            # A picture takes the place of a drawing, which comes back when it is removed.
            drawing=data["drawing"],
            let_in=self.let_in,
            starts=tuple(data.get("starts", ())),
            switches=tuple(one.name for one in self.kind.switches if data.get(f"switch-{one.name}")),
            required_tags=data["required_tags"],
            order=data.get("order", ""),
            template=data["template"],
            minimum=data["minimum"],
            quiet_days=data["quiet_days"],
            slow_minutes=data.get("slow_minutes"),
            # The middle is where every picture is cut that says nothing.
            focal_x=None if data["focal_x"] == MIDDLE else data["focal_x"],
            focal_y=None if data["focal_y"] == MIDDLE else data["focal_y"],
        )

    def readers_mark(self) -> str:
        """Names the circle of readers that was asked about, so that a yes is a yes to it."""
        wishes = self.wishes()
        said = [wishes.audience, wishes.let_in.get("read", {}), wishes.parent_id]
        return json.dumps(said, sort_keys=True)


def _values(space: Space | None, kind: Kind) -> dict[str, Any]:
    """What the form shows first."""
    if space is None:
        return {
            "audience": "public",
            "posting": "members",
            "replying": "members",
            "minimum": kind.minimum,
            "mode": "",
            "focal_x": MIDDLE,
            "focal_y": MIDDLE,
            "starts": [one.name for one in kind.thread_kinds if one.offered],
            **kind.first_circles,
        }
    plain = (
        "name",
        "slug",
        "description",
        "language",
        "drawing",
        "audience",
        "posting",
        "replying",
        "prompt",
        "template",
        "mode",
        "order",
        "minimum",
        "focal_x",
        "focal_y",
        "version",
    )
    return {
        **{name: getattr(space, name) for name in plain},
        "quiet_days": space.quiet_days or None,
        "slow_minutes": space.slow_minutes or None,
        "parent": space.parent_id or "",
        "starts": list(space.starts),
        "required_tags": ", ".join(space.required_tags),
    }


class KindForm(forms.Form):
    """What a new space holds."""

    kind = forms.ChoiceField(label=_("What it holds"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, kinds: list[Kind], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.name, kind.label) for kind in kinds]


class MoveForm(forms.Form):
    """Where the threads of a space go."""

    target = forms.ChoiceField(label=_("Move them to"))
    sure = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, targets: list[Space], **options: Any) -> None:
        super().__init__(*args, **options)
        self.spaces = {str(space.pk): space for space in targets}
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *((str(space.pk), space.full_name) for space in targets)]

    @property
    def chosen(self) -> Space:
        return self.spaces[self.cleaned_data["target"]]

    @property
    def target_name(self) -> str:
        return self.chosen.name
