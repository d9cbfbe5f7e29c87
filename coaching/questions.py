"""The question of the day: a bank about the buyer, and a rotation that tires nobody.

A question's id is kept with the check-in; one about something names it after an `@` (`overdue@O-17`), so that its
words can be found again when the answer is edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2s
from zlib import crc32

from coaching.checkins import CheckIn, CheckInStatus
from coaching.company import Company
from coaching.habits import Habit
from coaching.heard import ALL
from coaching.language import marked, t, worded
from coaching.opportunities import Opportunity
from coaching.phrases import whole_day

REST = timedelta(days=14)
"""How long before a question comes again."""
DEAL_REST = timedelta(days=7)
"""How long one deal is left in peace."""
STUCK = re.compile("|".join(it.stuck for it in ALL), re.IGNORECASE)

GENERAL: Mapping[str, str] = {
    "buyers_step": marked("Which buyer has promised you a next step, and by when?"),
    "problem": marked("Which buyer's problem do you understand better than a week ago?"),
    "learned": marked("What have you learned lately that no competitor knows?"),
    "budget": marked("In your best deal, who has to find the money, and in which budget?"),
    "funded_before": marked("How did your biggest prospect pay for the last thing like this?"),
    "waiting": marked("What does it cost your best prospect to wait another month?"),
    "their_date": marked("Which deal has a date that matters to the buyer, not just to us?"),
    "could_say_no": marked("Who could still say no, and haven't you met them yet?"),
    "gone_quiet": marked("Which deal has gone quiet, and what would make your call worth taking?"),
    "let_go": marked("Which deal would you let go today to win time for a better one?"),
    "first_call": marked("Whom do you call first today, and why them?"),
    "worked": marked("What worked lately that you would do again?"),
    "in_the_way": marked("What makes selling harder than it should be at the moment?"),
    "own_money": marked("Which deal in your forecast would you not bet your own money on?"),
    "still_owe": marked("What have you promised a buyer that is still open?"),
    "got_talking": marked("Which question of yours got a buyer talking?"),
    "ten_minutes": marked("Where would ten minutes with your manager help most this week?"),
    "early_deal": marked("Which young deal deserves an hour today, before it becomes urgent?"),
}
OF_THE_MANAGER = frozenset({"ten_minutes"})
"""Asked where there is one."""
ABOUT_A_DEAL: Mapping[str, str] = {
    "overdue": marked(
        "{deal} was due to close on {close}. What is the buyer's own date, and what has to happen first?"
    ),
    "no_step": marked("{deal} has no next step. What would the buyer agree to do next?"),
    "must_be_true": marked("What must be true for {deal} to become a yes?"),
    "who_pays": marked("{deal}: who finds the money, and have they bought something like it before?"),
    "cost_of_waiting": marked("{deal}: what does waiting cost them?"),
    "who_else": marked("{deal}: who else has a say, and have you met them?"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What a question may be about: one member's check-ins and open deals."""

    company: Company
    checkins: tuple[CheckIn, ...]
    opportunities: tuple[Opportunity, ...]


def question_for(member: str, day: date, about: Background) -> str:
    """The id of that day's question; always the same for the same facts."""
    before = tuple(sorted((it for it in about.checkins if it.day < day), key=lambda it: it.day))
    return (
        _blocker(before)
        or _zero(before, about.company)
        or _of_a_deal(before, day, about)
        or _general(before, member, day, about.company)
    )


def words_of(question: str, about: Background) -> str:
    """What to ask; empty when the question or what it is about is no longer known."""
    kind, _, subject = question.partition("@")
    if kind in GENERAL:
        return worded(GENERAL[kind])
    if kind in ABOUT_A_DEAL:
        deal = next((it for it in about.opportunities if _token(it) == subject), None)
        return _about(ABOUT_A_DEAL[kind], deal) if deal else ""
    if kind == "blocked":
        wrote = next((it for it in about.checkins if it.day.isoformat() == subject), None)
        words = shortened(stuck_words(wrote)) if wrote else ""
        return t("Last time you wrote “{words}”. Is it moving, and who could help?", words=words) if wrote else ""
    if kind == "zero":
        habit = next((it for it in about.company.habits if it.id == subject), None)
        return t("No {unit} two days running; that happens. What got in the way?", unit=habit.unit) if habit else ""
    return ""


