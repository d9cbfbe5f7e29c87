"""Teams' listeners: an activity of known origin in, the engine asked, and only then the acknowledgement."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from bot.door import OK, Answer
from bot.door import Payload as Activity
from bot.introductions import Introductions
from bot.teams import inbound, introductions, views
from bot.teams.api import Api, Content, Voices
from bot.teams.desk import Desk, Nothing, Outcome, Posted, Refusal, Shown, Told
from bot.teams.inbound import Came, Origin, Sort
from bot.teams.onboarding import Onboarding
from bot.teams.render import render
from bot.turns import SIDE_BY_SIDE, Pace, Turns
from coaching.card import Card
from coaching.language import ENGLISH, Language, marked, speaking, worded

if TYPE_CHECKING:
    from botbuilder.core import TurnContext

    from bot.teams.adapter import Adapter

log = logging.getLogger(__name__)

SORRY = marked("Sorry, that didn't get through. Please press it again in a moment.")
SLOW = marked("That takes a moment longer; the answer comes in our chat.")
SLOW_DIALOG = marked("That takes a moment longer. Write “set up” to me in a minute, and you see how it stands.")
KEPT = marked("Done.")
WELCOME_ALL = marked("Hello, I'm your sales coach. Mention me with a word such as “forecast”, and I answer you alone.")
LOOK_UP = 0.5
"""Seconds for a company's language where something failed or is slow: the client waits."""
INVOKE_SECONDS = 4.0
"""A client waits five for what it invoked; the work goes on after that."""
MEETING = frozenset({Sort.WORDS, Sort.PRESS, Sort.INSTALLED})
"""What somebody unknown may do so that it is asked who they are."""
COMING = (MEETING | {Sort.REMOVED}) - {Sort.PRESS}
"""What is heard of people whose organisation is no company's yet."""
QUIET_SECONDS = 3600
"""A stranger who keeps writing is told once an hour."""
TOLD_MAX = 10_000


class Dialogs(Protocol):
    """Forms that are answered beside the engine."""

    def hears(self, did: Came) -> bool:
        """Whether it is one of these."""

    def __call__(self, did: Came) -> Mapping[str, Any]:
        """What the invoke is answered with; in a thread."""


