"""Warnings of the demo: one of last month that was raised, lifted and accounted for; what stands now, in another
colour on each side; and an exercise.

Made up, issuers too. Their keys are made with the demo and forgotten: nobody can sign in their name afterwards.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml.signer import XMLSigner

from pilin.deciding.alerts.alert import ALERT, CANCEL, UPDATE
from pilin.deciding.alerts.codes import EVENTS
from pilin.deciding.alerts.reading import parsed
from pilin.deciding.alerts.writing import cap, stamp
from pilin.engine.act import act
from pilin.people.actor import HOUSE

from .days import NOW
from .story import Story

#: Who issues: (name, what its messages call it, who passes them on here, division).
LEFT = ("平湖市气象台（演示）", "33048241600000", "平湖市", "330482")
RIGHT = ("金山区气象台（演示）", "31011641600000", "金山区", "310116")


class Issuer:
    """Somebody with a key, who signs what they send."""

    def __init__(self, said: tuple[str, str, str, str], start: datetime) -> None:
        self.name, self.sender, self.org, self.code = said
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.sender)])
        made = (
            x509.CertificateBuilder(name, name)
            .public_key(self._key.public_key())
            .serial_number(1)
            .not_valid_before(start - timedelta(days=1))
            .not_valid_after(start + timedelta(days=400))
            .sign(self._key, hashes.SHA256())
        )
        self.certificate = made.public_bytes(serialization.Encoding.PEM).decode()
        self._sent = 0

    def message(
        self,
        sent: datetime,
        event: str,
        colour: str,
        texts: tuple[str, str, str],
        *,
        hours: int = 24,
        area: tuple[str, str] = ("", ""),
        before: tuple[str, datetime] | None = None,
        kind: str = ALERT,
        exercise: bool = False,
    ) -> tuple[str, str]:
        """A signed message, and its identifier."""
        self._sent += 1
        identifier = f"{self.sender}_{sent:%Y%m%d%H%M%S}_{self._sent % 10}"
        words, code = area if area[0] else (self.org, self.code)
        headline, description, instruction = texts
        info: dict[str, Any] = {
            "language": "zh-CN",
            "event": EVENTS[event].also[0],
            "name": event,
            "colour": colour,
            "urgency": "Expected",
            "certainty": "Likely",
            "headline": headline,
            "description": description,
            "instruction": instruction,
            "sender_name": self.name,
            "expires": sent + timedelta(hours=hours),
            "areas": [(words, [code] if code else [])],
        }
        said = {
            "identifier": identifier,
            "sender": self.sender,
            "sent": sent,
            "status": "Exercise" if exercise else "Actual",
            "kind": kind,
            "references": [(self.sender, before[0], stamp(before[1]))] if before else [],
            "infos": [] if kind == CANCEL else [info],
        }
        root = parsed(cap(said).decode())
        signed = XMLSigner(signature_algorithm="ecdsa-sha256").sign(
            root, key=self._key, cert=self.certificate
        )
        return etree.tostring(signed, encoding="unicode"), identifier


def warnings(s: Story) -> None:
    left, right = Issuer(LEFT, s.start), Issuer(RIGHT, s.start)
    _registered(s, left, right)
    _last_month(s, left)
    _now(s, left, right)


def _registered(s: Story, *issuers: Issuer) -> None:
    at = s.at(1)
    book = act(HOUSE, "register", "open", {"title": "预警发布单位登记（演示）"}, at=at).number
    for one in issuers:
        row = {
            "name": one.name,
            "sender": one.sender,
            "org": s.org(one.org),
            "certificate": one.certificate,
        }
        act(HOUSE, book, "record", {"type": "issuer", "row": row}, at=at)
    act(HOUSE, book, "close", at=at)


def _last_month(s: Story, issuer: Issuer) -> None:
    first = s.at(15)
    texts = (
        "发布台风黄色预警信号",
        "受今年第九号台风外围影响，今天夜里到明天有东北风六到七级，沿海七到八级，并有中到大雨。",
        "加固棚架和大棚，渔船回港避风，低洼处的人员做好转移准备。",
    )
    text, number = issuer.message(first, "typhoon", "yellow", texts)
    storm = s.step(15, "operator", "warning", "receive", _of(s, issuer, text))
    _passed(s, 15.1, storm, "host", ("loud", "door"), 380)
    _passed(s, 15.13, storm, "host-suilun", ("loud", "group"), 240)
    second = s.at(15.4)
    worse = ("台风预警信号升级为橙色", texts[1].replace("六到七级", "八到九级"), texts[2])
    before = (number, first)
    text, newer = issuer.message(
        second, "typhoon", "orange", worse, before=before, kind=UPDATE, hours=30
    )
    s.step(15.4, "operator", storm, "update", {"message": text})
    _passed(s, 15.45, storm, "host", ("loud", "door", "call"), 420)
    _passed(s, 15.6, storm, "host-suilun", ("door",), 190)
    s.step(15.7, "resident", storm, "heard", {"reached": "yes"})
    third = s.at(16.2)
    text, _n = issuer.message(
        third, "typhoon", "", ("", "", ""), before=(newer, second), kind=CANCEL
    )
    s.step(16.2, "operator", storm, "cancel", {"message": text})
    words = "两个驿站都已转达，穗轮村在更新后第五个小时才通知到最后一户，下次由网格员分片上门。"
    s.step(20, "lead-city", storm, "account", {"words": words})


def _now(s: Story, left: Issuer, right: Issuer) -> None:
    sent = s.at(NOW) - timedelta(minutes=20)
    rain = (
        "发布暴雨黄色预警信号",
        "预计未来六小时内有五十毫米以上降雨，并可能持续。",
        "请注意防范积水，不要在河边停留，农田及时排水。",
    )
    text, _number = left.message(sent, "rain", "yellow", rain, area=("独山港镇", ""))
    here = s.step(NOW, "operator", "warning", "receive", _of(s, left, text))
    _passed(s, NOW, here, "host", ("loud", "group"), 350)
    more = (
        "发布暴雨橙色预警信号",
        "预计未来三小时内有五十毫米以上降雨，金山卫镇一带可能达到八十毫米。",
        "停止户外作业，低洼处住户转移到村活动室。",
    )
    text, _number = right.message(sent, "rain", "orange", more, area=("金山卫镇", ""))
    s.step(NOW, "operator-right", "warning", "receive", _of(s, right, text))
    drill = (
        "防汛转移演练：启动红色响应",
        "这是一次演练，请参加演练的村民按通知到集合点。",
        "听到锣声后带好雨具，从东侧道路步行到村活动室。",
    )
    text, _number = left.message(
        sent, "flood", "red", drill, area=("穗轮村", ""), exercise=True, hours=12
    )
    s.step(NOW, "operator", "warning", "receive", _of(s, left, text))


def _of(s: Story, issuer: Issuer, text: str) -> dict[str, Any]:
    return {"message": text, "org": s.org(issuer.org)}


def _passed(
    s: Story, day: float, warning: int, who: str, ways: tuple[str, ...], reached: int
) -> None:
    s.step(day, who, warning, "pass_on", {"ways": list(ways), "reached": str(reached)})