def shortened(text: str, to: int = 120) -> str:
    """On one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= to else line[: to - 1].rstrip() + "…"


def stuck_words(checkin: CheckIn) -> str:
    """What they wrote about being stuck; empty when they did not."""
    for it in (checkin.note, checkin.answer):
        if it and STUCK.search(it):
            return it
    return ""


def _answered(before: Iterable[CheckIn]) -> tuple[CheckIn, ...]:
    return tuple(it for it in before if it.status is CheckInStatus.ANSWERED)


def _blocker(before: tuple[CheckIn, ...]) -> str:
    """Followed up once: whoever answers the follow-up with the same trouble is not asked a third time."""
    last = next(iter(reversed(_answered(before))), None)
    if last is None or not stuck_words(last) or last.question.startswith("blocked@"):
        return ""
    return f"blocked@{last.day.isoformat()}"


def _zero(before: tuple[CheckIn, ...], company: Company) -> str:
    """Nothing done of a daily habit, twice in a row: asked about once a week at most."""
    last = _answered(before)[-2:]
    if len(last) < 2 or any(it.question.startswith("zero@") for it in before if it.day > last[-1].day - DEAL_REST):
        return ""
    idle = next((it for it in company.team_habits if it.per_day and _idle(it, last)), None)
    return f"zero@{idle.id}" if idle else ""


def _idle(habit: Habit, days: tuple[CheckIn, ...]) -> bool:
    return all(it.counts.get(habit.id) == 0 for it in days)


def _of_a_deal(before: tuple[CheckIn, ...], day: date, about: Background) -> str:
    """Every other time at most; the largest first, and those with something amiss before the healthy ones."""
    last = next((it.question for it in reversed(before) if it.question), "")
    if last.partition("@")[0] in ABOUT_A_DEAL:
        return ""
    resting = {it.question.partition("@")[2] for it in before if "@" in it.question and it.day > day - DEAL_REST}
    recent = {it.question for it in before if it.day > day - REST}
    deals = sorted((it for it in about.opportunities if _token(it) not in resting), key=lambda it: _rank(it, day))
    asked = (f"{kind}@{_token(deal)}" for deal in deals for kind in _kinds(deal, day))
    return next((it for it in asked if it not in recent), "")


def _rank(deal: Opportunity, day: date) -> tuple[bool, int, str]:
    return (not _amiss(deal, day), -(deal.amount.minor if deal.amount else 0), deal.id)


def _amiss(deal: Opportunity, day: date) -> tuple[str, ...]:
    overdue = deal.close_date is not None and deal.close_date < day
    return (*(("overdue",) if overdue else ()), *(() if deal.next_step.strip() else ("no_step",)))


def _kinds(deal: Opportunity, day: date) -> tuple[str, ...]:
    return (*_amiss(deal, day), *(it for it in ABOUT_A_DEAL if it not in {"overdue", "no_step"}))


def _about(question: str, deal: Opportunity) -> str:
    close = whole_day(deal.close_date) if deal.close_date else t("a day now past")
    return worded(question).replace("{close}", close).replace("{deal}", shortened(deal.title, 60))


def _token(deal: Opportunity) -> str:
    """The id itself, or a short stand-in for a long one: what is kept has room for 64 characters."""
    return deal.id if len(deal.id) <= 40 else blake2s(deal.id.encode(), digest_size=8).hexdigest()


def about_deal(deal: Opportunity) -> str:
    """How a question's id names the deal that it is about."""
    return _token(deal)


def _general(before: tuple[CheckIn, ...], member: str, day: date, company: Company) -> str:
    """From a place that differs by member and moves on daily, the first that has rested; else the longest rested."""
    bank = tuple(it for it in GENERAL if company.managers or it not in OF_THE_MANAGER)
    start = crc32(member.encode()) + day.toordinal()
    turn = tuple(bank[(start + n) % len(bank)] for n in range(len(bank)))
    last = {it.question: it.day for it in before}
    return min(turn, key=lambda it: max(last.get(it, date.min), day - REST))