@dataclass(kw_only=True)
class TeamsApp:
    """Everything Teams sends us, after the front door. `nudge` is called when something may wait to be delivered."""

    desk: Desk
    voices: Voices
    introductions: Introductions | None = None
    dialogs: Sequence[Dialogs] = ()
    onboarding: Onboarding | None = None
    nudge: Any = lambda: None
    pace: Pace = SIDE_BY_SIDE
    _told: dict[tuple[str, str, bool], float] = field(default_factory=dict)
    _background: set[asyncio.Future[Any]] = field(default_factory=set)
    _adapter: Adapter | None = None

    def __post_init__(self) -> None:
        self._turns: Turns[Came, Outcome] = Turns(self.desk.work, self.pace)

    async def __call__(self, activity: Activity, them: Origin) -> Answer:
        """For `Front`. What isn't for us is taken with thanks, whatever it is."""
        did = inbound.came(activity, them)
        if activity["type"] == inbound.INVOKE:
            return await self._through_the_sdk(activity, did)
        if did is not None:
            self._after(did, await self._outcome(did))
        return OK

    async def _through_the_sdk(self, activity: Activity, did: Came | None) -> Answer:
        """Invokes alone: to anything else Teams expects an empty 200, and a turn would add nothing but its cost."""
        from bot.teams import adapter  # noqa: PLC0415 - Microsoft's SDK is imported only where there is an app

        self._adapter = self._adapter or adapter.Adapter()

        async def turn(context: TurnContext) -> None:
            if did is not None:
                await adapter.answer(context, await self._invoked(did))

        return await self._adapter.process(activity, turn)

    async def close(self) -> None:
        """Let what is on its way finish; nothing in it takes longer than its own time limit."""
        while self._background:  # what is on its way may begin something more
            await asyncio.gather(*self._background, return_exceptions=True)

    async def _outcome(self, did: Came) -> Outcome:
        """Raises what stopped it: then nothing was kept, and Teams brings it again, or tells the person."""
        outcome = await self._turns.take(did)
        if not isinstance(outcome, Refusal):
            self.nudge()
        return outcome

    # --- invokes: answered within the request ----------------------------------------------------------------------
    async def _invoked(self, did: Came) -> Mapping[str, Any]:
        form = did.sort in {Sort.FORM, Sort.SUBMISSION}
        dialogs = next((it for it in self.dialogs if it.hears(did)), None)
        work = self._later(self._dialog(did, dialogs) if dialogs else self._outcome(did))
        try:
            outcome = await asyncio.wait_for(asyncio.shield(work), INVOKE_SECONDS)
        except TimeoutError:
            return _said(await self._worded(did.origin, SLOW_DIALOG if dialogs else SLOW), form=form)
        except Exception:
            log.exception("what was invoked in Teams could not be handled")
            return _said(await self._worded(did.origin, SORRY), form=form)
        match outcome:
            case Mapping():
                return outcome
            case Refusal(words=words) | Told(words=words):
                return _said(words, form=form)
            case Shown(card, summary, errors):
                if not form:
                    return views.instead(card)
                # A form that was sent closes, unless there is something to mend in it.
                return views.dialog(summary, card) if did.sort is Sort.FORM or errors else {}
            case _:
                return _said(await self._worded(did.origin, KEPT), form=form)

    async def _dialog(self, did: Came, dialogs: Dialogs) -> Mapping[str, Any]:
        """Whoever is new is greeted, so that something may wait."""
        answer = await asyncio.to_thread(dialogs, did)
        self.nudge()
        return answer

    async def _worded(self, them: Origin, text: str) -> str:
        """In the language of the company; found out anew, since there is no card that would say it."""
        with speaking(await self._language(them)):
            return worded(text)

    async def _language(self, them: Origin) -> Language:
        try:
            async with asyncio.timeout(LOOK_UP):
                return await asyncio.to_thread(self.desk.language_of, them)
        except Exception as problem:  # noqa: BLE001 - whatever stopped the work may stop this too
            log.info("in which language an apology goes isn't known: %s", type(problem).__name__)
            return ENGLISH

    # --- messages and the rest: acknowledged, and what is to be said is said beside --------------------------------
    def _after(self, did: Came, outcome: Outcome) -> None:
        match outcome:
            case Posted(cover, words):
                self._later(self._say(did, Content(card=cover, words=words, alert=False)))
            case Refusal(stranger_to=company) if company and self.introductions and did.sort in MEETING:
                self._later(self._met(did, outcome, self.introductions))
            case Refusal(homeless=True) if self.onboarding and did.sort in COMING and self.onboarding.accepts(did):
                self._later(self._invited(did, outcome, self.onboarding))
            case Refusal() if did.sort not in {Sort.MET, Sort.REMOVED}:
                self._later(self._refuse(did, outcome))
            case Nothing() if did.sort is Sort.INSTALLED and not inbound.is_personal(did.payload):
                self._later(self._welcomed_all(did))
            case _:
                pass

    async def _refuse(self, did: Came, refused: Refusal) -> None:
        """Each time to who presses, and looks, once to others; where somebody reads along, nothing of theirs."""
        among = not inbound.is_personal(did.payload)
        words = refused.among if among and refused.among else refused.words
        if refused.each_time or (did.sort is Sort.PRESS and not among) or self._first_time(did.origin, among=among):
            await self._say(did, Content(words=words))

    async def _met(self, did: Came, refused: Refusal, by: Introductions) -> None:
        """Whoever is known now has done what they did; anybody else hears why not, a second time only at a press."""
        aloud = inbound.is_personal(did.payload) and did.sort is not Sort.PRESS
        them, said = did.origin, None
        api = await self._speaker(refused.stranger_to, them.app)
        if api is not None:
            look = partial(introductions.look, api, inbound.place(did.payload), inbound.user(did.payload), them)
            with speaking(await self._language(them)):
                said = await by.meet(refused.stranger_to, them.person, look, aloud=aloud)
        if said is None:
            await self._refuse(did, refused)
            return
        outcome = await self._outcome(replace(did, linked=True))
        if not isinstance(outcome, Refusal):
            self._after(did, outcome)
        elif said:
            # It was found out what is to be said, and when.
            await self._refuse(did, replace(refused, words=said, each_time=inbound.is_personal(did.payload)))

    async def _invited(self, did: Came, refused: Refusal, by: Onboarding) -> None:
        """Whoever may set their company up reads how; anybody else hears why not."""
        if did.sort is Sort.REMOVED:
            await asyncio.to_thread(by.removed, did.origin)
            return
        api = self.voices.by(did.origin.app)
        said = await by.invitation(did, api) if api else None
        if isinstance(said, Card):
            await self._say(did, Content(card=views.stamped(render(said), secrets.token_hex(8)), words=said.summary))
        else:
            await self._refuse(did, replace(refused, words=said or refused.words))

    async def _speaker(self, company: str, app: str) -> Api | None:
        """That app, if it is the one that speaks for the company."""
        voice = await asyncio.to_thread(self.voices.apps.voice, company)
        return self.voices.by(app) if voice is not None and voice.id.lower() == app else None

    async def _welcomed_all(self, did: Came) -> None:
        await self._say(did, Content(words=await self._worded(did.origin, WELCOME_ALL)))

    def _first_time(self, them: Origin, *, among: bool) -> bool:
        """Of each person, in their own chat and elsewhere."""
        now, who = time.monotonic(), (them.tenant, them.person, among)
        if len(self._told) >= TOLD_MAX:
            self._told = {it: at for it, at in self._told.items() if now - at < QUIET_SECONDS}
        told = self._told.get(who, float("-inf"))
        self._told[who] = now
        return now - told >= QUIET_SECONDS

    async def _say(self, did: Came, content: Content) -> None:
        """By the app that was spoken to."""
        api = self.voices.by(did.origin.app)
        if api is None:
            return
        try:
            await api.send(inbound.place(did.payload), content)
        except Exception as problem:  # noqa: BLE001 - a courtesy; whatever stops it must not stop anything else
            log.info("something could not be said in Teams: %s", type(problem).__name__)

    def _later(self, work: Coroutine[Any, Any, Any]) -> asyncio.Future[Any]:
        """Kept, or the loop may drop it half-way."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._gone)
        return task

    def _gone(self, task: asyncio.Future[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled():
            task.exception()


def _said(words: str, *, form: bool) -> dict[str, Any]:
    return views.closing(words) if form else views.aside(words)
