"""A desk at which a forecast is called and agreed: one company in memory, and the one routine."""

from coaching.card import Card, plain
from coaching.company import Company
from coaching.engine import Engine
from coaching.forecasts import Call
from coaching.refusal import NOT_YOURS
from coaching.routines.forecast import ROUTINE
from tests.builders import a_company, at, commanded, days_later, dollars, pressed
from tests.fakes import MemoryStore, no_holidays, remember

FORM = {"commit": "120k", "best": "150k", "reason": "Globex signs on Friday"}
PERIOD = {"period": "2026-Q4", "member": "dana"}


class Desk:
    """One company, its memory and an engine with the one routine."""

    def __init__(self, *things, company: Company | None = None, holidays=no_holidays):
        self.store = MemoryStore(company or a_company())
        self.memory = remember(self.store.of["acme"], *things)
        self.engine = Engine(self.store, holidays, (ROUTINE,))

    def type(self, text, member="dana", now=None):
        return self.engine.handle(commanded("forecast", text, now, member=member))

    def press(self, action, now=None, **more):
        """The card that is shown in place of the pressed one; what refuses a press leaves that as it is."""
        event = pressed(action, now, **({"message": "m1"} | more))
        self.engine.handle(event)
        shown = self.memory.messages[f"reply:{event.key}"]
        assert shown.replaces == (None if shown.card.summary == NOT_YOURS else "m1")
        return shown.card

    @property
    def calls(self):
        return [(it.by, it.member, it.commit, it.best_case, it.reason) for it in self.memory.calls]


def a_call(commit=100_000, best=140_000, days=-3, **more):
    usual = {"member": "dana", "period": "2026-Q4", "by": "dana", "reason": ""}
    call = {"commit": dollars(commit), "best_case": dollars(best), "called_at": at(day=days_later(days))}
    return Call(**(usual | call | more))


def words(card: Card) -> str:
    """Everything on a card, as text."""
    found = [card.summary]
    for it in card.elements:
        for part in ("spans", "text", "label", "error"):
            value = getattr(it, part, None)
            found.append(plain(value) if isinstance(value, tuple) else value or "")
        found += [f"{name}: {plain(spans)}" for name, spans in getattr(it, "pairs", ())]
        found += [plain(spans) for spans in getattr(it, "items", ())]
        found += [" | ".join(plain(cell) for cell in row) for row in getattr(it, "rows", ())]
    return "\n".join(found)


def errors(card: Card) -> dict[str, str]:
    return {it.name: it.error for it in card.fields if it.error}


def values(card: Card) -> dict[str, str]:
    return {it.name: it.value for it in card.fields}
