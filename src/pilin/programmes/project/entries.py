"""What entries of joint projects say."""

from datetime import date

from pilin.engine.payload import Amount, Named, Payload, Worded
from pilin.forms.payloads import MatterRow, Milestone, Reason, Recorded


class Register(Payload):
    title: str
    lead: Named
    partners: tuple[Named, ...] = ()
    category: str
    place: Named | None = None
    budget: Amount | None = None
    finish: date
    milestones: tuple[Milestone, ...] = ()
    point: str = ""  # "latitude, longitude"


class Reassign(Reason):
    lead: Named


class Start(Payload):
    start: date


class Report(Payload):
    """`milestones` are the numbers of those reached."""

    percent: int
    words: str
    invested: Amount | None = None
    risks: str = ""
    milestones: tuple[int, ...] = ()
    milestones_words: tuple[str, ...] = ()


class ProjectRow(MatterRow):
    """`lead` and `partners` are names; ids where release 0.1 wrote the row, without `orgs`."""

    serial: str
    lead: str | int
    partners: tuple[str | int, ...]
    category: str
    planned: Worded | None
    start: Worded | None = None
    finish: Worded | None = None
    progress: str
    is_summary: bool = False

    @property
    def lead_id(self) -> int:
        return self.org or int(self.lead)

    @property
    def partner_ids(self) -> list[int]:
        return list(self.orgs[1:]) if self.orgs else [int(p) for p in self.partners]


class Record(Recorded):
    """`finish_day` is what release 0.1 called the day it is due."""

    row: ProjectRow
    finish_day: date | None = None
