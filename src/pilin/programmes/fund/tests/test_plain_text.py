"""The plain-text ledger: beancount accepts it, and has the same balances."""

import shutil
import subprocess
import sys
from pathlib import Path

from pilin.engine.models import Matter
from pilin.programmes.fund.book import account, beancount
from pilin.programmes.fund.models import Balance


def checked(text, tmp_path):
    path = tmp_path / "funds.beancount"
    path.write_text(text)
    command = shutil.which("bean-check") or str(Path(sys.executable).parent / "bean-check")
    return subprocess.run([command, str(path)], capture_output=True, text=True, check=False)


def filled(world):
    fund = world.take(
        "lead", "fund", "open", title="款", org=world["左镇"], purpose='"引号"', purposes="甲\n乙"
    )
    world.take("treasurer", fund, "receive", amount="1000.55", source='他说"给你们"')
    world.take("treasurer", fund, "allocate", purpose=2, amount="300.5")
    world.take("host", fund, "request", purpose=2, amount="99.99", payee="厂", words="x")
    p = Matter.objects.get(source=fund)
    world.take("lead", p, "approve", words="好")
    world.take("clerk-town", p, "approve", words="好")
    world.take("treasurer", p, "pay", voucher="1")
    return fund


def test_bean_check_accepts_it(world, tmp_path):
    filled(world)
    done = checked(beancount(), tmp_path)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_bean_check_notices_a_fen(world, tmp_path):
    filled(world)
    wrong = beancount().replace("99.99 CNY", "99.98 CNY", 1)
    assert checked(wrong, tmp_path).returncode != 0


def test_its_balances_are_ours(world, tmp_path):
    from beancount import loader
    from beancount.core import realization

    filled(world)
    path = tmp_path / "funds.beancount"
    path.write_text(beancount())
    entries, errors, _options = loader.load_file(str(path))
    assert errors == []
    real = realization.realize(entries)
    for b in Balance.objects.all():
        name = account(b.fund_id, b.account, b.purpose or None)
        held = realization.get(real, name).balance.get_currency_units("CNY").number
        assert held == b.debit - b.credit
