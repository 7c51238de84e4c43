"""Steps every procedure has without declaring them: an overdue matter climbs.

Those that people take are in `pilin.forms.everywhere`, since one of them asks something; their names
and what their entries say are here, where entries are applied.
"""

from django.utils.translation import gettext_lazy as _

from .payload import Part, Payload
from .procedure import Step, Words
from .rules import as_before, clock, same


class Anywhere(tuple[str, ...]):
    """The source of a step that may be taken from any open state."""

    __slots__ = ()
    closed_too = False

    def __contains__(self, state: object) -> bool:
        return True


class Everywhere(Anywhere):
    """The source of a step that may be taken in any state, closed ones too."""

    __slots__ = ()
    closed_too = True


def _climbs(name: str, level: int, title: Words, done: Words) -> Step:
    return Step(
        name,
        Anywhere(),
        to="=",
        by=clock,
        title=title,
        done=done,
        holder=same,
        due=as_before,
        only_if=lambda s: (
            s.matter is not None
            and s.matter.is_open
            and s.matter.climbed == level - 1
            and s.matter.late_on(s.today)
        ),
    )


#: Reminder, then the holder's superior, then the hall's public agenda: names never change.
CLIMB = ("overdue-remind", "overdue-superior", "overdue-agenda")
BUILT_IN = {
    s.name: s
    for s in (
        _climbs(CLIMB[0], 1, _("Remind"), _("is overdue; its holder was reminded")),
        _climbs(CLIMB[1], 2, _("Tell the superior"), _("is still overdue; the superior was told")),
        _climbs(CLIMB[2], 3, _("Put on the agenda"), _("was put on the hall's public agenda")),
    )
}

#: Whom of those at the holder's post a matter is given to; that nobody has it in particular; that
#: somebody waits for the holder. None of them changes holder or due day, or how far a matter climbed.
ASSIGN, RELEASE, NUDGE = "colleague-assign", "colleague-release", "holder-nudge"
#: Somebody asks the holder something, and is answered, or told why not.
QUESTION, ANSWER, DECLINE = "holder-question", "question-answer", "question-decline"
#: What a procedure may declare in a way of its own: so that a question has a day by which it is answered.
OWN_WAY = frozenset({QUESTION, ANSWER, DECLINE})
#: Words are struck, of open matters and of closed ones.
STRIKE = "words-strike"
#: The key of a vote is destroyed, and with it what tied ballots to voters.
UNLINK = "vote-unlink"
#: Numbered slips for those who vote on paper are given out, and what is left of them given back.
ISSUE, GIVE_BACK = "slips-issue", "slips-back"
#: Somebody reports words, which are struck or left standing; who wrote what was struck may appeal.
REPORT, LEAVE = "words-report", "words-leave"
APPEAL, APPEAL_ANSWER = "strike-appeal", "appeal-answer"
#: What no follower is told of: whoever is reported is not to be pointed at before somebody has looked.
QUIET = frozenset({REPORT})
_OF_WORDS = (QUESTION, ANSWER, DECLINE, STRIKE, REPORT, LEAVE, APPEAL, APPEAL_ANSWER)
_OF_VOTES = (UNLINK, ISSUE, GIVE_BACK)
ASIDE = (ASSIGN, RELEASE, NUDGE, *_OF_WORDS, *_OF_VOTES)
#: Working days after which the same person may nudge again.
NUDGE_AGAIN = 3


class Colleague(Part):
    """Somebody by pseudonym, and the office they hold where the matter is."""

    person: str
    office: int
    role: str


class Assigned(Payload):
    to: Colleague


class OfQuestion(Payload):
    """`question` is the number of the entry that asked it."""

    question: int


class Answered(OfQuestion):
    """The words of the question, sealed until now, and of the answer."""

    question_words: str
    answer: str


class Declined(OfQuestion):
    """Its words stay sealed; `reason` is public."""

    reason: str


class Struck(Payload):
    """`struck` are the places of what is gone: the number of an entry, and the path in it; `writers` by
    pseudonym those who wrote it."""

    struck: tuple[tuple[int, str], ...]
    reason: str
    writers: tuple[str, ...] = ()


class Reported(Payload):
    """`reported` are places as in `Struck`. Who reported, and what they said to it, is sealed."""

    reported: tuple[tuple[int, str], ...]
    why: str


class Left(Payload):
    """The words these entries reported are left standing."""

    reports: tuple[int, ...]
    reason: str


class OfStrike(Payload):
    """`strike` is the number of the entry that struck words."""

    strike: int


class Appealed(OfStrike):
    reason: str


class AppealAnswered(OfStrike):
    """`right`: it should not have been struck, and may be written anew."""

    right: bool
    answer: str
