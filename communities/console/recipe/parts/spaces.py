"""Spaces: each with what it invites to write, and one draft to begin with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from django import forms
from django.db.models import F
from django.utils.html import linebreaks
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.parts.base import Made, Part, PartForm, Wish
from communities.console.recipe.parts.forms import Row, Rows
from communities.console.recipe.schema import At, choice, choices, flag, mapping, rows, texts
from communities.content.kinds import KINDS, Switch
from communities.content.models import Space, State, Thread
from communities.content.services import discard_draft, start_thread
from communities.content.services.arranging import RESERVED
from communities.launch.features import chosen_features
from communities.letters import is_slug, slug_of
from communities.memory import forget_all
from communities.models import Community, Membership

MOST = 12
TEXTS = ("name", "description", "prompt", "first_title", "first_body")
LENGTHS = {"name": 80, "description": 600, "prompt": 200, "first_title": 200, "first_body": 3_000}
PLAIN = ("slug", "kind", "drawing", "audience", "posting", "asks", "mode")


class SpaceRow(Row):
    kept = ("slug", "drawing", "first_outline", "switches")

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"))
    description = forms.CharField(
        label=_("Description"), max_length=600, widget=forms.Textarea({"rows": 2, "class": "input"})
    )
    prompt = forms.CharField(
        label=_("Invitation to write"),
        max_length=200,
        required=False,
        help_text=_("The question that an empty page asks."),
    )
    audience = forms.ChoiceField(label=_("Who may read"))
    posting = forms.ChoiceField(label=_("Who may start threads"))
    asks = forms.BooleanField(label=_("Threads are questions"), required=False)
    mode = forms.ChoiceField(label=_("Moderation"), required=False)
    first_title = forms.CharField(
        label=_("Title of the first text"),
        max_length=200,
        required=False,
        help_text=_("It becomes a draft of the owner’s, to be edited and published. Empty: no draft."),
    )
    first_body = forms.CharField(
        label=_("The first text"),
        max_length=3_000,
        required=False,
        widget=forms.Textarea({"rows": 5, "class": "input"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ChoiceField", self.fields["kind"]).choices = [(kind.name, kind.label) for kind in KINDS]
        for name, labels in whom().items():
            cast("forms.ChoiceField", self.fields[name]).choices = list(labels.items())
        modes = [("", _("Same as the community")), *Community.Mode.choices]
        cast("forms.ChoiceField", self.fields["mode"]).choices = modes

    @property
    def value(self) -> dict[str, Any]:
        """Whoever rewrites the outline of a first text has written it."""
        said = super().value
        return said | {"first_outline": False} if "first_body" in self.changed_data else said

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("first_title", "").strip()) != bool(data.get("first_body", "").strip()):
            empty = "first_body" if data.get("first_title") else "first_title"
            self.add_error(empty, gettext("A first text has a title and a text, or neither."))
        return data


class SpacesPart(Part):
    name = "spaces"
    label = _("Spaces")
    says = _(
        "Few, so that none stays empty. Each begins with one draft, which nobody sees until you publish it."
    )
    order = 20
    template = "recipe/part_spaces.html"
    short_in_its_words = True

    def read(self, said: Any, at: At) -> list[dict[str, Any]]:
        return rows(said, at, _read_space, most=MOST)

    def propose(self, wish: Wish) -> list[dict[str, Any]]:
        spaces = wish.blueprint.parts.get(self.name, ())
        return [
            {name: one[name] for name in (*PLAIN, "first_outline")}
            | {name: wish.words(one[name]) if one[name] else "" for name in TEXTS}
            | {"slug": _address_of(one, wish), "switches": _on(one, wish.modules)}
            for one in spaces
            if KINDS[one["kind"]].feature in wish.modules
        ]

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        return Rows(SpaceRow, values, data, most=MOST, least=1, check=_two_of_a_name)

    def shown(self, values: Any, wish: Wish) -> dict[str, Any]:
        labels = whom()
        modes = dict(Community.Mode.choices)
        lines = [
            one
            | {
                "reads": labels["audience"][one["audience"]],
                "writes": labels["posting"][one["posting"]],
                "mode_label": modes.get(one["mode"], ""),
                "also": [known.label for known in _switches(one) if known.name in one.get("switches", ())],
            }
            for one in values
        ]
        # With a plan, who may read a space does so from the stage on that lets them in.
        return {"lines": lines, "in_stages": bool(wish.blueprint.parts.get("plan"))}

    def short(self, values: Any, wish: Wish) -> str:
        return ", ".join(one["name"] for one in values)

    def missing(self, community: Community, values: Any) -> Any:
        known = set(Space.objects.values_list("slug", flat=True))
        return [one for one in values if _slug(one) not in known]

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        new = self.missing(community, values)
        if not new:
            return None
        first = Space.objects.count()
        spaces, drafts = [], []
        for place, one in enumerate(new, first):
            space = Space.objects.create(
                language=community.language,
                slug=_slug(one),
                place=place,
                **{name: one[name] for name in (*PLAIN[1:], "name", "description", "prompt")}
                | {"audience": KINDS[one["kind"]].audience(one["audience"])},
                settings=_settings(one, chosen_features(community)),
            )
            spaces.append(space.pk)
            if one["first_title"]:
                drafts.append(_first_draft(space, one, by=by, community=community).pk)
        forget_all()
        words = ngettext("%(n)s space: %(names)s", "%(n)s spaces: %(names)s", len(new)) % {
            "n": len(new),
            "names": ", ".join(one["name"] for one in new),
        }
        return Made(words, {"spaces": spaces, "drafts": drafts})

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        drafts = Thread.objects.filter(pk__in=kept["drafts"])
        untouched = drafts.filter(state=State.DRAFT, version=1)
        spaces = Space.objects.filter(pk__in=kept["spaces"])
        written = Thread.objects.filter(space__in=spaces).exclude(pk__in=untouched.values("pk"))
        # What a manager has put into one of them since.
        added = Space.objects.filter(parent__in=spaces).exclude(pk__in=kept["spaces"])
        if written.exists() or added.exists():
            raise WrittenSince
        for draft in untouched.select_related("space"):
            discard_draft(draft, by=draft.author or by)
        for space in spaces.order_by(F("parent").asc(nulls_last=True)):
            space.delete()
        forget_all()

    def describe(self, community: Community) -> list[dict[str, Any]]:
        spaces = Space.objects.filter(archived=False, kind__in=[kind.name for kind in KINDS])
        return [_described(space, community) for space in spaces.order_by("place", "id")[:MOST]]


def whom() -> dict[str, dict[str, Any]]:
    """Who may read and who may start threads, as far as no name of a person or role is needed; in words."""
    names = {"audience": Space.Audience.values, "posting": Space.Posting.values}
    labels = {field: dict(cast("Any", Space._meta.get_field(field)).flatchoices) for field in names}
    return {field: {name: labels[field][name] for name in known} for field, known in names.items()}


def _read_space(said: Any, at: At) -> dict[str, Any]:
    found = mapping(
        said,
        at,
        needed=["slug", "kind", "name", "description", "prompt", "first"],
        optional=["drawing", "audience", "posting", "asks", "mode", "switches"],
    )
    if not isinstance(found["slug"], str) or not is_slug(found["slug"]):
        raise (at / "slug").refuse("must be small letters, figures and hyphens")
    # A community’s own blueprint takes no texts along.
    at_first = at / "first"
    said_first = found["first"]
    first = (
        mapping(said_first, at_first, needed=["title", "body"], optional=["outline"]) if said_first else {}
    )
    kind = choice(found["kind"], at / "kind", [kind.name for kind in KINDS])
    known = [one.name for one in KINDS[kind].switches]
    return {
        "slug": found["slug"],
        "kind": kind,
        "switches": choices(found.get("switches", []), at / "switches", known, least=0),
        "drawing": str(found.get("drawing", "pages")),
        "audience": choice(found.get("audience", "public"), at / "audience", Space.Audience.values),
        "posting": choice(found.get("posting", "members"), at / "posting", Space.Posting.values),
        "asks": flag(found.get("asks", False), at / "asks"),
        "mode": choice(found.get("mode", ""), at / "mode", ["", *Community.Mode.values]),
        "name": texts(found["name"], at / "name", most=LENGTHS["name"]),
        "description": _maybe(found["description"], at / "description", LENGTHS["description"]),
        "prompt": _maybe(found["prompt"], at / "prompt", LENGTHS["prompt"]),
        "first_title": texts(first["title"], at_first / "title", most=200) if first else {},
        "first_body": texts(first["body"], at_first / "body", most=3_000) if first else {},
        # Says what could stand there: its author writes it before it is published.
        "first_outline": flag(first.get("outline", False), at_first / "outline"),
    }


def _switches(one: Mapping[str, Any]) -> tuple[Switch, ...]:
    """What a space of this kind can be besides; its kind may have been changed since."""
    return KINDS[one["kind"]].switches


def _on(one: Mapping[str, Any], features: Collection[str]) -> list[str]:
    """The switches that are on, as far as what they need is there: without it nobody could write."""
    # Values of a recipe that was edited before there were switches know nothing of them.
    wished = one.get("switches", ())
    return [known.name for known in _switches(one) if known.name in wished and known.feature in features]


def _settings(one: Mapping[str, Any], features: Collection[str]) -> dict[str, Any]:
    on = _on(one, features)
    return {"switches": on} if on else {}


def _maybe(said: Any, at: At, most: int) -> dict[str, str]:
    """A text, or nothing: a community’s own space may have none."""
    return texts(said, at, most=most) if said else {}


def _two_of_a_name(values: list[dict[str, Any]]) -> str:
    slugs = [_slug(one) for one in values]
    if "" in slugs:
        return gettext("A space’s name needs letters or digits.")
    return gettext("Two spaces have the same name.") if len(set(slugs)) < len(slugs) else ""


def _address_of(said: Mapping[str, Any], wish: Wish) -> str:
    """The address that a blueprint says is in its first language; in another one it is made of the name."""
    known = list(said["name"])
    is_translated = wish.language in known[1:]
    return (is_translated and slug_of(wish.words(said["name"]), 78)) or str(said["slug"])


def _slug(one: Mapping[str, Any]) -> str:
    """Its address: its own, or one made of its name that means nothing else."""
    slug = str(one.get("slug") or slug_of(str(one["name"]), 78))
    return f"{slug}-2" if slug in RESERVED else slug


def _first_draft(space: Space, one: Mapping[str, Any], *, by: Membership, community: Community) -> Thread:
    draft = _laid_out(space, one, by=by, community=community)
    # Values of a recipe that was edited before there were outlines know nothing of them.
    if one.get("first_outline"):
        Thread.objects.filter(pk=draft.pk).update(outline=True)
    return draft


def _laid_out(space: Space, one: Mapping[str, Any], *, by: Membership, community: Community) -> Thread:
    """In the kind’s own way, where it has one."""
    kind = KINDS[space.kind]
    body = linebreaks(one["first_body"], autoescape=True)
    own = kind.first_draft(space, title=one["first_title"], body=body, by=by, community=community)
    if own is not None:
        return own
    begun = next((known for known in kind.thread_kinds if known.asks == space.asks), kind.thread_kinds[0])
    draft: Thread = start_thread(
        space,
        by=by,
        community=community,
        kind=begun.name,
        title=one["first_title"],
        body=body,
        state=State.DRAFT,
    )
    return draft


def _described(space: Space, community: Community) -> dict[str, Any]:
    language = space.language or community.language
    plain = {name: getattr(space, name) for name in PLAIN}
    for name, known in whom().items():
        # Whom a recipe cannot name (roles, people with a value of a field) it does not let in.
        plain[name] = plain[name] if plain[name] in known else "team"
    worded = {name: getattr(space, name) for name in ("name", "description", "prompt")}
    return (
        plain
        | {name: {language: text} if text else None for name, text in worded.items()}
        | {"first": None, "drawing": space.drawing or "pages"}
        | {"switches": [one.name for one in KINDS[space.kind].switches if space.has(one.name)]}
    )
