"""Eleven people, each with one job, from the first page to where it is done.

Each is a function of `come(who)`, which signs somebody in on a phone, and of a mark that tells this walk's
matters from another's. It gives back whose taps are counted; what others do in between is not.
`test_jobs.py` walks them with scripts and without, `tools/usability.py` counts them.
"""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import PHOTO, Person

Come = Callable[[str], Person]
RESIDENT, HOST, CLERK = (
    "居民 韩家庙村",
    "驿站负责人 韩家庙村协商驿站",
    "议事堂专员 金山卫镇民生议事堂",
)
LEAD, LEAD_CLERK, TREASURER = (
    "牵头单位负责人 独山港镇",
    "议事堂专员 独山港镇",
    "专款管理员 独山港镇",
)
HOST_RIGHT = "驿站负责人 星火村协商驿站"
DELEGATE, SCHOOL, DONOR = (
    "委员（代表） 乡村振兴委员工作室",
    "学校联络员 哈甘乡哈甘村小学",
    "居民 星火村",
)
FUND, DRIVE, BUDGET = "界河保洁专款", "图书角募书", "星火村十二万元微改造"
DESK, HALL = '"新枫裕"智能装备工业社区党群服务中心', "请你来协商·民生议事堂"
BUILDING = "韩家庙新村 1 号楼改造"


def resident(come: Come, mark: str) -> Person:
    """说桥头路灯不亮，附一张照片；灯修好以后，亲口确认。"""
    her, title = come(RESIDENT), f"桥头路灯不亮（{mark}）"
    her.starts()
    her.types("title", title)
    her.follows("提出来")
    her.types("text", "晚上看不清台阶。")
    her.attaches_a_photo()
    her.sends("提出一件事")
    her.reads("已提出，待受理")
    _settled(come(HOST), her.page.url)
    her.starts()
    her.follows(her.main.get_by_role("link", name=title).first)
    her.follows("确认办好了")
    her.ticks(her.page.get_by_label("5 分：很满意"))
    her.sends("确认办好了")
    her.reads("提出人已确认")
    return her


def _settled(host: Person, where: str) -> None:
    """The station's part: taken up, talked over, settled, reported done."""
    for step, answers in (
        ("accept", {"reason": "公共设施。"}),
        ("convene", {"time": "2099-01-05T19:00", "where": "驿站", "invitees": "三组农户"}),
        ("hold", {"attendance": "9", "statements": "要修", "minutes": "同意修。"}),
        ("decide", {"outcomes": "换一盏灯"}),
        ("settle", {"answer": "驿站自己换。"}),
        ("deliver", {"words": "换好了。", "files": ""}),
    ):
        takes(host, f"{where}{step}/", answers)


def takes(person: Person, path: str, answers: dict[str, str]) -> None:
    """A step of somebody whose way is not looked at: straight to its form."""
    person.starts(path)
    for name, words in answers.items():
        if name == "files":
            person.page.locator("#id_files").set_input_files(PHOTO)
        elif person.page.locator(f"main select[name='{name}']").count():
            person.chooses(name, words)
        else:
            person.types(name, words)
    person.sends(person.main.locator(".actions .button").first.inner_text())


def host(come: Come, mark: str) -> Person:
    """受理村里刚提出的两件事。"""
    villager, his = come(RESIDENT), come(HOST)
    titles = [f"水沟{n}堵了（{mark}）" for n in "甲乙"]
    for title in titles:
        takes(villager, "/new/consultation/raise/", {"title": title, "text": "请看看。"})
    his.starts()
    his.follows("我的")
    for title in titles:
        his.ticks(his.page.get_by_label(title).first)
    his.follows(his.page.locator(".desk-bulk button").first)
    his.types("reason", "公共设施。")
    his.follows("继续")
    his.follows("受理")
    for title in titles:
        his.reads(title)
    expect(his.page.locator(".refused")).to_have_count(0)
    return his


def clerk(come: Come, mark: str) -> Person:
    """把村民投在票箱里的一张纸质选票录进去：驿站负责人先读过一遍，她读的一样，就计入。"""
    hers, first = come(CLERK), come(HOST_RIGHT)
    hers.starts()
    hers.follows("我的")
    hers.follows(hers.main.get_by_role("link", name=BUDGET).first)
    hers.follows("录入纸质选票")
    counted = hers.main.locator("dt:text-is('已计入') + dd").inner_text()
    for reader in (first, hers):
        if reader is first:
            first.starts(hers.page.url)
        reader.types("slip", str(int(counted) + 1))
        reader.ticks(reader.page.get_by_label(re.compile("路灯")))
        reader.follows("这张读好了")
    hers.reads(re.compile("两个人读的一样"))
    return hers


