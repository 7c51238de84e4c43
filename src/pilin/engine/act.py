"""The one door: every change in Pilin is a step taken on a matter, and is taken here.

Locks are taken from the root of a family of linked matters downwards (`at_hand`) and the ledger's
last, so that two steps at once wait for each other instead of dead-locking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.ledger import log
from pilin.people.actor import LINK, Actor
from pilin.people.models import Office

from . import evidence, notices, sealed, texts, undone
from .apply import loops_part, programmes_part
from .at_hand import at_hand
from .form import Form
from .models import Matter
from .onward import due_key, fields_set, holder_and_due
from .payload import Payload, PayloadMisfit
from .procedure import Procedure, Step
from .programme import registry
from .refused import Refused, counted, spoken
from .situation import Situation
from .writes import applied, waiting, write

LOG = log.MAIN
_STALE = _("Something has changed since you opened this page. Please look again before you act.")


@counted
def act(
    actor: Actor,
    matter: Matter | int | str,
    step: str,
    data: Mapping[str, Any] | None = None,
    *,
    files: Sequence[UploadedFile[Any] | Mapping[str, Any]] = (),
    seen: int | None = None,
    at: datetime | None = None,
    links: Mapping[str, Any] | None = None,
    last: bool = False,
) -> log.Record:
    """Take `step` on `matter` (a matter, its id, or the kind of a new one) as `actor`.

    `data` are the raw answers to the step's form; `files` its evidence (uploads, or files as entries
    name them); `seen` the number of the newest entry the actor knew of; `at` the time of the step
    (now where not given). `links` is for conversions: the source and outcome of a new matter. With
    `last`, a transaction that was begun before is given up where the step is refused, as a whole.

    First the right is looked at, then the evidence, then the answers, and last whether they hold
    what is kept sealed here: whoever is refused is told nothing they may not know.

    Gives the entry, applied. Raises Refused, and then nothing is written or kept.
    """
    if isinstance(matter, Matter):
        _first_come(matter, step)
    kind = matter if isinstance(matter, str) else None
    key = None if kind else matter.pk if isinstance(matter, Matter) else int(matter)
    others = _beside(matter, step, data or {})
    with (
        spoken(),
        evidence.Attached(files) as attached,
        _whole(last),
        at_hand(key, others, actor.person) as (current, parts),
    ):
        if key is not None and current is None:
            raise Refused("gone", _("There is no such matter."))
        procedure = registry.latest(kind) if kind else current.rules if current else None
        if procedure is None:
            raise Refused("unknown", _("There is no such kind of matter."))
        rule = registry.step(procedure, step)
        alone = rule is None or not rule.side_by_side
        if alone and current is not None and seen is not None and seen != current.last:
            raise Refused("stale", _STALE, since=_since(current, seen))
        situation = _situation(actor, current, at, parts=parts)
        check(procedure, rule, situation)
        assert rule is not None
        return _take(procedure, rule, situation, data or {}, attached, links or {})


def _whole(last: bool) -> transaction.Atomic:
    """All of a step or nothing; among many applied together, all of those or nothing."""
    return transaction.atomic(savepoint=waiting() is None and not last)


def _first_come(matter: Matter, name: str) -> None:
    """Tell those who come too late so at once, before they stand in line for the lock."""
    step = matter.rules.step(name)
    if step is None or not step.first_come:
        return
    state = Matter.objects.filter(pk=matter.pk).values_list("state", flat=True).first()
    if state and not step.leads_from(state):
        raise _not_from(matter.rules, step, state)


def _not_from(procedure: Procedure, step: Step, state: str) -> Refused:
    return Refused(
        "state",
        _("“%(step)s” cannot be done now: this matter is “%(state)s”.")
        % {"step": step.title, "state": procedure.states[state].title},
    )


def check(procedure: Procedure, step: Step | None, s: Situation) -> Any:
    """Whether `step` may be taken now; gives the office acted in. Raises Refused."""
    if step is None:
        raise Refused("unknown", _("This kind of matter has no such step."))
    if s.matter is None and step.source is not None:
        raise Refused("state", _("This step needs a matter that is already there."))
    if s.matter is not None and not step.leads_from(s.matter.state):
        raise _not_from(procedure, step, s.matter.state)
    allowed = step.by.allows(s)
    if not allowed:
        raise Refused(
            "forbidden",
            _("“%(step)s” can be done by: %(who)s.") % {"step": step.title, "who": step.by.title},
        )
    if not _applies(step, s):
        raise Refused("state", _("“%(step)s” does not apply here.") % {"step": step.title})
    return allowed


def _applies(step: Step, s: Situation) -> bool:
    return step.only_if is None or bool(step.only_if(s))


def may(step: Step, s: Situation) -> bool:
    """Whether the actor could take this step, which leads from where the matter is."""
    return bool(step.by.allows(s)) and _applies(step, s)


def available(
    actor: Actor,
    matter: Matter,
    known: dict[Any, Any] | None = None,
    parts: frozenset[str] | None = None,
) -> list[Step]:
    """The steps this actor could take now, in the order declared: those that `check` lets pass.

    `known` is what was found out `once` before, while the matter stood as it stands; `parts` are the
    actor's in it, where they were read before.
    """
    s = _situation(actor, matter, None, known, parts)
    return [step for step in registry.steps_from(matter.rules, matter.state) if may(step, s)]


def _situation(
    actor: Actor,
    matter: Matter | None,
    at: datetime | None,
    known: dict[Any, Any] | None = None,
    parts: frozenset[str] | None = None,
) -> Situation:
    now = at or timezone.now()
    day = timezone.localdate(now)
    return Situation(actor, matter, now, day, parts=parts, known={} if known is None else known)


def _beside(matter: Matter | int | str, name: str, data: Mapping[str, Any]) -> set[int]:
    """The numbers of the other matters that this step changes."""
    if isinstance(matter, str) or not registry.may_lock(name):
        return set()
    found = Matter.objects.filter(pk=matter).first() if isinstance(matter, int) else matter
    return _others(found.rules.step(name), data) if found else set()


def _others(step: Step | None, data: Mapping[str, Any]) -> set[int]:
    """The numbers of other matters in the answers, where the step says that it changes those."""
    given = [str(data.get(name) or "") for name in (step.locks if step else ())]
    return {int(n) for n in given if n.isascii() and n.isdigit() and len(n) < 19}


def _since(matter: Matter, seen: int) -> list[log.Record]:
    return [r for r in log.of_matter(LOG, matter.pk) if r.number > seen]


@dataclass(frozen=True)
class Foreseen:
    """What a step would write, were it taken now."""

    form: Form | None
    body: Mapping[str, Any]


def foresee(
    actor: Actor,
    matter: Matter | str,
    step: str,
    data: Mapping[str, Any],
    *,
    files: Sequence[UploadedFile[Any]] = (),
    seen: int | None = None,
) -> Foreseen:
    """As `act`, and nothing is locked, written or kept: for a second look before it is permanent.

    Whoever may not read what is kept sealed here learns nothing of it: a guess is compared only when
    it is recorded. Raises Refused where `act` would for all it can tell.
    """
    current = None if isinstance(matter, str) else matter
    procedure = registry.latest(matter) if isinstance(matter, str) else matter.rules
    assert procedure is not None
    rule = registry.step(procedure, step)
    alone = rule is None or not rule.side_by_side
    if alone and current is not None and seen is not None and seen != current.last:
        raise Refused("stale", _STALE, since=_since(current, seen))
    s = _situation(actor, current, None)
    office = check(procedure, rule, s)
    assert rule is not None
    named = evidence.Attached(files).examine(rule.evidence)
    form = _answered(rule, s, data, tells=True)
    decided = replace(s, data=_public(rule, s, form), fields=form.matter_fields() if form else {})
    said = _said(rule, decided.data)
    return Foreseen(form, _body(procedure, rule, decided, office, named, said))


def _take(
    procedure: Procedure,
    step: Step,
    s: Situation,
    data: Mapping[str, Any],
    attached: evidence.Attached,
    links: Mapping[str, Any],
) -> log.Record:
    office = step.by.allows(s)
    files = attached.examine(step.evidence)
    form = _answered(step, s, data)
    fields = {**(form.matter_fields() if form else {}), **links}
    decided = replace(s, data=_public(step, s, form), fields=fields)
    said = _said(step, decided.data)
    body = _body(procedure, step, decided, office, files, said)
    attached.keep()
    secret = form.secret() if form else None
    before = s.matter
    with applied() as writes:
        record = log.append(LOG, body, secret or None, texts.beside(step, body))
        after = loops_part(record, writes, copy(before) if before else None)
        write(writes)
        programmes_part(record, after, writes, said)
        notices.write(record, before, after, step)
    if step.afterwards:
        step.afterwards(record)
    if step.opens and form is not None:
        _open(step, decided, form, record)
    _follow_links(procedure, after, s)
    return record


def _answered(
    step: Step, s: Situation, data: Mapping[str, Any], tells: bool = False
) -> Form | None:
    """The step's form, in order. What is kept sealed is compared with last: it costs an entry.

    `tells`: the answers are only shown to the actor, so nothing they may not read is compared.
    """
    form = step.asks(data, situation=s) if step.asks else None
    if form is None:
        return None
    known, unknown = sealed.words(s) if form.is_valid() else (frozenset(), frozenset())
    if known or unknown:
        form.keep_sealed(known, frozenset() if tells else unknown)
    if form.errors:
        raise Refused("form", _("Please check your answers."), errors=form.errors)
    return form


def _public(step: Step, s: Situation, form: Form | None) -> dict[str, Any]:
    if step.undoes and s.matter is not None:
        return undone.said(s.matter)
    return form.public() if form else {}


def _body(
    procedure: Procedure,
    step: Step,
    s: Situation,
    office: Any,
    files: list[Mapping[str, Any]],
    said: Payload,
) -> dict[str, Any]:
    matter = s.matter
    was = matter.state if matter else None
    gathered = step.gather if step.gather and step.gather.when(s) else None
    end = gathered or step
    to = was if end.to == "=" else end.to
    assert to is not None
    closed = procedure.states[to].closed
    holder, due = (None, None) if closed else holder_and_due(end, due_key(procedure, step, end), s)
    body = {
        "matter": matter.pk if matter else None,
        "kind": procedure.kind,
        "procedure": procedure.version,
        "step": step.name,
        "actor": s.actor.person,
        "office": _office(office),
        "at": s.now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "day": s.today.isoformat(),
        "from": was,
        "to": to,
        "closes": (end.closes or (matter.closed_how if matter else "")) if closed else "",
        "joins": step.joins,
        "holder": holder.as_json() if holder else None,
        "due": due.isoformat() if due else None,
        "set": fields_set(s),
        "data": said.dump(),
        **({} if said.version == 1 else {"data_v": said.version}),
        **({"cause": asdict(s.actor.cause)} if s.actor.cause else {}),
        "files": [_named(f, n, procedure) for n, f in enumerate(files, 1)],
    }
    return body | undone.returned(matter, step) if step.undoes and matter else body


def _said(step: Step, data: Mapping[str, Any]) -> Payload:
    """The answers as the step's type has them. What does not fit it is refused."""
    try:
        return step.payload_type.load(data)
    except PayloadMisfit as misfit:
        words = _("This cannot be entered in the record as it is: %(what)s")
        raise Refused("payload", words % {"what": misfit}) from misfit


