"""A process that calls, agrees and locks as fast as it can, until it is killed: `python -m tests.agreed_worker URL N`.

It says the id of each call once that is kept.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from coaching.decision import Alarm, Decision
from coaching.engine import Engine
from coaching.routines import ROUTINES
from storage.database import create_engine
from storage.store import SqlStore
from tests.builders import a_company, a_manager, a_member, at, days_later, pressed
from tests.fakes import no_holidays

REPS = ("dana", "bob", "eve", "kim")
COMPANY = a_company(*(a_member(it) for it in REPS), a_manager(), a_manager("max"))
LOCK = at("12:00", days_later(4), "America/New_York")
"""The first of Acme's locks."""


def main(url: str, turn: int) -> None:
    """Each round is a week: a call, a yes to it, and the lock."""
    store = SqlStore(create_engine(url))
    engine = Engine(store, no_holidays, ROUTINES)
    for n in range(10_000):
        lock = LOCK + timedelta(weeks=(turn * 5 + n) % 20)
        now, key = lock - timedelta(hours=1, seconds=n), f"{turn}:{n}"
        period, who = str(COMPANY.period(now.date())), REPS[n % len(REPS)]
        args = {"period": period, "member": who}
        fields = {"commit": f"{100 + n}k", "best": "20m"}
        engine.handle(pressed("forecast.submit", now, member=who, key=f"call:{key}", args=args, fields=fields))
        with store.work("acme") as work:
            call = max(work.calls(period, who), key=lambda it: it.called_at)
        print(call.id, flush=True)
        agreed = pressed("forecast.agree", now, member="morgan", key=f"agree:{key}", args=args | {"call": call.id})
        engine.handle(agreed)
        with store.work("acme") as work:
            work.apply(Decision(alarms=(Alarm(alarm="forecast.lock", subject="", at=lock),)), lock)
        engine.tick(lock)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