def treasurer(come: Come, mark: str) -> Person:
    """付一笔两人已同意的钱，附上凭证，再看专款还剩多少。"""
    his, asker, payee = come(TREASURER), come(HOST), f"工具店{mark}"
    asker.starts("/funds/?show=open")
    asker.follows(FUND)
    asked = {"purpose": "工具", "amount": "100", "payee": payee, "words": "两把扫帚。", "files": ""}
    takes(asker, f"{asker.page.url}request/", asked)
    asker.starts(asker.page.url)
    asker.follows(asker.main.get_by_role("link", name=re.compile(payee)).first)
    for officer in (LEAD, LEAD_CLERK):
        takes(come(officer), f"{asker.page.url}approve/", {"words": "同意。"})
    his.starts()
    his.follows("我的")
    his.follows(his.main.get_by_role("link", name=re.compile(payee)).first)
    his.follows("付款")
    his.types("voucher", f"记-{mark}")
    his.attaches_a_photo()
    his.sends("付款")
    his.follows(his.main.get_by_role("link", name=FUND).first)
    his.reads("还剩")
    return his


def delegate(come: Come, mark: str) -> Person:
    """写一条社情民意，交给政协联络室审核。"""
    hers = come(DELEGATE)
    hers.starts()
    hers.follows("提出")
    hers.follows(hers.main.get_by_role("link", name="写社情民意"))
    hers.types("title", f"渡口加一盏灯（{mark}）")
    hers.chooses("to", "独山港镇政协联络室")
    hers.types("situation_text", "夜里过渡的人多。")
    hers.types("proposal", "加一盏太阳能灯。")
    hers.sends("写社情民意")
    hers.reads(re.compile("待审核|待受理|已提交"))
    return hers


def coordinator(come: Come, mark: str) -> Person:
    """替一个孩子交一个心愿，只用编号，不写名字。"""
    hers = come(SCHOOL)
    hers.starts()
    hers.follows("提出")
    hers.follows(hers.main.get_by_role("link", name="提交微心愿"))
    hers.types("title", f"一双运动鞋（{mark}）")
    hers.types("code", f"学生{mark}")
    hers.chooses("through", HALL)
    hers.sends("提交微心愿")
    hers.reads(re.compile("待核对|已提交"))
    return hers


def donor(come: Come, mark: str) -> Person:
    """认捐五本书，看清送到哪里；改了主意，在有约束力以前撤回。"""
    hers = come(DONOR)
    hers.starts()
    hers.follows("更多")
    hers.follows("捐赠募集")
    hers.follows(hers.main.get_by_role("link", name=DRIVE).first)
    hers.reads(re.compile("党群服务中心一楼"))
    hers.follows("我来捐物")
    hers.types("count", "5")
    hers.sends("我来捐物")
    hers.reads("您认捐的")
    hers.follows("撤回我的认捐")
    hers.sends("撤回我的认捐")
    expect(hers.main).not_to_contain_text("您认捐的")
    return hers


def owner_of_a_firm(come: Come, mark: str) -> Person:
    """替企业向两边共用的服务中心问一件事。"""
    his = come(RESIDENT)
    his.starts()
    his.follows("提出")
    his.follows(his.main.get_by_role("link", name="向服务中心提诉求"))
    his.types("title", f"跨省电表能不能合并（{mark}）")
    his.types("text", "厂房两边各一个。")
    his.chooses("desk", DESK)
    his.types("firm", "一家装备企业")
    his.sends("向服务中心提诉求")
    his.reads("一家装备企业")
    return his


def journalist(come: Come, mark: str) -> Person:
    """平湖有几件逾期、是哪一件；再把各单位是否按时的数据带走。"""
    hers = come("")
    hers.starts()
    number = hers.main.locator(".border-a .late dd a").first
    late = int(number.inner_text())
    hers.follows(number)
    expect(hers.main.locator(".row")).to_have_count(min(late, 30))
    hers.follows(hers.main.locator(".row h3 a").first)
    hers.reads(re.compile("已逾期"))
    hers.follows("更多")
    hers.follows("数据")
    hers.takes_home(hers.main.locator("a[href*='offices.csv']"))
    return hers


def flat_owner(come: Come, mark: str) -> Person:
    """自己那一户要出多少钱，每户怎么表决的。"""
    hers = come(RESIDENT)
    hers.starts()
    hers.follows("更多")
    hers.follows("老旧小区改造")
    hers.follows(hers.main.get_by_role("link", name=BUILDING).first)
    hers.reads("我的房屋")
    hers.reads(re.compile("分摊|要出"))
    hers.follows("每户怎么表决")
    hers.reads("A-503")
    return hers


def auditor(come: Come, mark: str) -> Person:
    """任意一条记录的回执：有没有被改过。"""
    hers = come("")
    hers.starts()
    hers.follows(hers.main.locator("[aria-labelledby=recent-title] .row h3 a").first)
    hers.follows(hers.main.locator(".timeline a", has_text="回执").last)
    hers.reads(re.compile("这条记录没有被改过"))
    return hers


JOBS = (
    resident,
    host,
    clerk,
    treasurer,
    delegate,
    coordinator,
    donor,
    owner_of_a_firm,
    journalist,
    flat_owner,
    auditor,
)
