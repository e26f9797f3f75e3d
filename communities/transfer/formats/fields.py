"""What several formats ask beside the file."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from communities.content.kinds import kind_for_import
from communities.content.models import Space
from communities.models import Community


class ImportForm(forms.Form):
    """Which space the texts go into, and in which language they are."""

    space = forms.ChoiceField(label=_("Goes into"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the texts"), required=False, help_text=_("For the search.")
    )

    # The format, as kinds of content name it; what a new space would be; what is assumed of the language.
    form = ""
    made = _("A new space")
    assumed = _("The language of this place")

    def __init__(self, data: Any = None, *, community: Community, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        kind = kind_for_import(self.form)[0].name
        spaces = Space.objects.filter(kind=kind, archived=False).in_order()
        choices = [("", self.made), *((one.slug, one.name) for one in spaces)]
        cast("forms.ChoiceField", self.fields["space"]).choices = choices
        languages = [("", self.assumed), *settings.LANGUAGES]
        cast("forms.ChoiceField", self.fields["language"]).choices = languages
