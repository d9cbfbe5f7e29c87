"""A pipeline in a period as somebody looks at it, and the parts that every forecast card is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from coaching import deals_card, forecast_times
from coaching.agreed import Stand, stand
from coaching.card import Action, Card, Element, Facts, Heading, Maths, Spans, note, quiet
from coaching.categories import NAMES, category, in_period
from coaching.disagreement import OVER, Gap, Gaps, Held, gaps
from coaching.language import t, tn, worded
from coaching.money import Money, total
from coaching.numbers.forecast import NoRange, Range, by_category
from coaching.numbers.outlook import Basis, Outlook, first_day_ahead, outlook
from coaching.opportunities import Book, Category, Change, Opportunity, Status
from coaching.outlook_words import in_words, outlook_maths
from coaching.people import Member
from coaching.phrases import day, listed, moment, percent

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.forecasts import Call, Locked, Remark
    from coaching.periods import Period
    from coaching.reviewed import Over
    from coaching.track_record import TrackRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A pipeline in a period. `member` is whose; None for the whole company's. `reader` is who will look at it."""

    company: Company
    reader: Member
    member: Member | None
    now: datetime
    today: date
    period: Period
    open: tuple[Opportunity, ...]
    closed: tuple[Opportunity, ...]
    """Won or lost in the period so far."""
    calls: tuple[Call, ...]
    """Of the period, overlays included, oldest first."""
    remarks: tuple[Remark, ...] = ()
    """What was said about these calls, oldest first."""
    locks: tuple[Locked, ...] = ()
    """How the period stood at its locks, oldest first."""
    imported_on: date | None = None
    """The day of the last import, where it was looked up."""
    changes: tuple[Change, ...] = ()
    """Since the last call."""
    held: frozenset[str] = frozenset()
    """Ids of open deals that may not be in Commit until more is known; they are in Best case already."""
    book: Book | None = None
    """The whole company's; None where nothing is asked of it."""
    outlook: Outlook | None = None
    """The whole company's, where it is worked out already."""
    record: TrackRecord | None = None
    """Of the member, or of everybody."""
    said: Mapping[str, Over] = field(default_factory=dict)
    """Open deals of which their rep has said what the CRM doesn't know yet, by id. Sums go by the CRM."""
    let_go: Mapping[str, date] = field(default_factory=dict)
    """Since when deals of `gone` are."""
    gone: tuple[Opportunity, ...] = ()
    """Deals that are open in the CRM and were let go."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was typed into the fields, when it has to be shown again."""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> deals_card.Told:
        """The same, as the reader reads it."""
        return deals_card.Told(self.reader.id, self.company, self.said, self.let_go)

    @property
    def won(self) -> Money:
        """So far."""
        won = (it.amount for it in self.closed if it.status is Status.WON and it.amount)
        return total((it for it in won if it.currency == self.company.currency), self.company.currency)

    @property
    def target(self) -> Money | None:
        """The member's, or the company's."""
        return self.company.target(self.period, self.member.id if self.member else None)

    @property
    def own(self) -> tuple[Call, ...]:
        """Calls by the reps themselves."""
        return tuple(it for it in self.calls if not it.is_overlay)

    def stand_of(self, member: str) -> Stand:
        """Whose word stands for a rep."""
        return stand(member, self.calls, self.remarks)

    @property
    def stands(self) -> Stand:
        """Whose word stands for the member of this view."""
        return self.stand_of(self.member.id if self.member else "")

    @property
    def last(self) -> Call | None:
        """The member's own last call."""
        return self.own[-1] if self.own else None

    @property
    def overlay(self) -> Call | None:
        """The manager's last call beside it, whether it still stands or not."""
        return next((it for it in reversed(self.calls) if it.is_overlay), None)

    def won_by(self, member: str) -> Money:
        """What one member has won so far."""
        return replace(self, closed=tuple(it for it in self.closed if it.member == member)).won

    def below_won(self, call: Call | None) -> bool:
        """Whether a commit, which counts what is won, has been overtaken by it."""
        if call is None or call.commit.currency != self.company.currency:
            return False
        return call.commit < (self.won if self.member else self.won_by(call.member))

    @property
    def week_from(self) -> datetime:
        """When the forecast's present week began: at the last lock."""
        return forecast_times.last_lock(self.company, self.now)

    @property
    def lock_at(self) -> datetime:
        """The next lock."""
        return forecast_times.next_lock(self.company, self.now)

    def called_this_week(self, member: str) -> bool:
        """Whether a rep has called since the last lock; “still right” is a call."""
        own = [it for it in self.own if it.member == member]
        return bool(own) and own[-1].called_at > self.week_from


