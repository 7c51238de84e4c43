"""In which languages and widths pages are walked, and what everybody answers on the main path of each
programme (`test_programmes.py`)."""

import pytest

from pilin.demo.picture import river
from tests.answers import days_away

#: Each language and each width once: all four took four minutes of two processors and found no more.
BOTH = pytest.mark.parametrize(("language", "width"), [("zh-CN", 390), ("en-GB", 1280)])

LEAD, LEAD_RIGHT = ("lead", "独山港镇"), ("lead", "金山卫镇")
NEAR, FAR = ("coordinator", "广陈中心小学"), ("coordinator", "哈甘乡哈甘村小学")
DESK = ("desk", '"新枫裕"智能装备工业社区党群服务中心')
CLERK, HOST = ("clerk", "请你来协商·民生议事堂"), ("host", "韩家庙村协商驿站")
DELEGATE, LIAISON = ("delegate", "乡村振兴委员工作室"), ("lead", "独山港镇政协联络室")
TREASURER, CLERK_TOWN = ("treasurer", "独山港镇"), ("clerk", "独山港镇")
RESIDENT, RESIDENT_RIGHT = ("", "韩家庙村"), ("", "星火村")
PHOTO = {"name": "照片.png", "mimeType": "image/png", "buffer": river(clear=True)}

