"""House rules and the words of welcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.parts.base import Made, Part, PartForm, Wish
from communities.console.recipe.parts.forms import Row, Rows
from communities.console.recipe.schema import At, choice, mapping, rows, shared, texts
from communities.letters import fold
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.texts.exceptions import NothingToDo
from communities.texts.services import RuleWords, propose_rules, rules_to_be, take_rules_out

MOST_RULES = 12
LONGEST_RULE, LONGEST_REASON = 300, 600  # signs


class RuleRow(Row):
    title_field = "rule"

    rule = forms.CharField(label=_("Rule"), max_length=LONGEST_RULE)
    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, help_text=_("A rule that cannot say why is not a rule.")
    )


class RulesPart(Part):
    name = "rules"
    label = _("House rules")
    says = _("Each with its reason. Decisions of moderators name the rule they rest on.")
    order = 50
    template = "recipe/part_rules.html"

    def read(self, said: Any, at: At) -> list[dict[str, Any]]:
        def read_rule(one: Any, here: At) -> dict[str, Any]:
            if isinstance(one, str):
                one = shared("rules")[choice(one, here, shared("rules"))]
            found = mapping(one, here, needed=["rule", "reason"])
            reason = found["reason"]
            return {
                "rule": texts(found["rule"], here / "rule", most=LONGEST_RULE),
                "reason": texts(reason, here / "reason", most=LONGEST_REASON),
            }

        return rows(said, at, read_rule, most=MOST_RULES)

    def propose(self, wish: Wish) -> list[dict[str, Any]]:
        said = wish.blueprint.parts.get(self.name, ())
        return [{"rule": wish.words(one["rule"]), "reason": wish.words(one["reason"])} for one in said]

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        return Rows(RuleRow, values, data, most=MOST_RULES)

    def short(self, values: Any, wish: Wish) -> str:
        return ngettext("%(n)s rule", "%(n)s rules", len(values)) % {"n": len(values)}

    def missing(self, community: Community, values: Any) -> Any:
        known = {fold(words) for one in rules_to_be() for words in one["rule"].values()}
        return [one for one in values if fold(one["rule"]) not in known]

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        new = self.missing(community, values)
        if not new:
            return None
        propose_rules(community, by=by, rules=_rules(community, new))
        words = ngettext("%(n)s rule", "%(n)s rules", len(new)) % {"n": len(new)}
        return Made(words, {"rules": new})

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        try:
            take_rules_out(community, by=by, rules=_rules(community, kept["rules"]))
        except NothingToDo as changed:
            raise WrittenSince from changed

    def describe(self, community: Community) -> list[dict[str, Any]] | None:
        return [
            {"rule": one["rule"], "reason": one["reason"]}
            for one in rules_to_be()[:MOST_RULES]
            if one.get("rule") and one.get("reason")
        ] or None


class WelcomeForm(forms.Form):
    tagline = forms.CharField(
        label=_("Tagline"), max_length=160, help_text=_("One sentence: what people find here.")
    )
    about = forms.CharField(
        label=_("About"), max_length=3_000, widget=forms.Textarea({"rows": 6, "class": "input"})
    )

    @property
    def values(self) -> dict[str, str]:
        return {"tagline": self.cleaned_data["tagline"], "about": self.cleaned_data["about"]}


class WelcomePart(Part):
    name = "welcome"
    label = _("Words of welcome")
    says = _("What the home page and the page about this place say.")
    order = 60
    template = "recipe/part_welcome.html"
    short_in_its_words = True

    def read(self, said: Any, at: At) -> dict[str, Any]:
        found = mapping(said, at, needed=["tagline", "about"])
        return {
            "tagline": texts(found["tagline"], at / "tagline", most=160),
            "about": texts(found["about"], at / "about", most=3_000),
        }

    def propose(self, wish: Wish) -> dict[str, str]:
        said = wish.blueprint.parts.get(self.name)
        return (
            {name: wish.words(words) for name, words in said.items()}
            if said
            else {"tagline": "", "about": ""}
        )

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        return WelcomeForm(data, initial=values)

    def short(self, values: Any, wish: Wish) -> str:
        return str(values.get("tagline", ""))

    def missing(self, community: Community, values: Any) -> Any:
        """Own words stay: only what is empty is filled."""
        return {name: words for name, words in values.items() if words and not getattr(community, name)}

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        new = self.missing(community, values)
        if not new:
            return None
        _set_words(community, new)
        return Made(gettext("Words of welcome"), new)

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        if any(getattr(community, name) != words for name, words in kept.items()):
            raise WrittenSince
        _set_words(community, dict.fromkeys(kept, ""))

    def describe(self, community: Community) -> dict[str, Any] | None:
        if not (community.tagline and community.about):
            return None
        own = {"tagline": community.tagline, "about": community.about[:3_000]}
        return {name: {community.language: words} for name, words in own.items()}


def _rules(community: Community, rules: Sequence[Mapping[str, str]]) -> list[RuleWords]:
    language = community.language
    return [RuleWords({language: one["rule"]}, {language: one["reason"]}) for one in rules]


def _set_words(community: Community, words: Mapping[str, str]) -> None:
    for name, text in words.items():
        setattr(community, name, text)
    Community.objects.filter(pk=community.pk).update(**words)
    transaction.on_commit(forget_all)
