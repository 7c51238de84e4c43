"""What each step of a wish asks."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from pilin.engine import sealed
from pilin.engine.payload import Nothing
from pilin.forms.fields import Line, Money, Text
from pilin.forms.registers import OrganisationChoice, any_of
from pilin.forms.step_form import StepForm
from pilin.ledger import log, sealed_parts
from pilin.wording.reading import yuan

from . import entries, givers
from .models import Wish

#: A code stands for a child; a name never fits.
CODE = r"(?:学生|[A-Za-z])?[-_ ]?\d{1,4}"
code = RegexValidator(f"^{CODE}$", _("Please give a code such as 学生01, not a name."))
#: Who may check and publish wishes.
CHECKERS = ("hall", "station", "government", "service-centre")


#: What is withheld until somebody has checked it, and read over what it says of the child.
WITHHELD = ("title", "text", "bring")
READ_FIRST = _("Only the school and the office in charge read it: it is about a child.")


class SubmitForm(StepForm):
    """No word of it is public before it is checked, whatever it looks like; till then a code stands
    for the title."""

    payload = entries.Submit
    sealed = ("child", *WITHHELD)
    withheld = WITHHELD
    title = Line(label=_("What is wished for?"), max_length=60, discreet=True)
    code = Line(
        label=_("Code of the child"),
        max_length=20,
        validators=[code],
        help_text=_("A number the school gives, such as 学生01. Never a name."),
    )
    child = Line(
        label=_("Name of the child"),
        max_length=40,
        required=False,
        help_text=_("Kept sealed: never shown, and it can be erased."),
    )
    school = OrganisationChoice(label=_("School or village"))
    through = OrganisationChoice(label=_("Who checks and publishes it?"), takes_it_on=True)
    price = Money(
        label=_("What does it cost, in yuan?"),
        required=False,
        help_text=_("With a price, several people can pool money for it."),
    )
    text = Text(label=_("Tell us more"), max_length=1000, rows=3, required=False, discreet=True)
    bring = Line(
        label=_("Where can it be brought, and when?"),
        max_length=200,
        required=False,
        discreet=True,
        help_text=_("An address and hours, for those who bring something."),
    )

    def prepare(self) -> None:
        self.own("school", "coordinator", "host")
        self.narrow("through", any_of(*CHECKERS), by=("sides", "category", "name"))
        self.nearest("through", "coordinator", "host")

    def matter_fields(self) -> dict[str, Any]:
        school, through = self.cleaned_data["school"], self.cleaned_data["through"]
        return {
            "title": self.cleaned_data["code"],
            "org": through.pk,
            "orgs": sorted({school.pk, through.pk}),
            "place": through.place_id,
        }


class PublishForm(StepForm):
    """What was handed in, to be read over: what names a child is taken out here."""

    payload = entries.Publish
    title = Line(
        label=_("What is wished for?"),
        max_length=60,
        discreet=True,
        help_text=_("Everyone can read this from now on. Take out whatever points to the child."),
    )
    text = Text(label=_("Tell us more"), max_length=1000, rows=3, required=False, discreet=True)
    bring = Line(
        label=_("Where can it be brought, and when?"), max_length=200, required=False, discreet=True
    )

    def prepare(self) -> None:
        if self.is_bound:
            return
        key = self.situation.the_matter.pk
        parts = sealed_parts.sealed_of_matter(log.MAIN, key)
        handed_in = [(r, part) for r, part in parts if r.number == key]
        said: list[Mapping[str, Any]] = [part for _record, part in handed_in]
        said += [r.body["data"] for r in log.of_matter(log.MAIN, key)]  # published before
        self.initial.update((n, d[n]) for d in said for n in WITHHELD if d.get(n))
        sealed.note_read(self.situation, [r for r, _part in handed_in])

    def matter_fields(self) -> dict[str, Any]:
        return {"title": self.cleaned_data["title"]}


class OfferForm(StepForm):
    payload = Nothing
    sealed = ("contact",)
    contact = Line(
        label=_("Who are you, and how can the school reach you?"),
        max_length=200,
        help_text=_(
            "Only the school reads it, and it can be erased. It looks at it before you can claim."
        ),
    )


class _OneGiver(StepForm):
    giver = forms.TypedChoiceField(label=_("Who?"), coerce=int)

    def prepare(self) -> None:
        waiting = givers.waiting(self.situation)
        sealed.note_read(self.situation, log.some(log.MAIN, [number for number, _said in waiting]))
        self.offer("giver", waiting)

    def _chosen(self, name: str, value: Any) -> str | list[str]:
        """Who it is is not published."""
        return "" if name == "giver" else super()._chosen(name, value)


class AcceptGiverForm(_OneGiver):
    payload = entries.OfGiver


class RefuseGiverForm(_OneGiver):
    payload = entries.RefuseGiver
    reason = Line(label=_("Why not?"), max_length=200, discreet=True)


class PledgeForm(StepForm):
    payload = entries.Pledge
    amount = Money(
        label=_("How much do you put in, in yuan?"),
        help_text=_(
            "You pay nothing now. You can take it back until the whole price is together; then you pay"
            " it at the office that the page names."
        ),
    )

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        wish = Wish.objects.get(pk=self.situation.the_matter.pk)
        left = (wish.price or 0) - wish.pledged
        if not 0 < amount <= left:
            raise forms.ValidationError(
                _("%(left)s is still needed; please give an amount up to that."),
                params={"left": yuan(left)},
            )
        return amount


class DeliverForm(StepForm):
    payload = entries.Deliver
    sealed = confided = ("words",)
    words = Text(
        label=_("What was delivered, and how?"), max_length=1000, rows=3, help_text=READ_FIRST
    )


class GiveUpForm(StepForm):
    payload = entries.GiveUp
    sealed = confided = ("reason",)
    reason = Text(label=_("Why?"), max_length=1000, rows=3, help_text=READ_FIRST)
