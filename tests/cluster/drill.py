"""The drill: machines, processes and links fail while people act; then what they were told is looked for."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.faults.chaos import CHECK_STEPS, SETUP, Residents
from tests.faults.test_ballots_survive import Voters, compare
from tests.installation import data_folder

from .links import wait_until
from .machines import Cluster

#: What an operator is promised: seconds until steps and ballots are acknowledged again.
BACK = 30.0
#: Ballots prepared for each fault.
BALLOTS = 4_000


class Acknowledged:
    """How long nothing was acknowledged, at most: of steps and of ballots each."""

    def __init__(self, residents: Residents, voters: Voters) -> None:
        self._counts: dict[str, Callable[[], int]] = {
            "steps": lambda: len(residents.acknowledged),
            "ballots": lambda: len(voters.acknowledged),
        }
        self.longest = dict.fromkeys(self._counts, 0.0)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        known = {name: (count(), time.monotonic()) for name, count in self._counts.items()}
        while not self._stop.wait(0.05):
            for name, count in self._counts.items():
                n, since = count(), known[name][1]
                self.longest[name] = max(self.longest[name], time.monotonic() - since)
                if n > known[name][0]:
                    known[name] = (n, time.monotonic())

    def end(self) -> dict[str, float]:
        self._stop.set()
        self._thread.join()
        return {name: round(seconds, 1) for name, seconds in self.longest.items()}


class Drill:
    def __init__(self, cluster: Cluster, residents: Residents, voters: Voters) -> None:
        self.cluster, self.residents, self.voters = cluster, residents, voters
        self.stood_still: dict[str, dict[str, float]] = {}

    @contextmanager
    def fault(self, what: str) -> Iterator[None]:
        """Do something, and wait until both kinds are acknowledged again and all machines are back."""
        watch = Acknowledged(self.residents, self.voters)
        try:
            yield
        finally:
            self.stood_still[what] = watch.end()

    def go_on(self, patience: float = 120.0) -> None:
        """Wait until steps and ballots are acknowledged that were sent after now."""
        people = (*self.residents.threads, *self.voters.threads)
        assert all(t.is_alive() for t in people), "somebody gave up"
        steps, ballots = len(self.residents.acknowledged), len(self.voters.acknowledged)
        wait_until(
            lambda: (
                len(self.residents.acknowledged) >= steps + 4
                and len(self.voters.acknowledged) >= ballots + 40
            ),
            patience,
            "nothing is acknowledged any more",
        )

    def whole(self) -> None:
        wait_until(self.cluster.follows, 180, "the other database does not follow again")

    def nothing(self) -> None:
        with self.fault("nothing"):
            time.sleep(10)

    def machine_of_the_primary(self) -> None:
        """The machine that writes: its PostgreSQL, Patroni and etcd at once."""
        name = self.cluster.primary()
        parts = [self.cluster.processes[f"{part}-{name}"] for part in ("patroni", "etcd")]
        with self.fault("machine of the primary killed (PostgreSQL, Patroni, etcd)"):
            for part in parts:
                part.kill()
            self.cluster.kill_database(name)
            self.go_on()
            for part in reversed(parts):
                part.start()
            self.whole()
        self.go_on()

    def primary(self) -> None:
        """PostgreSQL alone: Patroni is there and sees it."""
        name = self.cluster.primary()
        with self.fault("PostgreSQL that writes killed"):
            self.cluster.kill_database(name)
            self.go_on()
            self.whole()
        self.go_on()

    def app_server(self) -> None:
        with self.fault("one Pilin killed, with all of its processes"):
            self.cluster.processes["pilin-one"].kill()
            self.go_on()
            self.cluster.processes["pilin-one"].start()
            wait_until(
                lambda: self.cluster.ready(self.cluster.web["one"]), 120, "it does not return"
            )
        self.go_on()

    def link(self) -> None:
        name = self.cluster.primary()
        with self.fault("link of the primary cut for 40 s"):
            self.cluster.cut(name)
            time.sleep(40)
            assert self.cluster.primary() not in ("", name), "nobody has taken over"
            self.cluster.mend(name)
            self.whole()
        self.go_on()

    def standby(self) -> None:
        name = next(n for n in self.cluster.rest if n != self.cluster.primary())
        part = self.cluster.processes[f"patroni-{name}"]
        with self.fault("machine of the standby killed"):
            part.kill()
            self.cluster.kill_database(name)
            self.go_on()
            part.start()
            self.whole()
        self.go_on()


def run(cluster: Cluster) -> dict[str, object]:
    """The whole drill; gives what came of it. Raises AssertionError."""
    cluster.start()
    faults = ("machine_of_the_primary", "primary", "app_server", "link", "standby")
    made = cluster.run(SETUP % (BALLOTS * (len(faults) + 1)))
    cluster.poll = made["poll"]
    doctor = cluster.doctor()
    assert "commits wait for one" in doctor, doctor
    voters = Voters(cluster.port, made["words"], cluster.poll, pause=0.2)
    residents = Residents(cluster.port, made["sessions"], made["forum"])
    drill = Drill(cluster, residents, voters)
    try:
        drill.go_on()
        drill.nothing()
        for fault in faults:
            print(f"… {fault}", file=sys.stderr, flush=True)
            getattr(drill, fault)()
    finally:
        residents.end()
        voters.end()
        for fault in cluster.faults():
            print(fault, file=sys.stderr)
    compare(cluster, voters)
    found = cluster.run(CHECK_STEPS)
    titles = {int(n): title for n, title in found["titles"].items()}
    return {
        "seconds without an acknowledgement, at most": drill.stood_still,
        "steps acknowledged": len(residents.acknowledged),
        "steps lost": [t for t, n in residents.acknowledged.items() if titles.get(n) != t],
        "steps doubled": [
            t for t, n in Counter(titles.values()).items() if n > 1 and t.startswith("第")
        ],
        "ballots acknowledged": len(voters.acknowledged) + len(voters.told_before),
        "ballots lost or doubled": 0,  # `compare` has seen to it
        "answers by status": {str(k): n for k, n in sorted(residents.statuses.items())},
        "problems": found["problems"] + found["differing"] + cluster.faults(),
    }


def main() -> None:
    """`python -m tests.cluster.drill`: prints what came of it as JSON; 1 where a promise was not kept."""
    with data_folder("cluster") as folder:
        cluster = Cluster(folder)
        try:
            said = run(cluster)
        except BaseException:
            for process in cluster.processes.values():
                print(f"— {process.name}\n{process.tail()}", file=sys.stderr)
            raise
        finally:
            cluster.stop()
    print(json.dumps(said, ensure_ascii=False, indent=1))
    waits = said["seconds without an acknowledgement, at most"]
    late = [w for waited in waits.values() for w in waited.values() if w > BACK]  # type: ignore[attr-defined]
    sys.exit(1 if late or said["steps lost"] or said["steps doubled"] or said["problems"] else 0)


if __name__ == "__main__":
    main()
