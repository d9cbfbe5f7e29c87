"""The deals of the story: the everyday ones, drawn by a chance that always falls alike, and those it turns on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.sample.deals import Deal, Move, numbered
from bot.sample.luck import Luck
from coaching.opportunities import Category

FIRST_WEEK, LAST_WEEK = -68, 3
OPEN_STAGES = ("Discovery", "Demo", "Proposal", "Negotiation")
STEPS = {
    "Discovery": ("Call with the shift lead", "Walk through the warehouse", "Send the questionnaire"),
    "Demo": ("Demo for the plant manager", "Show the pallet cell on their parts", "Visit the reference site"),
    "Proposal": ("Go through the proposal with finance", "Return-on-investment session", "Answer the IT questions"),
    "Negotiation": ("Terms with purchasing", "Signature by the managing director", "Agree the start date"),
}
FIRST = (
    "Alderbrook", "Birchmoor", "Coppergate", "Dunmere", "Elmstead", "Foxhollow", "Glenarrow", "Hartsease", "Ivorydale",
    "Juniper Cross", "Kestrel Bay", "Larkfield", "Millrace", "Nettlecombe", "Oakhaven", "Pinecroft", "Quarrybank",
    "Rushford", "Silverbeck", "Thornbury Vale", "Underwood", "Violet Hill", "Westering", "Yarrowdale",
)  # fmt: skip
SECOND = ("Foods", "Logistics", "Plastics", "Packaging", "Bottling", "Castings", "Fulfilment", "Paper", "Textiles")
PRODUCTS = ("Picker Arm", "Pallet Rover", "Vision Kit", "Sorting Cell")
SOURCES = ("referral", "inbound", "outbound", "trade fair", "partner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How a rep's everyday deals fall."""

    member: str
    name: str
    a_week: float
    won: float
    low: int
    high: int
    since: int = FIRST_WEEK


HANDS = (
    Hand(member="priya", name="Priya Raman", a_week=0.95, won=0.55, low=16_000, high=64_000),
    Hand(member="theo", name="Theo Marchetti", a_week=0.85, won=0.45, low=18_000, high=70_000),
    Hand(member="dana", name="Dana Whitfield", a_week=0.8, won=0.34, low=16_000, high=72_000),
    Hand(member="sam", name="Sam Okafor", a_week=0.65, won=0.3, low=14_000, high=52_000),
    Hand(member="lena", name="Lena Brandt", a_week=0.8, won=0.3, low=8_000, high=30_000, since=-7),
)


def pipeline() -> tuple[Deal, ...]:
    """All deals, from more than a year ago to some weeks ahead."""
    everyday = (deal for hand in HANDS for deal in _everyday(hand))
    return numbered([*everyday, *_turning_points()])


def _everyday(hand: Hand) -> Iterator[Deal]:
    luck = Luck(f"quillfern {hand.member}")
    for week in range(hand.since, LAST_WEEK):
        if luck.chance(hand.a_week):
            yield _drawn(hand, luck, week * 7 + luck.whole(0, 4))


def _drawn(hand: Hand, luck: Luck, created: int) -> Deal:
    won = luck.chance(hand.won)
    cycle = luck.whole(24, 95, 1.6) if won else luck.whole(14, 120, 1.3)
    return Deal(
        account=f"{luck.one(FIRST)} {luck.one(SECOND)}",
        product=luck.one(PRODUCTS),
        source=luck.one(SOURCES),
        owner=hand.name,
        member=hand.member,
        moves=tuple(sorted(_course(hand, luck, created, cycle, won=won), key=lambda it: it.day)),
    )


