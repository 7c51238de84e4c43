"""What there is for me: six questions without an account, a list of one's own with one; and what a clause shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pilin.deciding.policies.columns import YES
from pilin.deciding.policies.conditions import evaluate, failing, missing
from pilin.deciding.policies.credit_code import code_of
from pilin.deciding.policies.facts import Fact
from pilin.deciding.policies.phrases import phrase, words_of
from pilin.engine import notices
from pilin.engine.models import Matter, Notice
from pilin.kit.facts import Facts, Link, rows_of
from pilin.kit.listing import Listing, columns_of
from pilin.kit.nav import NavItem
from pilin.people.actor import Actor, account_of, actor_of
from pilin.wording.reading import yuan
from pilin.wording.saying import say

from . import asked
from .matching import not_reached, reached
from .models import FACTS, FIRMS, FOR, PEOPLE, Clause, Grant, Profile

TITLE = gettext_lazy("What is there for me?")
LEAD = gettext_lazy(
    "Six questions, no account: which policies are for your firm or for you, and why."
)
NAV = NavItem(TITLE, "benefit:mine", "", LEAD)
LISTING = Listing(
    "clause",
    "benefits/",
    gettext_lazy("Policies to claim"),
    gettext_lazy("Each clause with its conditions, what it gives, and what is left of it."),
    columns=columns_of(Clause),
    related=("clause",),
    openings=("write",),
    more=lambda: Facts("", links=[Link(TITLE, reverse("benefit:mine"))]).context(),
)


#: Firms shown at once to an office.
MOST = 500
#: Fewer than so many of whom something is true are not told apart.
FEW = 5


@dataclass(frozen=True)
class Match:
    """A clause as it stands for whoever asks: `fits` True, False, or None where it hangs on `ask`."""

    clause: Clause
    fits: bool | None
    amount: Decimal | None
    ask: Sequence[str]
    fails: Sequence[str]


class FactsForm(forms.Form):
    """The facts asked for; what is not known stays empty."""

    def __init__(self, facts: Sequence[Fact], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for fact in facts:
            self.fields[asked.PREFIX + fact.name] = asked.field_of(fact)

    def given(self) -> dict[str, Any]:
        found = {n.removeprefix(asked.PREFIX): v for n, v in self.cleaned_data.items()}
        return {name: value for name, value in found.items() if name in FACTS and value is not None}


class ProfileForm(FactsForm):
    """What is kept: who it is about, the facts, and that they may be kept."""

    name = forms.CharField(label=gettext_lazy("What is it called?"), max_length=80, required=False)
    code = forms.CharField(
        label=gettext_lazy("Unified social credit code"), max_length=24, required=False
    )
    agreed = forms.BooleanField(
        label=gettext_lazy(
            "Keep this for my account, so that I am told of what fits. I can change and erase it."
        )
    )

    def __init__(self, facts: Sequence[Fact], data: Any = None, **kwargs: Any) -> None:
        super().__init__(facts, data, **kwargs)
        self.fields["agreed"] = self.fields.pop("agreed")  # to what stands above it

    def clean_code(self) -> str:
        raw = self.cleaned_data["code"]
        if raw and not code_of(raw):
            raise ValidationError(_("This is no credit code: its last character does not fit."))
        return code_of(raw)


def open_clauses(audience: str, on: date) -> list[Clause]:
    rows = Clause.objects.filter(matter__state="open", audience=audience, ends__gte=on)
    return [c for c in rows.select_related("matter").order_by("ends") if c.is_open(on)]


def matches(clauses: Sequence[Clause], given: Mapping[str, Any], on: date) -> list[Match]:
    """What fits first, then what hangs on something; what does not fit last."""
    found = []
    for clause in clauses:
        verdict = evaluate(clause.tree, given, on)
        fails = list(dict.fromkeys(map(phrase, failing(clause.tree, given, on))))
        amount = clause.benefit.amount(given) if clause.benefit and verdict is not False else None
        ask = [say(FACTS[name].title) for name in missing(clause.tree, given, on)]
        found.append(Match(clause, verdict, amount, ask, fails))
    order = {True: 0, None: 1, False: 2}
    return sorted(found, key=lambda match: order[match.fits])


@never_cache
@sensitive_post_parameters()
def mine(request: HttpRequest) -> HttpResponse:
    """Answers travel in the body, not in the address: no log of ours or of others keeps them."""
    audience = (request.POST or request.GET).get("for", FIRMS)
    audience = audience if audience in FOR else FIRMS
    on = timezone.localdate()
    clauses = open_clauses(audience, on)
    profile = _profile(request, audience)
    facts = asked.most_asked(clauses)
    given: dict[str, Any] | None = None
    if request.method == "POST":
        form = FactsForm(facts, request.POST)
        given = form.given() if form.is_valid() else None
        if given is not None and profile:  # of what was asked here, what stands here counts
            here = {fact.name for fact in facts}
            given |= {n: v for n, v in profile.values().items() if n not in here}
    else:
        form = FactsForm(facts, initial=_initial(profile))
        given = dict(profile.values()) if profile and profile.facts else None
    context = {
        "title": TITLE,
        "lead": LEAD,
        "form": form,
        "audience": audience,
        "audiences": FOR.items(),
        "matches": None if given is None else matches(clauses, given, on),
        "some": bool(clauses),
        "profile": profile,
    }
    return render(request, "benefit/mine.html", context)


@never_cache
@login_required
@sensitive_post_parameters()
def profile(request: HttpRequest) -> HttpResponse:
    """What an account has said of its firm or of itself: kept as long as they agree."""
    audience = (request.POST or request.GET).get("for", FIRMS)
    audience = audience if audience in FOR else FIRMS
    own = _profile(request, audience)
    facts = _facts(audience)
    if request.method == "POST":
        form = ProfileForm(facts, request.POST)
        if form.is_valid():
            _keep(request, audience, form, own)
            tell_what_fits(account_of(request).person, audience)
            messages.success(request, _("Kept. You are told of what fits."))
            return redirect(f"{reverse('benefit:mine')}?for={audience}")
    else:
        about = {"name": own.name, "code": own.code, "agreed": True} if own else {}
        form = ProfileForm(facts, initial={**about, **_initial(own)})
    if audience == PEOPLE:
        del form.fields["name"], form.fields["code"]
    context = {"form": form, "audience": audience, "profile": own, "title": FOR[audience]}
    return render(request, "benefit/profile.html", context)


@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    audience = request.POST.get("for", "")
    Profile.objects.filter(person=account_of(request).person, audience=audience).delete()
    messages.success(request, _("Erased."))
    return redirect(f"{reverse('benefit:mine')}?{urlencode({'for': audience})}")


def _keep(request: HttpRequest, audience: str, form: ProfileForm, own: Profile | None) -> None:
    """Facts that did not change keep their day."""
    today, before = timezone.localdate().isoformat(), own.facts if own else {}
    facts = {}
    for name, value in form.given().items():
        was = before.get(name)
        same = was is not None and was["value"] == value
        facts[name] = was if same else {"value": value, "as_of": today, "from": "self"}
    said = {n: form.cleaned_data.get(n, "") for n in ("name", "code")}
    Profile.objects.update_or_create(
        person=account_of(request).person,
        audience=audience,
        defaults={**said, "facts": facts, "agreed": timezone.now()},
    )


def tell_what_fits(person: str, audience: str) -> None:
    """Whoever has said more of themselves is told of what is open and fits, as when it was published; once."""
    own, on = Profile.objects.get(person=person, audience=audience), timezone.localdate()
    clauses = open_clauses(audience, on)
    told = Notice.objects.filter(person=person, reason="fits", matter__in=[c.pk for c in clauses])
    known = set(told.values_list("matter", flat=True))
    for clause in clauses:
        if clause.pk not in known and evaluate(clause.tree, own.values(), on) is not False:
            notices.tell({person: "fits"}, clause.pk, clause.matter.last)


def _profile(request: HttpRequest, audience: str) -> Profile | None:
    if not request.user.is_authenticated:
        return None
    rows = Profile.objects.filter(person=account_of(request).person, audience=audience)
    return rows.first()


def _initial(own: Profile | None) -> dict[str, Any]:
    return {asked.PREFIX + name: value for name, value in own.values().items()} if own else {}


def _facts(audience: str) -> list[Fact]:
    people = {"age", "home", "income", "disabled", "studies"}
    return [fact for fact in FACTS.values() if (fact.name in people) == (audience == PEOPLE)]


@never_cache
@login_required
def reach(request: HttpRequest, key: int) -> HttpResponse:
    """For whoever works at the office in charge: firms that it fits and that have not applied."""
    clause = get_object_or_404(Clause.objects.select_related("matter__org"), pk=key)
    offices = actor_of(account_of(request)).offices
    if clause.matter.org_id not in {office.organisation_id for office in offices}:
        raise PermissionDenied
    on = timezone.localdate()
    rows = [(firm, verdict == YES) for firm, verdict in not_reached(clause, on)[:MOST]]
    context = {"matter": clause.matter, "rows": rows, "gives": clause.way == "auto"}
    return render(request, "benefit/reach.html", context)


def own(matter: Matter, actor: Actor) -> tuple[str, ...]:
    """Whether whoever reads works at the office in charge."""
    there = {office.organisation_id for office in actor.offices}
    return ("office",) if matter.org_id in there else ()


def clause_facts(matter: Matter, *reader: str) -> Facts:
    found = Clause.objects.filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    lines = ["　" * depth + words for depth, words in words_of(found.tree)]
    on = timezone.localdate()
    who = reached(found, on)
    links = []
    if matter.state == "open" and found.is_open(on):
        address = reverse("web:new", args=["grant", "apply"])
        links = [Link(_("Apply for it"), f"{address}?clause={matter.pk}")]
    if reader:
        words = _("For the office: whom it fits and who has not applied")
        links.append(Link(words, reverse("benefit:reach", args=[matter.pk])))
    return Facts(
        _("The clause"),
        [
            (_("What it gives"), gives(found)),
            (_("In plain words"), found.text),
            (_("Conditions, all of which must hold"), lines),
            *rows_of(found),
            (_("Left of the budget"), yuan(found.left) if found.left is not None else ""),
            (
                _("Of those who have said who they are"),
                _reached(who) if matter.state == "open" else "",
            ),
            (_("Applications"), str(who["applied"]) if who["applied"] else ""),
        ],
        links=links,
    )


def _reached(who: Mapping[str, int]) -> str:
    return _("it fits %(fits)s, and may fit %(may)s more") % {
        name: _few(who[name]) for name in ("fits", "may")
    }


def _few(n: int) -> str:
    """Of a handful nobody is to find out what one of them has said, by writing conditions to try it."""
    return str(n) if n == 0 or n >= FEW else _("fewer than %(n)d") % {"n": FEW}


def gives(clause: Clause) -> str:
    """How much, in words."""
    benefit = clause.benefit
    if benefit is None:
        return ""
    if benefit.fixed is not None:
        return yuan(benefit.fixed)
    assert benefit.rate is not None
    title = FACTS[benefit.of].title
    said = {"n": f"{(benefit.rate * 100).normalize():f}", "of": say(title)}
    words = _("%(n)s%% of: %(of)s") % said
    return words + (_(", at most %(cap)s") % {"cap": yuan(benefit.cap)} if benefit.cap else "")


def grant_facts(matter: Matter) -> Facts:
    found = Grant.objects.select_related("clause__matter").filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    clause = found.clause.matter
    verdicts = {"yes": _("The conditions hold, by what was said"), "unknown": _("Not known yet")}
    return Facts(
        _("The application"),
        [
            (_("Under"), Link(clause.title, clause.url)),
            (_("Conditions"), verdicts.get(found.verdict, "")),
            *rows_of(found),
        ],
    )


def held(person: str) -> Iterator[dict[str, Any]]:
    """What is kept of somebody beside the record."""
    for own in Profile.objects.filter(person=person):
        yield {
            "for": own.audience,
            "name": own.name,
            "code": own.code,
            "facts": own.facts,
            "agreed": own.agreed.isoformat(),
        }


def leaves(person: str) -> None:
    Profile.objects.filter(person=person).delete()


URLS = (
    path("benefits/for-me/", mine, name="mine"),
    path("benefits/<int:key>/reach/", reach, name="reach"),
    path("benefits/profile/", profile, name="profile"),
    path("benefits/profile/erase/", forget, name="forget"),
)
