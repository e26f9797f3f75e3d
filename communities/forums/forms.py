from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.content.forms import BodyForm, suit_space
from communities.content.models import Space
from communities.content.nesting import name_behind
from communities.content.tag_input import TagsField
from communities.fields import one_line
from communities.forums.models import QUESTION, TOPIC


class TitleField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Title"))
        options.setdefault("max_length", 200)
        options.setdefault("error_messages", {"required": _("Say in one sentence what it is about.")})
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return one_line(str(super().to_python(value)))


WHAT_IT_IS = [
    (QUESTION, _("A question: somebody can answer it")),
    (TOPIC, _("A topic: people can discuss it")),
]
# Fields of a new thread that say where it goes.
PLACING = ("space", "kind", "tags")


class StartThreadForm(BodyForm):
    """A new topic or question in a space."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=WHAT_IT_IS,
        widget=forms.RadioSelect,
        initial=TOPIC,
    )
    title = TitleField()
    tags = TagsField()

    field_order = ["kind", "title", "body"]
    keeps = False

    def __init__(
        self, *args: Any, space: Space, kinds: Collection[str], tagged: bool = True, **options: Any
    ) -> None:
        """`kinds` are the thread kinds that this person may start there; `tagged` where there are tags."""
        self._begin(args, options, key=f"start:{space.slug}", kinds=kinds, tagged=tagged)
        suit_space(self, space)
        if space.asks:
            self.fields["title"].label = _("Your question, in one sentence")
            # Too long to stand in the field: the label stands above it.
            del self.fields["title"].widget.attrs["placeholder"]
            self.fields["title"].help_text = _("What happens, and what you want to know.")
            self.fields["body"].label = _("The details")

    def _begin(
        self, args: Any, options: dict[str, Any], *, key: str, kinds: Collection[str], tagged: bool
    ) -> None:
        super().__init__(*args, key=key, **options)
        if not tagged:
            del self.fields["tags"]
        self.fields["title"].widget.attrs |= {
            "class": "title-input",
            "data-similar": "near",
            "autocomplete": "off",
            "placeholder": _("Title"),
        }
        shown = self.fields["kind"]
        assert isinstance(shown, forms.ChoiceField)
        offered = [choice for choice in WHAT_IT_IS if choice[0] in kinds]
        if len(offered) == 1:
            self.fields["kind"] = forms.ChoiceField(
                choices=offered, widget=forms.HiddenInput, initial=offered[0][0]
            )
        elif offered:
            shown.choices = offered

    def placing(self) -> list[forms.BoundField]:
        """Where it goes and what it is: asked after what it says."""
        return [field for field in self.visible_fields() if field.name in PLACING]

    def others(self) -> list[forms.BoundField]:
        said = {*PLACING, "title", "body", "picture_alt"}
        return [field for field in self.visible_fields() if field.name not in said]

    def arguments(self) -> dict[str, Any]:
        """What `start_thread` takes."""
        return {
            name: self.cleaned_data[name]
            for name in ("kind", "title", "body", "body_format", "tags", "submission")
            if name in self.fields
        }


class StartSomewhereForm(StartThreadForm):
    """The same, in a space that is chosen with it."""

    space = forms.ChoiceField(
        label=_("Where does it go?"),
        help_text=_("Choose the space whose readers know your subject."),
        error_messages={
            "required": _("Choose a space."),
            "invalid_choice": _("Nothing can be started in this space. Choose another."),
        },
    )

    field_order = ["space", "kind", "title", "body"]

    def __init__(
        self,
        *args: Any,
        spaces: Collection[Space],
        readable: Collection[int],
        kinds_of: Mapping[str, Collection[str]],
        tagged: bool = True,
        **options: Any,
    ) -> None:
        """`kinds_of` are the thread kinds that this person may start, by the slug of the space."""
        every = {kind for kinds in kinds_of.values() for kind in kinds}
        self._begin(args, options, key="start:", kinds=every, tagged=tagged)
        self.spaces = {space.slug: space for space in spaces}
        self.kinds_of = kinds_of
        shown = self.fields["space"]
        assert isinstance(shown, forms.ChoiceField)
        named = [(slug, name_behind(space, readable)) for slug, space in self.spaces.items()]
        shown.choices = [("", "—"), *named]

    def clean_space(self) -> Space:
        return self.spaces[self.cleaned_data["space"]]

    def clean(self) -> dict[str, Any]:
        """In a space that does not take what was chosen, it is what the space takes."""
        data = super().clean() or self.cleaned_data
        space = data.get("space")
        kinds = list(self.kinds_of[space.slug]) if space else []
        if kinds and data.get("kind") not in kinds:
            data["kind"] = kinds[0]
        return data


class EditThreadForm(forms.Form):
    """Title and tags; the text is a post and has a page of its own."""

    title = TitleField()
    tags = TagsField()

    def __init__(self, *args: Any, tagged: bool = True, **options: Any) -> None:
        """`tagged` where there are tags."""
        super().__init__(*args, **options)
        if not tagged:
            del self.fields["tags"]


class LockForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"), max_length=200, required=False, help_text=_("Everybody reads this above the thread.")
    )


class ReadForm(forms.Form):
    position = forms.IntegerField(min_value=1, max_value=2**31 - 1)