def _course(hand: Hand, luck: Luck, created: int, cycle: int, *, won: bool) -> Iterator[Move]:
    """Through the stages to its end, with an estimate of the end that is put right before it has passed."""
    ends = _weekday(created + cycle)
    size = luck.whole(hand.low // 500, hand.high // 500, 1.5) * 500
    guess = created + int(cycle * luck.share(0.8, 1.4))
    first = None if luck.chance(0.15) else round(size * luck.share(0.7, 1.3), -3)
    yield _step(luck, created, "Discovery", close=_weekday(max(guess, created + 14)), amount=first)
    reached = OPEN_STAGES if won else OPEN_STAGES[: luck.whole(1, 4)]
    days = [created, *(_weekday(created + int(cycle * part)) for part in (0.2, 0.45, 0.75)[: len(reached) - 1]), ends]
    for day, stage in zip(days[1:-1], reached[1:], strict=True):
        yield _step(luck, day, stage, amount=size if stage == "Proposal" else None)
    for before, after in pairwise(days):
        yield from (_touch(luck, _weekday(day), days, reached) for day in range(before + 8, after - 3, 9))
    if guess < ends:
        yield Move(day=max(created, guess - 1), close=_weekday(ends + luck.whole(0, 5)))
    yield Move(day=ends, stage="Won" if won else "Lost", amount=size if won else None)


def _touch(luck: Luck, day: int, days: list[int], reached: tuple[str, ...]) -> Move:
    """Somebody talked to somebody: the stage it is in then, and a next step."""
    stage = [stage for start, stage in zip(days, reached, strict=False) if start <= day][-1]
    return _step(luck, day, stage)


def _step(luck: Luck, day: int, stage: str, *, close: int | None = None, amount: float | None = None) -> Move:
    whole = None if amount is None else int(amount)
    step = luck.one(STEPS[stage])
    return Move(day=day, stage=stage, close=close, amount=whole, next_step=step, next_step_on=_weekday(day + 9))


def _weekday(day: int) -> int:
    """That day, or the Monday after it; the story's own Monday is day 0."""
    return day + max(0, 7 - day % 7) if day % 7 > 4 else day


def _turning_points() -> Iterator[Deal]:
    """What a manager ought to see in this team."""
    yield _deal("dana", "Harbor & Pine Logistics", "Sorting Cell", "trade fair", *_WHALE)
    yield _deal("priya", "Marlowe Provisions", "Picker Arm", "referral", *_straight(-48, 42_000, closes=1))
    yield _deal("priya", "Tidewater Crates", "Pallet Rover", "partner", *_straight(-37, 31_500, closes=9))
    yield _deal("theo", "Bellwether Mills", "Sorting Cell", "referral", *_straight(-55, 58_000, closes=3))
    yield _deal("theo", "Ostrander Glass", "Picker Arm", "inbound", *_straight(-44, 36_500, closes=8))
    yield _deal("theo", "Fenwick Cold Store", "Pallet Rover", "outbound", *_straight(-33, 27_000, closes=17))
    yield _deal("lena", "Pepperell Seeds", "Vision Kit", "inbound", *_straight(-45, 9_500, closes=-11))
    yield _deal("lena", "Cobblestone Bakery", "Picker Arm", "outbound", *_straight(-24, 18_000, closes=29))
    yield _deal(
        "dana", "Granary Row Beverages", "Vision Kit", "inbound", *_straight(-61, 33_000, closes=-4, end="Lost")
    )
    yield _deal("dana", "Stillwater Dairy", "Pallet Rover", "referral", *_PUSHED)
    yield _deal("sam", "Northgate Castors", "Pallet Rover", "outbound", *_QUIET)
    yield _deal("sam", "Lowell & Finch Print", "Vision Kit", "inbound", *_OVERDUE)
    yield _deal(None, "Tamarack Spirits", "Picker Arm", "partner", *_NOBODYS)


_WHALE = (
    Move(day=-301, stage="Discovery", close=-150, amount=180_000, next_step="Meet the board", next_step_on=-290),
    Move(day=-271, stage="Demo", next_step="Visit the reference site", next_step_on=-240),
    Move(day=-192, stage="Proposal", amount=240_000, category=Category.BEST_CASE),
    Move(day=-152, close=-90, next_step="Board meets again", next_step_on=-120),
    Move(day=-94, stage="Negotiation", close=-60, category=Category.COMMIT),
    Move(day=-62, close=-31, next_step="Terms with purchasing", next_step_on=-45),
    Move(day=-33, close=-17, next_step="Waiting for the new finance director", next_step_on=-24),
    Move(day=-26, close=-3, next_step=""),
)
_PUSHED = (
    Move(day=-68, stage="Discovery", close=-5, amount=26_000),
    Move(day=-47, stage="Demo", next_step="Show the rover on their ramp", next_step_on=-40),
    Move(day=-27, stage="Proposal", amount=28_500, next_step="Go through the proposal with finance", next_step_on=-6),
    Move(day=-5, close=16, next_step="Budget talk with finance", next_step_on=4),
)
_QUIET = (
    Move(day=-58, stage="Discovery", close=11, amount=55_000),
    Move(day=-41, stage="Demo", amount=64_000, next_step="Demo for the plant manager", next_step_on=-20),
    Move(day=-15, stage="Proposal", next_step=""),
)
_OVERDUE = (
    Move(day=-64, stage="Discovery", close=-6, amount=18_000),
    Move(day=-36, stage="Proposal", next_step="Answer the IT questions", next_step_on=-18),
)
_NOBODYS = (
    Move(day=-80, stage="Discovery", close=24, amount=22_000),
    Move(day=-52, stage="Demo", next_step="Visit the reference site", next_step_on=-38),
)


def _straight(created: int, amount: int, *, closes: int, end: str = "Won") -> tuple[Move, ...]:
    """A deal that goes as planned."""
    luck = Luck(f"straight {created} {amount}")
    days = [_weekday(created + int((closes - created) * part)) for part in (0, 0.25, 0.5, 0.75)]
    steps = [_step(luck, day, stage, amount=amount) for day, stage in zip(days, OPEN_STAGES, strict=True)]
    return (Move(day=created, close=closes), *steps, Move(day=closes, stage=end))


def _deal(member: str | None, account: str, product: str, source: str, *moves: Move) -> Deal:
    owner = next((it.name for it in HANDS if it.member == member), "Ruth Calloway")
    return Deal(account=account, product=product, source=source, owner=owner, member=member, moves=moves)