def standing(view: View) -> tuple[Element, ...]:
    """What is won, what is left, and until when."""
    pairs: list[tuple[str, Spans]] = [(t("Won so far"), (str(view.won),))]
    if view.target is not None:
        pairs.append((t("Target"), (_to_go(view.target, view.won),)))
    pairs.append((t("Ends"), (_ends(view),)))
    return (Facts(tuple(pairs)), *_old_import(view))


def _to_go(target: Money, won: Money) -> str:
    gap = target - won
    if gap.minor > 0:
        return t("{target}, {gap} to go", target=target, gap=gap)
    return t("{target}, reached, {above} above it", target=target, above=-gap)


def _ends(view: View) -> str:
    left, on = (view.period.end - view.today).days, day(view.period.end, view.today)
    return tn("{day}, in {n} day", "{day}, in {n} days", left, day=on) if left else t("{day}, today", day=on)


STALE_IMPORT = timedelta(days=7)


def _old_import(view: View) -> tuple[Element, ...]:
    """Figures from an old export look like those from a new one."""
    if view.imported_on is None or view.today - view.imported_on <= STALE_IMPORT:
        return ()
    return (quiet(old_import(view.imported_on, view.today)),)


def old_import(imported_on: date, today: date) -> str:
    """Said wherever the figures are older than STALE_IMPORT."""
    return tn(
        "The deals are as of {day}, {n} day ago: what has closed, moved or come since isn’t in these figures.",
        "The deals are as of {day}, {n} days ago: what has closed, moved or come since isn’t in these figures.",
        (today - imported_on).days,
        day=day(imported_on, today),
    )


def committable(deals: Iterable[Opportunity], held: frozenset[str], company: Company) -> tuple[Opportunity, ...]:
    """With those in Best case that would be in Commit but may not."""
    return tuple(
        replace(it, category=Category.BEST_CASE) if it.id in held and category(it, company) is Category.COMMIT else it
        for it in deals
    )


def categories(view: View) -> tuple[Element, ...]:
    """Open deals by how sure they are held to be; a call of the same name counts what is won, too, and it is said."""
    sums = by_category(in_period(view.open, view.period), view.company)
    pairs: tuple[tuple[str, Spans], ...] = tuple(
        (worded(NAMES[it]), (deals_card.sum_text(found),)) for it, found in sums.items() if found.n
    )
    return (Facts(pairs), quiet(open_only()), *_held(view)) if pairs else ()


def open_only() -> str:
    """Said wherever sums by category and calls stand together."""
    return t("By category these are open deals alone. A call is what lands in all, what is won counted in.")


def _held(view: View) -> tuple[Element, ...]:
    names = [it.title for it in in_period(view.open, view.period) if it.id in view.held]
    if not names:
        return ()
    return (
        quiet(t("Out of Commit until more is known: {names}. “deal” and its name says what.", names=listed(names))),
    )


def expected(view: View) -> Outlook:
    """The company's: a member's part of it leans on how everybody's deals went."""
    if view.outlook is not None:
        return view.outlook
    book = view.book or Book(deals=(*view.open, *view.closed), open=view.open)
    return outlook(book, view.company, view.period, first_day_ahead(book.deals, view.today))


def odds(view: View, it: Outlook) -> tuple[Element, ...]:
    """What the coach itself expects, beside the calls."""
    match it.of(view.member.id if view.member else None):
        case NoRange(why):
            return (quiet(t("No range can be worked out: {why}.", why=why)),)
        case Range() as found if not found.n and found.p10 == found.p90 and it.basis is not Basis.OVER:
            return ()
        case Range() as found:
            return (quiet(in_words(it, found)),)


