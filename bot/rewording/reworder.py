"""Which messages get other words, and how often. When the model is slow, wrong or gone they keep the coach's own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from prometheus_client import Counter

from bot.rewording.model import DEADLINE, UnusableError
from bot.rewording.tasks import rephrase, sum_up
from coaching import rewording
from coaching.decision import Kind
from coaching.rewording import Doubt, Draft

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.rewording.model import Model
    from coaching.card import Card, Spans
    from storage.deliveries import Waiting

log = logging.getLogger(__name__)

KINDS = frozenset({Kind.REVIEW, Kind.DIGEST, Kind.NOTICE})
"""What the coach says of its own accord. Nobody waits for these; an answer to a person is never held up."""
AT_ONCE = 4
WAITING = 8
"""Messages being worded at once; beyond that they go as they are, so that a slow model holds up nobody else's."""
A_DAY = 300
"""Texts for one company in a day."""
FAILURES = 3
"""In a row; then the model is left alone for a while."""
PAUSE = timedelta(minutes=5)
REMEMBERED = 5_000
Key = tuple[str, str, str, str]
"""Company, reader, what was asked, of which words: what was made for one is never another's."""
Taken = TypeVar("Taken")

ASKED = Counter("coach_rewordings", "What became of texts that a language model was asked about", ["outcome"])


class Reworder:
    """One per process; what was taken is remembered there, so that a message that changes keeps its words."""

    def __init__(self, model: Model, clock: Clock, *, real: Callable[[], float] = time.monotonic) -> None:
        self._model = model
        self._clock = clock
        self._real = real
        self._asking = asyncio.Semaphore(AT_ONCE)
        self._wording = 0
        self._spent: tuple[date, defaultdict[str, int]] = (date.min, defaultdict(int))
        self._failures, self._closed_until = 0, 0.0
        self._known: OrderedDict[Key, str | None] = OrderedDict()

    async def __call__(self, message: Waiting) -> Waiting:
        """The message in other words, or as it is: never late, never an error."""
        if message.kind not in KINDS or not message.company.rewording or self._wording >= WAITING:
            return message
        self._wording += 1
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                return replace(message, card=await self._worded(message))
        except TimeoutError:
            self._failed("no answer in time")
            return message
        except Exception:
            log.exception("%s of %s couldn't be worded; it goes as it is", message.key, message.company.slug)
            return message
        finally:
            self._wording -= 1

    async def close(self) -> None:
        """The model's connections."""
        await self._model.close()

    async def _worded(self, message: Waiting) -> Card:
        card = message.card
        found = await asyncio.gather(*(self._paragraph(message, it.spans) for _, it in rewording.paragraphs(card)))
        words = {at: it for (at, _), it in zip(rewording.paragraphs(card), found, strict=True) if it is not None}
        summed = await asyncio.gather(*(self._summary(message, it) for _, it in rewording.notes(card)))
        summaries = {at: it for (at, _), it in zip(rewording.notes(card), summed, strict=True) if it is not None}
        return rewording.reworded(card, words, summaries)

    async def _paragraph(self, message: Waiting, spans: Spans) -> Spans | None:
        draft = Draft.of(spans)
        return await self._answer(message, rephrase(message.company.language), draft.text, draft.filled)

    async def _summary(self, message: Waiting, notes: tuple[str, ...]) -> str | None:
        task = sum_up(message.company.language)
        return await self._answer(message, task, "\n".join(notes), lambda it: rewording.summed_up(it, notes))

    async def _answer(self, message: Waiting, task: str, words: str, check: Callable[[str], Taken]) -> Taken | None:
        """Remembered, or asked for; None when there is none that can be believed. Each text is asked about once."""
        key = (message.company.slug, message.member, task, words)
        if key not in self._known:
            if message.reference is not None or not self._may_ask(message.company.slug):
                return None
            self._remember(key, await self._asked(task, words))
        return self._taken(self._known[key], check)

    async def _asked(self, task: str, words: str) -> str | None:
        try:
            async with self._asking:
                answer = await self._model.text(task, words)
        except UnusableError as problem:
            self._failed(str(problem))
            return None
        except Doubt as doubt:
            self._doubted(doubt)
            return None
        self._failures = 0
        return answer

    def _taken(self, answer: str | None, check: Callable[[str], Taken]) -> Taken | None:
        if answer is None:
            return None
        try:
            taken = check(answer)
        except Doubt as doubt:
            self._doubted(doubt)
            return None
        ASKED.labels("taken").inc()
        return taken

    def _remember(self, key: Key, answer: str | None) -> None:
        self._known[key] = answer
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _may_ask(self, company: str) -> bool:
        """Within the day's allowance, and not while the model is left alone."""
        today = self._clock.now().date()
        if self._spent[0] != today:
            self._spent = (today, defaultdict(int))
        if self._real() < self._closed_until or self._spent[1][company] >= A_DAY:
            return False
        self._spent[1][company] += 1
        return True

    def _failed(self, why: str) -> None:
        ASKED.labels("failed").inc()
        self._failures += 1
        if self._failures >= FAILURES:
            self._closed_until = self._real() + PAUSE.total_seconds()
            self._failures = 0
            log.warning("the language model can't be used (%s); it is left alone for %s", why, PAUSE)

    def _doubted(self, doubt: Doubt) -> None:
        """Its words aren't logged: they are about people."""
        ASKED.labels("doubted").inc()
        log.info("a language model's words weren't taken: %s", doubt)
