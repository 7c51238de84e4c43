"""What is written to people: what happened, by whom, and what they can do now, in their language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pilin.engine.act import LOG
from pilin.engine.models import ASKING, Matter, Notice
from pilin.engine.positions import as_they_stand, named
from pilin.engine.sentence import sentence
from pilin.engine.situation import Situation
from pilin.kit.offered import first_for
from pilin.kit.votes import asked_to_vote
from pilin.ledger import log
from pilin.people.actor import actor_of
from pilin.people.hearing import NOW, Dispatch
from pilin.people.models import Account
from pilin.wording import reading

from .choices import ticket

#: Sentences of one matter in a letter; the others are on its page.
FEW = 5


@dataclass
class About:
    """What is told of one matter: why, what happened, and the step the reader can take now."""

    matter: Matter
    reason: str
    sentences: list[str] = field(default_factory=list)
    more: int = 0
    verb: str = ""
    link: str = ""  # where they can do it


def gather(account: Account, notices: Sequence[Notice]) -> list[About]:
    """Notices grouped by matter, newest matter first. What was settled since asks for nothing."""
    kept = sorted((n for n in notices if not _is_over(n)), key=lambda n: -n.entry)
    rows = Matter.objects.defer("search").filter(pk__in={n.matter for n in kept})
    matters = {m.pk: m for m in named(rows)}
    records = {r.number: r for r in log.some(LOG, {n.entry for n in kept})}
    found: dict[int, About] = {}
    for notice in kept:
        matter, record = matters.get(notice.matter), records.get(notice.entry)
        if matter is None or record is None:
            continue
        about = found.setdefault(matter.pk, About(matter, str(notice.reason_title)))
        told = matter if record.body["matter"] == matter.pk else None
        if len(about.sentences) == FEW:
            about.more += 1
        elif told is not None:
            about.sentences.append(sentence(told, record, account.person))
    for key, about in found.items():
        about.verb, about.link = verb(account, about.matter), about.matter.url
        if vote := asked_to_vote(n for n in kept if n.matter == key):
            about.verb, about.link = _("Go and vote"), vote.url
    return list(found.values())


def _is_over(notice: Notice) -> bool:
    return notice.reason in ASKING and notice.settled is not None


def verb(account: Account, matter: Matter) -> str:
    """The step the page of the matter offers them first: by the same rule as the desk and the page."""
    if not matter.is_open:
        return ""
    now = timezone.now()
    s = Situation(actor_of(account), matter, now, timezone.localdate(now))
    step = first_for(s)
    return str(step.title) if step else ""


def as_mail(
    account: Account, dispatch: Dispatch, abouts: Sequence[About], today: date
) -> EmailMessage:
    """One letter. Its number stays the same however often it is tried: a doubled one can be told."""
    one = len(abouts) == 1
    if one:
        said = {"reason": abouts[0].reason, "title": abouts[0].matter.title}
        subject = _("%(reason)s: “%(title)s”") % said
    else:
        subject = _("Pilin, %(day)s: news of %(n)d matters") % {
            "day": reading.day(today),
            "n": len(abouts),
        }
    unsubscribe = settings.SITE_URL + reverse(
        "web:unsubscribe", args=[ticket(account.person, dispatch.channel)]
    )
    foot = [
        "--",
        _("Choose what you hear of, and how: %(url)s")
        % {"url": settings.SITE_URL + reverse("web:hearing")},
        _("No more letters of this sort: %(url)s") % {"url": unsubscribe},
    ]
    host = settings.SITE_URL.partition("//")[2].partition("/")[0].partition(":")[0]
    return EmailMessage(
        " ".join(subject.split()),
        "\n\n".join([*(_paragraph(about) for about in abouts), "\n".join(foot)]),
        to=[account.email],
        headers={
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<{dispatch.made:%Y%m%d}.{dispatch.pk}@{host or 'localhost'}>",
        },
    )


def _paragraph(about: About) -> str:
    matter = about.matter
    lines = [
        str(matter.title),
        *about.sentences,
        _("and %(n)d more") % {"n": about.more} if about.more else "",
        _("Now: %(state)s") % {"state": matter.state_title},
        _("By: %(due)s") % {"due": reading.day(matter.due)} if matter.due else "",
        _("You can: %(step)s") % {"step": about.verb} if about.verb else "",
        settings.SITE_URL + about.link,
    ]
    return "\n".join(filter(None, lines))


def as_words(abouts: Sequence[About]) -> tuple[str, str]:
    """A title and a few lines, for a telephone, a browser or a group chat."""
    first = abouts[0]
    title = _("%(reason)s: “%(title)s”") % {"reason": first.reason, "title": first.matter.title}
    lines = first.sentences[:1]
    if first.verb:
        lines = [*lines, _("You can: %(step)s") % {"step": first.verb}]
    if len(abouts) > 1:
        lines.append(_("and news of %(n)d more") % {"n": len(abouts) - 1})
    return title, "\n".join([*lines, address(abouts)])


def address(abouts: Sequence[About]) -> str:
    """Where to read on: the matter, or the bell where there are several."""
    one = len(abouts) == 1
    return settings.SITE_URL + (abouts[0].link if one else reverse("web:bell"))


def written(account: Account, dispatch: Dispatch) -> list[About]:
    """What there is to say, in the reader's language; none where all of it has been seen to."""
    rows = Notice.objects.filter(pk__in=dispatch.notices, person=account.person)
    notices = list(rows if dispatch.pace == NOW else rows.filter(read=None))
    with as_they_stand():
        return gather(account, notices)


def language(account: Account) -> translation.override:
    return translation.override(account.language or settings.LANGUAGE_CODE)