def see_the_maths(view: View, it: Outlook) -> tuple[Action, ...]:
    """A button, where there is a range."""
    member = view.member.id if view.member else ""
    shown = outlook_maths(it, it.of(member or None), view.period)
    return (Action("forecast.maths", t("See the maths"), {"member": member}),) if shown else ()


def maths(view: View) -> Card:
    """How the coach's range was made, and how far the call is from it, for whoever pressed for it."""
    it = expected(view)
    shown = outlook_maths(it, it.of(view.member.id if view.member else None), view.period)
    if not shown:
        return note(t("There is no range for {period} yet, so there is no maths to see.", period=view.period))
    title = t("The maths of the forecast {period}", period=view.period)
    found = gaps(view.last, it) if view.member and view.last else None
    return Card(title, (Heading(title), *shown, *gap_maths(found)))


# --- calls -----------------------------------------------------------------------------------------------------------
def called_on(call: Call, view: View) -> str:
    """The day it was made, by the reader's clock."""
    return on_day(call.called_at, view)


def on_day(at: datetime, view: View) -> str:
    """By the reader's clock."""
    return day(at.astimezone(view.reader.tz).date(), view.today)


def amounts(call: Call) -> str:
    """Both, in a line."""
    return t("commit {commit}, best case {best}", commit=call.commit, best=call.best_case)


def next_lock(view: View) -> str:
    """`Fri 27 Nov at 12:00`, by the reader's clock."""
    return moment(view.lock_at, view.reader)


# --- the difference to the coach -------------------------------------------------------------------------------------
def gap_words(it: Gap) -> str:
    """One difference, in a sentence."""
    if not it.by.minor:
        return _equal(it)
    values = {"off": share_words(it), "coachs": it.coachs}
    if it.of is Held.COMMIT and it.by.minor > 0:
        return t("The commit is {off} above the middle of what the coach expects ({coachs}).", **values)
    if it.of is Held.COMMIT:
        return t("The commit is {off} below the middle of what the coach expects ({coachs}).", **values)
    if it.by.minor > 0:
        return t(
            "The best case is {off} above what the coach expects to be exceeded in one of ten cases ({coachs}).",
            **values,
        )
    return t(
        "The best case is {off} below what the coach expects to be exceeded in one of ten cases ({coachs}).", **values
    )


def _equal(it: Gap) -> str:
    if it.of is Held.COMMIT:
        return t("The commit is just the middle of what the coach expects.")
    return t("The best case is just what the coach expects to be exceeded in one of ten cases.")


def share_words(it: Gap) -> str:
    """Without its sign: `18 %`; the amount, where there is nothing to divide by."""
    return str(Money(abs(it.by.minor), it.by.currency)) if it.share is None else percent(abs(it.share))


def signed(it: Gap) -> str:
    """In a table: `+18 %`, `-7 %`, `0 %`."""
    sign = "+" if it.by.minor > 0 else "-" if it.by.minor < 0 else ""
    return f"{sign}{share_words(it)}"


def gap_maths(it: Gaps | None) -> tuple[Maths, ...]:
    """How the differences were made, and when one asks for evidence."""
    if it is None:
        return ()
    return (
        Maths(
            figure=t("the difference to the coach"),
            value=t("commit {commit}, best case {best}", commit=signed(it.commit), best=signed(it.best_case)),
            formula=t(
                "(commit - P50) / P50, and (best case - P90) / P90, of the coach’s range. Evidence is asked for when "
                "the commit is more than {over} % off to either side, or the best case more than {over} % above",
                over=OVER,
            ),
            inputs=(
                (t("commit"), t("{called} against {coachs}", called=it.commit.called, coachs=it.commit.coachs)),
                (
                    t("best case"),
                    t("{called} against {coachs}", called=it.best_case.called, coachs=it.best_case.coachs),
                ),
            ),
            uncertainty=t("a difference says that one of the two knows something, not which; the range says how wide"),
        ),
    )


def _against(it: Gap) -> str:
    return t("{called} against {coachs}", called=it.called, coachs=it.coachs)