#: (who, step, answers) of each path; the last state is where it must have come.
PATHS = {
    "agreement": (
        [
            (
                LEAD,
                "draft",
                {
                    "title": "走一遍：协议",
                    "org": "独山港镇",
                    "parties": "金山卫镇",
                    "fields_of_work": "水环境",
                    "text": "一起办",
                    "until": "2099-01-05",
                },
            ),
            (LEAD, "sign", {}),
            (LEAD_RIGHT, "sign", {}),
            (
                LEAD_RIGHT,
                "lead_project",
                {
                    "field": "水环境",
                    "title": "走一遍：领办项目",
                    "lead": "金山卫镇",
                    "official": "分管副镇长",
                    "finish": "2099-01-05",
                },
            ),
        ],
        "in_force",
    ),
    "pairing": (
        [
            (
                NEAR,
                "propose",
                {
                    "title": "走一遍：笔友",
                    "type": "笔友",
                    "org": "广陈中心小学",
                    "partner": "哈甘乡哈甘村小学",
                    "text": "每月一封",
                    "until": "2099-01-05",
                },
            ),
            (FAR, "accept", {}),
            (NEAR, "pair", {"left_code": "学生01", "right_code": "学生02"}),
            (NEAR, "write", {"pair": "学生01 ⟷ 学生02", "letter": "见字如面。"}),
            (FAR, "pass_on", {"letter": ""}),
        ],
        "active",
    ),
    "suggestion": (
        [
            (
                DELEGATE,
                "write",
                {
                    "title": "走一遍：社情民意",
                    "type": "社情民意",
                    "studio": "乡村振兴委员工作室",
                    "to": "独山港镇政协联络室",
                    "situation_text": "反映多",
                    "proposal": "尽快办",
                },
            ),
            (LIAISON, "accept", {"reason": "属实"}),
            (LIAISON, "assign", {"lead": "独山港镇", "answer_by": "2099-01-05"}),
            (LEAD, "answer", {"answer": "已办"}),
            (DELEGATE, "satisfied", {"rating": "5"}),
        ],
        "closed",
    ),
    "wish": (
        [
            (
                FAR,
                "submit",
                {
                    "title": "走一遍：一个书包",
                    "code": "学生77",
                    "child": "某个名字",
                    "school": "哈甘乡哈甘村小学",
                    "through": "请你来协商·民生议事堂",
                },
            ),
            (CLERK, "publish", {"title": "走一遍：一个书包"}),
            (RESIDENT, "offer", {"contact": "某人，电话在此"}),
            (FAR, "accept_giver", {"giver": "某人，电话在此"}),
            (RESIDENT, "claim", {}),
            (RESIDENT, "deliver", {"words": "已寄到", "files": PHOTO}),
            (FAR, "confirm", {"rating": "5"}),
        ],
        "closed",
    ),
    "drive": (
        [
            (
                LEAD,
                "open",
                {
                    "title": "走一遍：募书",
                    "org": "独山港镇",
                    "recipient": "哈甘乡哈甘村小学",
                    "goods": "图书 20 册",
                    "until": "2099-01-05",
                },
            ),
            (LEAD, "receive", {"item": "图书", "count": "20", "giver": "居民"}),
            (LEAD, "ship", {"to": "学校", "goods": "图书 20 册"}),
            (LEAD, "hand_over", {"batch": "", "words": "签收", "files": PHOTO}),
            (LEAD, "finish", {"words": "完成"}),
            (FAR, "confirm", {"rating": "5"}),
        ],
        "closed",
    ),
    "fund": (
        [
            (
                LEAD,
                "open",
                {
                    "title": "走一遍：专款",
                    "org": "独山港镇",
                    "purpose": "修灯",
                    "purposes": "路灯",
                },
            ),
            (TREASURER, "receive", {"amount": "3万", "source": "镇里"}),
            (TREASURER, "allocate", {"purpose": "路灯", "amount": "3万"}),
            (
                HOST,
                "request",
                {
                    "purpose": "路灯",
                    "amount": "5000",
                    "payee": "灯具厂",
                    "words": "十盏灯",
                    "files": PHOTO,
                },
            ),
            "灯具厂：5000元",
            (LEAD, "approve", {"words": "同意"}),
            (CLERK_TOWN, "approve", {"words": "同意"}),
            (TREASURER, "pay", {"voucher": "记-1", "files": PHOTO}),
            (HOST, "confirm", {"rating": "5"}),
        ],
        "closed",
    ),
    "event": (
        [
            (
                LEAD,
                "announce",
                {
                    "title": "走一遍：直播",
                    "type": "直播",
                    "org": "独山港镇",
                    "start": days_away(-1),
                    "end": days_away(1),
                    "where": "星火驿站",
                    "room": "金山卫星火驿站直播间",
                    "limit": "1",
                    "waiting": "1",
                    "products": "新米，广陈镇",
                },
            ),
            (RESIDENT, "register", {}),
            (LEAD, "hold", {"attendance": "1", "results": "顺利"}),
            (RESIDENT, "confirm", {"rating": "5"}),
        ],
        "closed",
    ),
    "budget": (
        [
            (
                CLERK,
                "announce",
                {
                    "title": "走一遍：一笔钱",
                    "org": CLERK[1],
                    "text": "公共设施",
                    "sum": "10万",
                    "most": "2",
                    "least": "1",
                    "ideas_until": "2099-01-05",
                    "rule": "equal-shares",
                },
            ),
            (
                RESIDENT,
                "idea",
                {"title": "长椅", "text": "走累了能坐", "where": "河边", "estimate": "1万"},
            ),
            (CLERK, "admit", {"idea": "1. 长椅", "cost": "1.2万"}),
            (CLERK, "end_ideas", {"reason": "大家都提过了"}),
            (CLERK, "open_vote", {"until": "2099-01-05"}),
        ],
        "voting",
    ),
    "service": (
        [
            (
                RESIDENT_RIGHT,
                "ask",
                {"title": "走一遍：诉求", "text": "请问", "desk": DESK[1]},
            ),
            (DESK, "assign", {"to": "金山卫镇", "reason": "由镇里办"}),
            (LEAD_RIGHT, "answer", {"answer": "已办"}),
            (RESIDENT_RIGHT, "confirm", {"rating": "4"}),
        ],
        "closed",
    ),
    "renovation": (
        [
            (
                HOST,
                "propose",
                {
                    "title": "走一遍：老楼改造",
                    "org": "韩家庙村协商驿站",
                    "neighbourhood": "韩家庙新村",
                    "households": "3",
                    "text": "没有电梯",
                },
            ),
            (RESIDENT, "join", {}),
            (HOST, "survey", {"asked": "3", "answered": "3", "needs": "加装电梯 2"}),
            (HOST, "units", {"units": "A-101,80.5,A-1\nA-102,79.5,A-2；B-2\nA-201,70,A-1"}),
            (
                HOST,
                "plan",
                {
                    "plan": "加装一部电梯",
                    "cost": "30万",
                    "finance": "政府补助 20万\n业主分摊 10万",
                    "finish": "2099-01-05",
                    "files": PHOTO,
                },
            ),
            (HOST, "discuss", {"attendance": "3", "views": "同意"}),
            (
                HOST,
                "call",
                {
                    "questions-1-item": "第（7）项：改建、重建建筑物及其附属设施",
                    "questions-1-text": "是否同意加装电梯？",
                    "first": "2026-01-05",
                    "until": "2099-01-05",
                    "where": "驿站",
                },
            ),
            (HOST, "enter", {"ballots-1-q1": "yes", "ballots-2-q1": "yes"}),
            (CLERK, "enter", {"ballots-1-q1": "yes", "ballots-2-q1": "yes"}),
            (HOST, "count", {}),
            (
                HOST,
                "ask",
                {
                    "approvals-1-org": "独山港镇",
                    "approvals-1-what": "施工备案",
                    "approvals-1-until": "2099-01-05",
                    "approvals-2-org": "金山卫镇",
                    "approvals-2-what": "占道会签",
                    "approvals-2-until": "2099-02-05",
                },
            ),
            (LEAD_RIGHT, "grant", {"words": "同意"}),
            (LEAD, "grant", {"words": "同意备案"}),
            (HOST, "start", {"start": "2026-05-01", "builder": "建筑公司"}),
            (HOST, "report", {"words": "基础完工", "spent": "10万", "files": PHOTO}),
            (HOST, "finish", {"words": "电梯装好了", "files": PHOTO}),
            (
                HOST,
                "publish",
                {
                    "income": "政府补助 20万\n业主分摊 10万",
                    "spending": "电梯 28万",
                    "remainder": "2万",
                    "left_to": "维修资金",
                    "files": PHOTO,
                },
            ),
            (RESIDENT, "confirm", {"rating": "5"}),
        ],
        "closed",
    ),
}
