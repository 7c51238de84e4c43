"""“My home”: what is checked, and the ways to have it checked; and codes to be handed out."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pilin.engine.act import check
from pilin.engine.positions import registers
from pilin.engine.refused import Refused
from pilin.engine.situation import Situation
from pilin.forms.fields import Day, Line
from pilin.forms.registers import PlaceChoice
from pilin.kit.paper import printed
from pilin.people.actor import account_of, actor_of
from pilin.people.models import WAYS, Organisation, Residence

from . import checking, shown
from .batches import batches_of
from .codes import slips_of
from .forms import CodesForm
from .procedure import RESIDENCE

UNFIT = gettext_lazy(
    "This did not fit. Please compare what you typed; if it is right, go to the host of your station or"
    " the clerk of your hall, who can vouch for you. Nobody is told here whether anyone is in a"
    " register or has used a code."
)
MANY = gettext_lazy(
    "You have tried often today. Please try again tomorrow, or go to the host of your station or the"
    " clerk of your hall, who can vouch for you at once."
)


class CodeEntry(forms.Form):
    code = Line(
        label=gettext_lazy("The code on the slip"),
        max_length=20,
        help_text=gettext_lazy("Ten letters and digits, handed to you in person."),
    )


class RegisterEntry(forms.Form):
    number = Line(
        label=gettext_lazy("The number of your identity document"),
        max_length=30,
        help_text=gettext_lazy(
            "It is compared and thrown away at once: it is neither stored nor shown to anybody."
        ),
    )
    birth = Day(label=gettext_lazy("Your day of birth"))
    place = PlaceChoice(label=gettext_lazy("Where you live"))


@sensitive_post_parameters("code", "number", "birth")
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What is checked of somebody's home, and the ways to have it checked."""
    account = account_of(request)
    do = request.POST.get("do", "")
    then = _then(request)
    code = CodeEntry(request.POST if do == "code" else None)
    register = RegisterEntry(
        request.POST if do == "register" else None, initial={"place": account.home}
    )
    status = 200
    if do in ("code", "register"):
        form: forms.Form = code if do == "code" else register
        if form.is_valid() and (found := _checked(request, do, form)):
            said = _("Your home is checked. It is entry %(number)d, without your name.")
            messages.success(request, said % {"number": found})
            return redirect(then or reverse("residence:mine"))
        status = 422
    now, today = timezone.now(), timezone.localdate()
    rows = [
        (row, place, WAYS.get(row.way, row.way))
        for row in Residence.objects.filter(person=account.person).order_by("-until", "-id")
        if (place := registers().place(row.place))
    ]
    digits = shown.digits_of(account.person, now)
    context = {
        "now": [found for found in rows if found[0].since <= today <= found[0].until],
        "asked": bool(do),
        "over": [found for found in rows if found[0].until < today],
        "code": code,
        "register": register,
        "digits": f"{digits.digits[:4]} {digits.digits[4:]}",
        "digits_until": digits.expires,
        "near": _near(account.home),
        "then": then,
        "vouches": _may(request, "vouch"),
    }
    return render(request, "residence/mine.html", context, status=status)


def _checked(request: HttpRequest, do: str, form: forms.Form) -> int:
    """The entry; 0 where it did not fit, and the form says so."""
    data, person = form.cleaned_data, account_of(request).person
    address = get_adapter().get_client_ip(request)
    try:
        if do == "code":
            return checking.by_code(person, data["code"], address)
        number, birth, place = data["number"], data["birth"], data["place"].pk
        return checking.by_register(person, number, birth, place, address)
    except checking.NotChecked as why:
        form.add_error(None, MANY if why.why == "many" else UNFIT)
    return 0


def _then(request: HttpRequest) -> str:
    where = request.POST.get("then") or request.GET.get("then") or ""
    fine = where.startswith("/") and url_has_allowed_host_and_scheme(where, allowed_hosts=None)
    return where if fine else ""


def _near(home: int | None) -> list[Organisation]:
    """Where to go: stations and halls of one's own home, or all of them."""
    place = registers().place(home)
    rows = [o for o in registers().organisations.values() if o.category in ("station", "hall")]
    own = [o for o in rows if place and set(o.places) & set(place.path)]
    return sorted(own or rows, key=lambda o: (o.category != "station", o.sides, o.name))[:12]


def _may(request: HttpRequest, name: str) -> bool:
    now = timezone.now()
    here = Situation(actor_of(account_of(request)), None, now, timezone.localdate(now))
    try:
        check(RESIDENCE, RESIDENCE.step(name), here)
    except Refused:
        return False
    return True


@never_cache
@login_required
def codes(request: HttpRequest) -> HttpResponse:
    """A batch of codes: made once, printed once. Nobody can be shown them again."""
    if not _may(request, "make_codes"):
        raise Http404
    now = timezone.now()
    actor = actor_of(account_of(request))
    here = Situation(actor, None, now, timezone.localdate(now))
    form = CodesForm(request.POST or None, situation=here)
    if request.method == "POST" and form.is_valid():
        try:
            made = checking.make(actor, {name: request.POST.get(name, "") for name in form.fields})
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            place = form.cleaned_data["place"]
            paper = slips_of(made, place.called, form.cleaned_data["expires"])
            answer = printed(paper, f"codes-{made.entry}")
            answer["Cache-Control"] = "no-store"
            return answer
    context = {"form": form, "batches": batches_of(actor)}
    return render(request, "residence/codes.html", context, status=422 if form.errors else 200)


View = Callable[..., HttpResponse]
URLS = (
    path("verify-me/", mine, name="mine"),
    path("verify-me/codes/", codes, name="codes"),
)
