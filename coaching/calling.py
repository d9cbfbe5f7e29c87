"""Reading a forecast call, from fields or from words, against the call before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coaching.forecast_words import THOUSAND
from coaching.language import t
from coaching.money import Money
from coaching.words import NotUnderstood, amount, understand_forecast

if TYPE_CHECKING:
    from coaching.forecasts import Call
    from coaching.periods import Period


HUNDRED = 100
"""So many times a call of a rep's own, or their target, and a bare figure is held to be of thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A readable call. `aside` says what was assumed."""

    commit: Money
    best_case: Money
    reason: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """What was typed, and what was wrong with it, by field."""

    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


def from_fields(fields: Mapping[str, str], before: Call | None, currency: str) -> Figures | Unreadable:
    """All that is wrong at once, each at its field."""
    errors: dict[str, str] = {}
    commit = _read(fields, "commit", currency, errors)
    best = _read(fields, "best", currency, errors)
    if commit is None and "commit" not in errors:
        errors["commit"] = t("The commit is what I need: the amount that will land.")
    if errors or commit is None:
        return Unreadable(typed=dict(fields), errors=errors)
    return _checked(commit, best, fields.get("reason", "").strip(), before, dict(fields))


def _read(fields: Mapping[str, str], name: str, currency: str, errors: dict[str, str]) -> Money | None:
    written = fields.get(name, "").strip()
    if not written:
        return None
    try:
        return amount(written, currency)
    except NotUnderstood as why:
        errors[name] = str(why)
        return None


def from_words(text: str, before: Call | None, currency: str) -> Figures | Unreadable:
    """`commit 120k best 150k because …`; the best case alone keeps the commit there was."""
    try:
        said = understand_forecast(text, currency)
    except NotUnderstood as why:
        return Unreadable(typed={"commit": " ".join(text.split())}, errors={"commit": str(why)})
    commit = before.commit if said.commit is None and before else said.commit
    typed = {name: str(it) for name, it in (("commit", commit), ("best", said.best_case)) if it is not None}
    typed["reason"] = said.reason
    if commit is None:
        return Unreadable(typed=typed, errors={"commit": t("And the commit? It is the amount that will land.")})
    return _checked(commit, said.best_case, said.reason, before, typed)


def needs_a_look(read: Figures | Unreadable) -> Figures | Unreadable:
    """Words that may be meant otherwise: asked back with everything filled in, and kept by a press."""
    if isinstance(read, Unreadable):
        return read
    typed = {"commit": str(read.commit), "best": str(read.best_case), "reason": read.reason}
    error = t(
        "Is this your forecast call? Send it if it is; a promise for today begins with “today”, and thousands are "
        "written 12k."
    )
    return Unreadable(typed=typed, errors={"commit": error})


def only_this(period: Period, time: str) -> str:
    """Of a time that can't be called; `time` in the words that named it."""
    return t(
        "Only {period}, the quarter that runs, can be called; I read “{time}” in that, and nothing is kept.",
        period=period,
        time=time,
    )


def another_time(read: Figures | Unreadable, period: Period, time: str) -> Unreadable:
    """Asked back with the amounts filled in, where there are any: it may be meant for the quarter that runs."""
    said = only_this(period, time)
    if isinstance(read, Unreadable):
        typed = {name: it for name, it in read.typed.items() if name not in read.errors}
        return Unreadable(typed=typed, errors={"commit": said})
    typed = {"commit": str(read.commit), "best": str(read.best_case), "reason": read.reason}
    return Unreadable(typed=typed, errors={"commit": f"{said} {t('Send it if it is for {period}.', period=period)}"})


def in_thousands(read: Figures | Unreadable, known: Iterable[Money | None]) -> Figures | Unreadable:
    """`forecast 120` beside amounts a hundred times that: asked back with thousands filled in."""
    if isinstance(read, Unreadable) or not 0 < read.commit.amount < THOUSAND:
        return read
    largest = max((it.minor for it in known if it and it.currency == read.commit.currency), default=0)
    if largest < HUNDRED * read.commit.minor:
        return read
    commit, best = (_times_thousand(it) for it in (read.commit, read.best_case))
    error = t("Nothing is kept yet: did you mean {commit}? Send it if you did, or write what it is.", commit=commit)
    typed = {"commit": str(commit), "best": str(max(commit, best)), "reason": read.reason}
    return Unreadable(typed=typed, errors={"commit": error})


def _times_thousand(it: Money) -> Money:
    return Money(it.minor * THOUSAND, it.currency) if it.amount < THOUSAND else it


def _checked(
    commit: Money, best: Money | None, reason: str, before: Call | None, typed: Mapping[str, str]
) -> Figures | Unreadable:
    """Without a best case, the one before stands, or the commit where that is more."""
    if best is None:
        return _assumed(commit, reason, before)
    if best < commit:
        error = t(
            "The best case can’t be below the commit of {commit}; it is what lands if all goes well.", commit=commit
        )
        return Unreadable(typed=typed, errors={"best": error})
    return Figures(commit=commit, best_case=best, reason=reason)


def _assumed(commit: Money, reason: str, before: Call | None) -> Figures:
    if before and before.best_case.currency == commit.currency and before.best_case > commit:
        aside = t("You named no best case, so the one before stands: {best}.", best=before.best_case)
        return Figures(commit=commit, best_case=before.best_case, reason=reason, aside=aside)
    aside = t("You named no best case, so I took it to be the commit: {commit}.", commit=commit)
    return Figures(commit=commit, best_case=commit, reason=reason, aside=aside)
