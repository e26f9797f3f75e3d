from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from communities.content.images import PORTRAIT_POINT
from communities.fields import one_line
from communities.launch.forms import check_handle
from communities.models import Community, Membership
from communities.navigation import HOME_PAGE, start_pages_of
from communities.people.fields.answering import OwnAnswers
from communities.people.models import ProfileFile

DRAWN = tuple(f"p{number}" for number in range(1, 13))
# Chosen beside the drawn ones: none of them.
INITIALS = "initials"


class ProfileForm(forms.ModelForm):
    """What others see of a member here. Only the name is required."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("A square of at least 400 pixels. Location and time of the photo are removed."),
        widget=forms.FileInput(
            attrs={
                "accept": "image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic",
                "class": "input",
            }
        ),
    )
    # Of the picture that is sent: what is kept of it is a square, and not the whole.
    focal_x = forms.IntegerField(label=_("From the left, %"), min_value=0, max_value=100, required=False)
    focal_y = forms.IntegerField(label=_("From the top, %"), min_value=0, max_value=100, required=False)
    remove_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    drawn = forms.ChoiceField(required=False, choices=[(name, name) for name in (INITIALS, *DRAWN)])

    class Meta:
        model = Membership
        fields = ("display_name", "handle", "headline", "place", "bio")
        widgets = {
            "display_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "handle": forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
            ),
            "bio": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "handle": _("How others mention you. Your former handle leads here."),
            "headline": _("A few words beside your name, such as what you do."),
            "bio": _("Start with what people can ask you."),
        }

    def __init__(
        self, *args: Any, community: Community, sent_files: Sequence[ProfileFile] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.initial["focal_x"], self.initial["focal_y"] = PORTRAIT_POINT
        self.own = OwnAnswers(self, community, self.instance.profile, sent_files)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.own.check_files()
        return cleaned

    def clean_display_name(self) -> str:
        name = one_line(str(self.cleaned_data["display_name"]))
        if not name:
            raise forms.ValidationError(self.fields["display_name"].error_messages["required"])
        return name

    def clean_handle(self) -> str:
        return check_handle(str(self.cleaned_data["handle"]), own=self.instance)

    def _point(self) -> tuple[int, int]:
        """An emptied field means the usual place."""
        said = self.cleaned_data["focal_x"], self.cleaned_data["focal_y"]
        left, top = (usual if one is None else one for one, usual in zip(said, PORTRAIT_POINT, strict=True))
        return left, top

    def acts(self) -> dict[str, Any]:
        """The arguments of the service."""
        data = self.cleaned_data
        return {
            "handle": data["handle"],
            "portrait": data["picture"],
            "portrait_point": self._point(),
            "drawing": None if data["drawn"] == INITIALS else data["drawn"],
            "remove_portrait": data["remove_picture"],
            "display_name": data["display_name"],
            "headline": data["headline"],
            "place": data["place"],
            "bio": data["bio"],
            "answers": self.own.answers(),
        }


class PreferencesForm(forms.ModelForm):
    """How this community speaks to a member."""

    class Meta:
        model = Membership
        fields = ("language", "start_page")

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        super().__init__(*args, **options)
        names = dict(settings.LANGUAGES)
        offered = [(code, names[code]) for code in community.all_languages if code in names]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of pages and e-mails"), choices=offered, widget=forms.RadioSelect
        )
        if not self.initial.get("language"):
            self.initial["language"] = community.language
        self._offer_start_pages()

    def _offer_start_pages(self) -> None:
        """Only to whom more than the home page is open; empty is the usual page of their role."""
        offered = [(page.name, page.label) for page in start_pages_of(self.instance)]
        if offered:
            usual = _("The usual one of your role")
            self.fields["start_page"] = forms.ChoiceField(
                label=_("After signing in you see"),
                choices=[("", usual), (HOME_PAGE, _("The home page")), *offered],
                required=False,
                widget=forms.RadioSelect,
            )
        else:
            del self.fields["start_page"]


class LeaveForm(forms.Form):
    """What is to become of one's texts."""

    posts = forms.ChoiceField(
        label=_("What you wrote"),
        choices=[
            ("keep", _("Keep it, signed “Former member”")),
            ("delete", _("Delete it, with my pictures and reactions: others see that something was there")),
        ],
        initial="keep",
        widget=forms.RadioSelect,
    )
