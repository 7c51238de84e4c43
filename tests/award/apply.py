"""Entries of awards → awards, what the offices said, objections."""

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.forms.payloads import Words

from . import entries
from .models import Award, Objection

AWARD = Handlers("award")
AWARD.creates("nominate", Award, "day")
AWARD.records(Award)
AWARD.sets("accept", Award, "offices")
AWARD.sets("publish", Award, "until")
AWARD.sets("confer", Award, "money")


@AWARD.on("vet")
def vet(entry: Entry[entries.Vet], matter: Matter) -> None:
    award = Award.objects.get(pk=matter.pk)
    Award.objects.filter(pk=matter.pk).update(vetted=[*award.vetted, entry.org])


@AWARD.on("object")
def object_to(entry: Entry[Words], matter: Matter) -> None:
    Objection.objects.create(award_id=matter.pk, number=entry.number, words=entry.data.words)


@AWARD.on("answer")
def answer(entry: Entry[entries.Answer], matter: Matter) -> None:
    rows = Objection.objects.filter(award_id=matter.pk, number=entry.data.objection)
    rows.update(answer=entry.data.words)
