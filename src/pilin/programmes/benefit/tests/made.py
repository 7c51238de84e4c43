"""A clause, a firm that it fits, and applying."""

from contextlib import contextmanager

import pytest
from django.utils import timezone

from pilin.engine.models import Notice
from pilin.engine.refused import Refused
from pilin.programmes.benefit.models import Profile

CODE = "91350100M000100Y43"
CLAUSE = {
    "title": "技改补助",
    "source": "左镇发〔2099〕1号第二条",
    "text": "买新设备的企业补一成。",
    "audience": "firms",
    "needs": "设备投资 不少于 500万\n员工数 不超过 1000 或 营业收入 不超过 4亿\n非失信被执行人",
    "rate": "8",
    "of": "invested",
    "cap": "300万",
    "budget": "400万",
    "ends": "2099-12-31",
    "way": "apply",
    "days": 20,
    "phone": "0573-0000",
}
FIRM_OF_LIST = {"invested": "1000万", "staff": "10", "revenue": "100万", "defaulter": "no"}
FIRM = {
    "facts-invested": "1000万",
    "facts-staff": "1200",
    "facts-revenue": "3亿",
    "facts-defaulter": "no",
}


def apply_(world, clause, login="resident", **said):
    answers = {"clause": clause.pk, "name": "一家企业", "code": CODE, "contact": "电话13900000000"}
    return world.take(login, "grant", "apply", **{**answers, **FIRM, **said})


@contextmanager
def refused(*words):
    """It is refused, and what is said holds one of these words."""
    with pytest.raises(Refused) as why:
        yield
    said = str(why.value) + str(getattr(why.value, "errors", "") or "")
    assert any(word in said for word in words), said


def told(login):
    return set(Notice.objects.filter(person=f"p-{login}").values_list("matter", "reason"))


def profile(login, **facts):
    said = {n: {"value": v, "as_of": "2099-01-01", "from": "self"} for n, v in facts.items()}
    Profile.objects.create(person=f"p-{login}", audience="firms", facts=said, agreed=timezone.now())
