"""An award for courage: nominated, vetted by two offices, on public notice, decided, confirmed."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import offices_asked
from pilin.engine.procedure import Gather, Procedure, Who, states
from pilin.engine.rules import answers_for, holder, in_charge, member, on, to_raiser, workdays
from pilin.engine.situation import Situation
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.forms.shared import ReasonForm, WordsForm
from pilin.forms.step_form import form
from pilin.forms.steps import amended, judged, recorded

from . import entries, forms
from .models import Award, Objection

STATES = states(
    ("nominated", _("Nominated"), "raised"),
    ("vetting", _("Being vetted"), "deliberated"),
    ("vetted", _("Vetted, to be published"), "deliberated"),
    ("notice", _("On public notice"), "deliberated"),
    ("deciding", _("To be decided"), "decided"),
    ("conferred", _("Conferred, to be confirmed"), "done"),
    ("closed.", _("Confirmed by whoever nominated"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("refused.", _("Not conferred, with a reason"), "confirmed"),
    ("recorded.", _("Conferred, as the register says"), "confirmed"),
)
WORDS = {
    "nominate": (_("Nominate somebody"), _("nominated somebody for an award")),
    "accept": (_("Ask two offices"), _("asked two offices to vet it")),
    "vet": (_("Say what is known"), _("said what is known")),
    "publish": (_("Put it on public notice"), _("put it on public notice")),
    "object": (_("Object"), _("objected")),
    "answer": (_("Answer an objection"), _("answered an objection")),
    "notice_ends": (_("End the notice"), _("is no longer on notice: the time is up")),
    "confer": (_("Confer the award"), _("conferred the award")),
    "refuse": (_("Do not confer it"), _("did not confer it")),
}


def _waiting(s: Situation) -> set[int]:
    """The offices that were asked and have not said yet."""
    award = Award.objects.filter(pk=s.matter.pk).first() if s.matter else None
    return set(award.offices) - set(award.vetted) if award else set()


asked = Who("asked", _("the offices that vet it"), lambda s: answers_for(s, _waiting(s)))


def _last(s: Situation) -> bool:
    return len(_waiting(s)) == 1


def _all_answered(s: Situation) -> bool:
    return not Objection.objects.filter(award_id=s.the_matter.pk, answer="").exists()


AWARD = Procedure(
    "award",
    1,
    _("Award"),
    STATES,
    (
        opens(
            "nominate",
            "nominated",
            by=member,
            asks=forms.NominateForm,
            joins="raiser",
            holder=in_charge,
            due=workdays(30),
        ),
        recorded("recorded", payload=entries.Record, closes="recorded"),
        amended("recorded", payload=entries.Record),
        moves(
            "accept",
            "nominated",
            "vetting",
            by=holder,
            asks=form(entries.Accept),
            due=workdays(20),
            tells=(offices_asked(lambda t: [org["id"] for org in t.said["offices"]]),),
        ),
        stays(
            "vet",
            "vetting",
            by=asked,
            asks=form(entries.Vet),
            side_by_side=True,
            gather=Gather("vetted", _last, _("once both have"), in_charge, workdays(10)),
        ),
        moves(
            "publish", "vetted", "notice", by=holder, asks=form(entries.Publish), due=on("until")
        ),
        stays("object", "notice", by=member, asks=WordsForm, side_by_side=True),
        stays("answer", ("notice", "deciding"), by=holder, asks=forms.AnswerForm),
        lapses("notice_ends", "notice", "deciding", due=workdays(10)),
        moves(
            "confer",
            "deciding",
            "conferred",
            by=holder,
            asks=form(entries.Confer),
            only_if=_all_answered,
            holder=to_raiser,
            due=workdays(15),
        ),
        closes(
            "refuse",
            ("nominated", "vetted", "deciding"),
            "refused",
            "declined",
            by=holder,
            asks=ReasonForm,
            side=True,
        ),
        *judged("conferred", back="deciding", due=workdays(20)),
    ),
    words=WORDS,
    raise_title=_("Nominate somebody"),
)