def _named(file: Mapping[str, Any], number: int, procedure: Procedure) -> dict[str, Any]:
    """A file as the entry names it: by a number alone where its own name might name a child."""
    if not procedure.discreet:
        return dict(file)
    ending = str(file["name"]).rpartition(".")[2]
    return {**file, "name": f"{number}.{ending}"}


def _office(office: Office | bool | None) -> dict[str, Any] | None:
    if not isinstance(office, Office):
        return None
    return {"id": office.pk, "role": office.role, "org": office.organisation_id}


def _open(step: Step, s: Situation, form: Any, record: log.Record) -> None:
    """Open the matter this step hands over to, as the same actor, in the same transaction."""
    conversion = step.opens
    assert conversion is not None and s.matter is not None
    target = registry.latest(conversion.kind)
    rule = target.step(conversion.step) if target else None
    if target is None or rule is None:
        raise Refused("unknown", _("There is no programme to hand this over to."))
    opening = conversion.opening(s, form)
    links = {"source": s.matter.pk, "outcome": opening.get("outcome")}
    # The evidence goes along: whoever decides there must see it there.
    files = evidence.Attached(record.body["files"])
    actor = replace(s.actor, cause=None)  # which one entry answers
    _take(target, rule, _situation(actor, None, s.now), opening["data"], files, links)


def _follow_links(procedure: Procedure, matter: Matter, s: Situation) -> None:
    """Tell the linked matters: the source when all its results have come far enough, and back."""
    for conversion in procedure.conversions():
        name = conversion.forth.get(matter.state)
        for child in Matter.objects.filter(source=matter) if name else ():
            step = child.rules.step(str(name))
            if step and step.leads_from(child.state):
                act(LINK, child, step.name, at=s.now)
    # What a neighbour did with it is news to its source; what the source itself did is not.
    if matter.source_id is None or (s.actor.kind == "link" and s.actor.cause is None):
        return
    source = Matter.objects.get(pk=matter.source_id)
    for conversion in source.rules.conversions():
        name = conversion.back.get(matter.state) if conversion.kind == matter.kind else None
        step = source.rules.step(name) if name else None
        siblings = Matter.objects.filter(source=source, kind=matter.kind)
        ready = all(m.state in conversion.back or not m.is_open for m in siblings)
        if step and ready and step.leads_from(source.state):
            act(LINK, source, step.name, at=s.now)
