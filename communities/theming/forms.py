"""How Django's forms are drawn: labels above, help under, errors beside the field."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, widgets
from django.forms.renderers import TemplatesSetting
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

# Controls with a look of their own; everything else is a box that takes text.
_UNBOXED = (
    widgets.CheckboxInput,
    widgets.RadioSelect,
    widgets.CheckboxSelectMultiple,
    widgets.FileInput,
    widgets.HiddenInput,
)
# These inputs always have a value; HTML knows no required one.
_ALWAYS_FILLED = ("range", "color")


class Field(BoundField):
    """A field that knows its component: `kind` picks the markup in components/field.html."""

    # What somebody else has kept of it while it was typed, to be compared.
    kept_now = ""

    @property
    def aria_describedby(self) -> str | None:
        said = super().aria_describedby
        return f"{said or ''} {self.auto_id}_kept".strip() if self.kept_now else said

    @property
    def kind(self) -> str:
        widget = self.field.widget
        if isinstance(widget, (widgets.RadioSelect, widgets.CheckboxSelectMultiple)):
            return "choices"
        if isinstance(widget, widgets.CheckboxInput):
            return "choice"
        return "input"

    @property
    def says_optional(self) -> bool:
        """Whether the label says that no answer is needed.

        Boxes to tick say it where a person is asked (`says_optional` of their widget), radio buttons while none of them
        is chosen and none of them means “nothing”. A field that is needed in some cases says which, and not this
        (`says_optional` of its widget is False).
        """
        widget = self.field.widget
        if self.field.required:
            return False
        # Boxes first: to Django they are a sort of radio buttons.
        if isinstance(widget, widgets.CheckboxSelectMultiple):
            return bool(getattr(widget, "says_optional", False))
        if isinstance(widget, widgets.RadioSelect):
            return self.value() is None and "" not in dict(widget.choices)
        return bool(getattr(widget, "says_optional", True))

    def as_widget(self, *args: Any, **options: Any) -> SafeString:
        """With the script that keeps what is typed, where this is a longer text and no editor; of a file, what was
        chosen."""
        drawn = super().as_widget(*args, **options)
        if not (script := _script_of(self.field.widget)):
            return drawn
        return format_html('{}<script type="module" src="{}"></script>', drawn, static(script))

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: widgets.Widget | None = None
    ) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        used = widget or self.field.widget
        if getattr(used, "input_type", "") in _ALWAYS_FILLED:
            attrs.pop("required", None)
        own = str(used.attrs.get("class", ""))
        if not isinstance(used, _UNBOXED) and "input" not in own.split() and "range" not in own.split():
            attrs["class"] = f"input {own}".strip()
        if address := kept_address(used):
            attrs["data-kept"] = address
        return attrs


def _script_of(widget: widgets.Widget) -> str:
    if isinstance(widget, widgets.FileInput):
        return "" if getattr(widget, "is_fallback", False) else "js/files.mjs"
    return "js/kept.mjs" if kept_address(widget) else ""


def kept_address(widget: widgets.Widget) -> str:
    """Where what is typed into a longer text is kept as a draft; empty where it is not.

    Not for one that says so (`data-unkept`: addresses and names of other people, codes, what is only tried), nor for
    the editor, which sees to it itself (`keeps_itself`), nor on pages of the platform, where nobody is a member.
    """
    if not isinstance(widget, widgets.Textarea) or "data-unkept" in widget.attrs:
        return ""
    return "" if getattr(widget, "keeps_itself", False) else draft_address()


def draft_address() -> str:
    """Where drafts are kept; empty on pages of the platform."""
    try:
        return reverse("content:keep-unsent")
    except NoReverseMatch:
        return ""


class FormRenderer(TemplatesSetting):
    """Named in settings.FORM_RENDERER; written `{{ form }}` or `{{ form.field.as_field_group }}`."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = Field
