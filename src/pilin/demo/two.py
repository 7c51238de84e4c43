"""The demo with two servers: a matter crosses the border and comes back, whatever happens on the way."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from .days import DAYS, NOW
from .link import Link

Say = Callable[[str], None]
#: Seconds that anything on the way may take before the story is given up.
PATIENCE = 120.0


class WentWrong(Exception):
    """The story could not be played to its end."""


@dataclass
class Server:
    """One of the two: its data folder, its name to the world, and what runs for it."""

    folder: Path
    side: str
    name: str
    port: int
    serving: subprocess.Popen[bytes] | None = None
    acting: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        mine = {
            "PILIN_DATA": str(self.folder),
            "PILIN_DEMO": "1",
            "PILIN_SIDE": self.side,
            "PILIN_ORIGIN": f"{self.name}.localhost",
            "PILIN_URL": self.url,
        }
        ours = {
            k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PILIN_OWN_POSTGRES")
        }
        return ours | mine

    def command(self, *words: str) -> str:
        """What a command of this installation says. Raises WentWrong."""
        command = [sys.executable, "-m", "pilin", *words]
        done = subprocess.run(
            command, check=False, env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise WentWrong(done.stdout + done.stderr)
        return done.stdout

    def serve(self) -> None:
        command = [
            sys.executable,
            "-m",
            "pilin",
            "serve",
            "--workers",
            "1",
            "--port",
            str(self.port),
        ]
        self.serving = subprocess.Popen(command, env=self.environment)

    def act(self, do: str, **said: Any) -> Any:
        """Have something done on this side, as `side.Side` has it. Raises WentWrong."""
        if self.acting is None:
            command = [sys.executable, "-m", "pilin.demo.side"]
            pipe = subprocess.PIPE
            self.acting = subprocess.Popen(
                command, env=self.environment, stdin=pipe, stdout=pipe, text=True
            )
        to, back = self.acting.stdin, self.acting.stdout
        assert to is not None and back is not None
        _send(to, {"do": do, **said})
        line = back.readline()
        answer = json.loads(line) if line else {"fault": "ended"}
        if "fault" in answer:
            raise WentWrong(f"{self.name}: {do}: {answer['fault']}")
        return answer["ok"]

    def stop(self) -> None:
        for one in (self.acting, self.serving):
            if one is not None and one.poll() is None:
                one.send_signal(signal.SIGTERM)
        for one in (self.acting, self.serving):
            if one is not None:
                one.wait(30)
        self.acting = self.serving = None


def _send(to: IO[str], said: dict[str, Any]) -> None:
    to.write(json.dumps(said, ensure_ascii=False) + "\n")
    to.flush()


def play(folder: Path, port: int, tell: Say, stay: bool = True) -> None:
    """Set both up below `folder`, play, and serve them at `port` and the next until told to stop.

    They speak to each other over two lines on the ports after. Raises WentWrong.
    """
    folder.mkdir(parents=True, exist_ok=True)
    left = Server(folder / "pinghu", "a", "pinghu", port)
    right = Server(folder / "jinshan", "b", "jinshan", port + 1)
    lines = Link(port + 2, left.port), Link(port + 3, right.port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both are stopped with us
    try:
        if (left.folder / "played").exists():
            tell(_("The demo is already set up."))
            left.serve()
            right.serve()
        else:
            _Story(left, right, lines, tell).all()
            (left.folder / "played").touch()
        tell(_("%(left)s and %(right)s answer – stop them with Ctrl-C.") % _where(left, right))
        while stay:
            time.sleep(1)
    except KeyboardInterrupt:
        pass
    finally:
        left.stop()
        right.stop()
        for line in lines:
            line.close()


def _where(left: Server, right: Server) -> dict[str, str]:
    return {"left": left.url, "right": right.url}


class _Story:
    def __init__(self, left: Server, right: Server, lines: tuple[Link, Link], tell: Say) -> None:
        self.left, self.right, self.lines, self.tell = left, right, lines, tell

    def all(self) -> None:
        self._begin()
        self._neighbours()
        matter = self._raised()
        project = self._handed(matter)
        entry = self._cut(project)
        self._back(matter, project)
        self._rewritten(entry)

    def _begin(self) -> None:
        self.tell(_("Two governments, two servers, two records"))
        for server, whole in ((self.left, True), (self.right, False)):
            server.folder.mkdir(mode=0o755, exist_ok=True)
            server.act("set_up", whole=whole)
            server.serve()
            self.tell("  " + server.url)

    def _neighbours(self) -> None:
        """Invited and joined; both compare the phrase, here as the other side's command says it."""
        self.tell(_("One invites, the other joins; both compare twenty digits"))
        to_left, to_right = (f"http://127.0.0.1:{line.port}" for line in self.lines)
        self._until(lambda: _phrase(self.left, to_right), _("the other server answers"))
        phrase = _phrase(self.left, to_right)
        self.tell("  " + phrase)
        self.left.command("neighbour", "invite", to_right, "--phrase", phrase)
        self.right.command("neighbour", "join", to_left, "--phrase", phrase)
        holds = _("each holds the other's record")
        self._until(lambda: _holds(self.left, self.right), holds)
        self._until(lambda: _holds(self.right, self.left), holds)

    def _raised(self) -> int:
        self.tell(_("A matter is raised in Pinghu, and deliberated up to the hall"))
        left = self.left
        forum = left.act("org", name="韩家庙村协商驿站")
        said = {
            "title": "界河韩家庙段水草堵塞，希望与对岸一起清理",
            "text": "入夏以来界河水草疯长，汛期排水不畅，两岸农田都受影响。单靠一边清理，过几天又漂回来。",
            "forum": forum,
        }
        m = int(self._step(left, 0.1, "resident", "consultation", "raise", said))
        self._step(left, 1, "host", m, "accept", {"reason": "事关两岸农田排水，列入本月协商。"})
        self._step(left, 2, "host", m, "convene", self._meeting(5, "韩家庙村协商驿站"))
        self._step(left, 5.5, "host", m, "hold", _HELD)
        self._step(left, 6, "host", m, "escalate", {"reason": "需要与对岸商定，超出本村权限。"})
        self._step(left, 7, "clerk", m, "accept", {"reason": "涉及跨省界河，由镇民生议事堂协商。"})
        self._step(left, 8, "clerk", m, "convene", self._meeting(11, "独山港镇民生议事堂"))
        self._step(left, 11.5, "clerk", m, "hold", _HELD)
        self._step(
            left, 12, "clerk", m, "decide", {"outcomes": "请金山卫镇牵头，联合清理界河三公里"}
        )
        return m

    def _meeting(self, day: float, where: str) -> dict[str, str]:
        at = self.left.act("day", days=day)
        people = "农户代表，村水管员，乡村振兴委员工作室委员"
        return {"time": f"{at}T19:00", "where": where, "invitees": people, "agenda": "界河清理"}

    def _handed(self, matter: int) -> int:
        self.tell(_("Jinshan is asked to lead it: its own record takes it over"))
        said = {
            "outcome": 1,
            "title": "界河联合清淤与护坡修整",
            "lead": self.left.act("org_there", name="金山卫镇"),
            "category": "生态环境",
            "finish": self.left.act("day", days=60),
            "text": "清理界河三公里水草与淤泥，修整两岸护坡，完工后两村轮月保洁。",
        }
        self._step(self.left, 13, "clerk", matter, "hand_over", said)
        self._until(lambda: self.right.act("newest", kind="project"), _("it is taken over"))
        project = int(self.right.act("newest", kind="project")[0])
        self._step(self.right, NOW, "lead-right", project, "approve", {"words": "列入本季度计划。"})
        start = {"start": self.right.act("day", days=DAYS)}
        self._step(self.right, NOW, "lead-right", project, "start", start)
        return project

    def _cut(self, project: int) -> int:
        """Gives the number of the entry that says it is done."""
        self.tell(_("The line between the two is cut: both go on"))
        for line in self.lines:
            line.whole = False
        said = {"percent": 60, "words": "水草清理完毕，护坡材料已到场。"}
        self._step(self.right, NOW, "lead-right", project, "report", said, "murky")
        done = {"words": "三公里河道清理完毕，两岸护坡修整完毕，请验收。"}
        self._step(self.right, NOW, "lead-right", project, "deliver", done, "clear")
        held, there = self.left.act("copy"), self.right.act("size")
        self.tell(
            "  "
            + _("Pinghu still shows Jinshan's record as of %(at)s: %(held)d of %(there)d entries")
            % {"at": held["seen"][11:16], "held": held["size"], "there": there}
        )
        for line in self.lines:
            line.whole = True
        self._until(lambda: _holds(self.left, self.right), _("the line is mended"))
        self.tell("  " + _("The line is mended: nothing is lost, nothing is there twice"))
        return int(there) - 1

    def _back(self, matter: int, project: int) -> None:
        self.tell(
            _("Whoever asked for it accepts it, across the border; whoever raised it confirms")
        )
        said = {"words": "两镇到现场看过，水流畅通，同意验收。"}
        asked = self.left.act("ask", who="clerk", matter=project, name="accept", data=said)
        self.tell("  " + _("entry %(n)d of Pinghu asks for it") % {"n": asked["number"]})
        waits = _("waits for those who raised it")
        self._until(lambda: self.left.act("state", matter=matter)["is"] == "delivered", waits)
        said = {"rating": "5", "words": "看得见的变化，希望保洁坚持下去。"}
        self._step(self.left, NOW, "resident", matter, "confirm", said)
        closed = _("it is closed there too")
        self._until(lambda: self.right.act("state", matter=project)["is"] == "closed", closed)
        words = self.right.act("state", matter=project)["words"]
        self.tell("  " + _("Closed on both sides: %s") % words)

    def _rewritten(self, entry: int) -> None:
        self.tell(
            _("Jinshan's operator, with root and the key, changes an entry and signs it all anew")
        )
        for server in (self.left, self.right):
            server.command("verify")
        day, before = (self.right.act("day", days=days) for days in (DAYS, DAYS - 10))
        self.right.act("rewrite", number=entry, old=f'"day":"{day}"', new=f'"day":"{before}"')
        said = self.right.command("verify", "--hashes").splitlines()[0]
        self.tell("  " + _("pilin verify in Jinshan says: %s") % said)
        self.left.act("look")
        self._until(lambda: self.left.act("copy")["fork"], _("the neighbour notices"))
        self.tell("  " + _("Pinghu says: %s") % self.left.act("copy")["fault"])
        self.tell(
            "  " + _("Both signed notes are kept as evidence: %s") % f"{self.left.url}/neighbours/"
        )

    def _step(
        self,
        server: Server,
        day: float,
        who: str,
        matter: int | str,
        name: str,
        data: dict[str, Any],
        picture: str = "",
    ) -> int:
        said = {"day": day, "who": who, "matter": matter, "name": name, "data": data}
        done = server.act("step", **said, picture=picture)
        self.tell(f"  {server.name} · {done['told']}")
        return int(done["matter"])

    def _until(self, holds: Callable[[], Any], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > until:
                raise WentWrong(_("It does not come to this: %s") % what)
            time.sleep(0.2)


_HELD = {
    "attendance": 23,
    "statements": "只清本村一侧没有用，要和对岸同一天做\n清淤要在汛期前完成\n平时保洁要有人管",
    "minutes": "到会人员一致认为须与对岸同步清理。",
}


def _phrase(server: Server, address: str) -> str:
    """What a server says is the phrase with the one at an address; "" while that does not answer."""
    command = [sys.executable, "-m", "pilin", "neighbour", "invite", address]
    done = subprocess.run(
        command,
        check=False,
        env=server.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    found = re.search(r"(?:\d{4} ){4}\d{4}", done.stdout)
    return found[0] if found else ""


def _holds(server: Server, other: Server) -> bool:
    """Whether one shows all of the other's record."""
    there, copy = other.act("size"), server.act("copy")
    return bool(copy["applied"] >= there)
