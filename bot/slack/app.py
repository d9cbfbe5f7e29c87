"""Slack's listeners: a verified payload in, the engine asked, and only then the acknowledgement.

Bolt routes all but presses. No listener of ours lets an exception reach it, because its error path loses
acknowledgements.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.door import BROKEN, FAILED, OK, Answer, Payload
from bot.introductions import Introductions
from bot.languages import language, speaking_to
from bot.links import Links, NoLinks
from bot.slack import inbound, introductions, quoting
from bot.slack.api import Api
from bot.slack.changing import Changing, is_change
from bot.slack.hometab import HomeTabs
from bot.slack.inbound import Sort
from bot.slack.onboarding import Onboarding, is_setup, language_picked
from bot.slack.render import render
from bot.slack.replies import Replies
from bot.slack.views import View, errors, told, window
from bot.slack.windows import Windows
from bot.slack.workspaces import Workspaces
from bot.turns import SIDE_BY_SIDE, Pace, Turns
from coaching import accounts
from coaching.card import Card
from coaching.company import Company
from coaching.events import Account, Happening, PersonEvent, Pressed
from coaching.language import ENGLISH, Language, marked, speaking, worded
from coaching.refusal import NOT_YOURS
from storage.installs import OURS

log = logging.getLogger(__name__)

T = TypeVar("T")

Kept = PersonEvent | Account
"""What somebody did, or what became of their account."""

PLATFORM = "slack"
FORMS = frozenset({Sort.PRESS, Sort.SUBMISSION})
EPHEMERAL = "ephemeral"
SORRY = marked("Sorry, that didn't get through. Please press or send it again in a moment.")
SENT = marked("Done: the answer is in your messages with me.")
STRANGER = marked(
    "I don't know you here yet. Ask your sales manager, or whoever set me up, to add you to the coach; your "
    "Slack id is {user}. Then send this again."
)
FOREIGN = marked("I only coach the people of this workspace. Ask your own company's sales manager for your coach.")
# Of a workspace that is no company's, nobody knows the language before somebody who sets it up has picked one.
UNKNOWN_TEAM = "This workspace isn't connected to the coach yet. Whoever runs the coach can connect {team}."
OTHER_APP = marked("I’m not the coach of this workspace: its own Coach app is. Please use the other Coach app.")
NOT_SET_UP = marked(
    "I am installed here, but not set up yet. Whoever installed me finds the next step in my Home tab: "
    "a few questions, and I know whom to coach."
)
INSTALLER = marked(
    "You installed me, and I am not set up yet. Open my Home tab and press “Set up the coach”: two short forms, and I "
    "know whom to coach. Or name slack: {{team: {team}}} in a company’s file, and run: coach apply FILE.yaml"
)
LOOKING = marked("I don't know you here yet and am asking Slack who you are. Please send it again in a moment.")
MEET_SECONDS = 2.0
LOOK_UP = 1.0
"""Seconds for a company's language where something failed: the answer must come within Slack's three."""
QUIET_SECONDS = 3600
"""A stranger who keeps writing is told once an hour."""


class People(Protocol):
    """Who somebody is to us. Asked in a thread, with every request: keep it quick."""

    def who(self, platform: str, workspace: str, handle: str, /) -> tuple[str, str] | None:
        """Company and active member; None for anybody else."""

    def company_of(self, platform: str, workspace: str, /) -> str | None:
        """The company whose workspace that is."""

    def company(self, slug: str, /) -> Company:
        """With its members, for the mentions in a card."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a payload: a message for a command's answer, a window, or a refusal in words."""

    message: Mapping[str, Any] | None = None
    refusal: str = ""
    view: View | None = None
    card: Card | None = None
    stranger_to: str = ""
    """The company, of whose workspace whoever was refused is."""


@dataclass(kw_only=True)
class SlackApp:
    """Everything Slack sends us, after the front door. `nudge` is called when something may wait to be delivered."""

    handle: Callable[[Sequence[Happening]], Sequence[Card | Exception | None]]
    """Several people's doings at once; what comes of each."""
    people: People
    api: Api
    now: Callable[[], datetime]
    anothers: Callable[[str, str, str], bool]
    """Of a company, a member and a message's key: whether that message went to somebody else. Asked in a thread."""
    nudge: Callable[[], None] = lambda: None
    links: Callable[[str], Links] = lambda _company: NoLinks()
    pace: Pace = SIDE_BY_SIDE
    workspaces: Workspaces | None = None
    """Which app speaks for which company; None where there is one workspace and it is known to be theirs."""
    life: Callable[[Payload], None] | None = None
    """What Slack tells about an installation; in a thread."""
    homes: HomeTabs | None = None
    replies: Replies = field(default_factory=Replies)
    onboarding: Onboarding | None = None
    changing: Changing | None = None
    introductions: Introductions | None = None
    _told: dict[tuple[str, str], float] = field(default_factory=dict)
    _strangers: dict[tuple[str, str], float] = field(default_factory=dict)
    """Of whom the log has said that nobody knows them."""
    _background: set[asyncio.Task[Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._bolt = self._routed(_bolt())
        self._turns = Turns(self._done, self.pace)
        self._windows = Windows(self._speaker)

    async def __call__(self, payload: Payload) -> Answer:
        """For `Front`. What isn't for us is taken with thanks: a 404 would be sent again, and counted against us."""
        payload.pop(inbound.APP, None)
        return await self._come(payload)

    def of(self, company: str) -> Callable[[Payload], Awaitable[Answer]]:
        """The same for the app that a company brought."""

        async def come(payload: Payload) -> Answer:
            return await self._come({**payload, inbound.APP: company})

        return come

    async def _come(self, payload: Payload) -> Answer:
        sort = inbound.sort(payload)
        if self.onboarding and sort in FORMS and is_setup(payload):
            answer = await self.onboarding(payload)
            if sort is Sort.SUBMISSION and self.homes:
                self._later(self.homes.opened(payload))
            return answer
        if self.changing and sort in FORMS and is_change(payload):
            return await self.changing(payload)
        match sort:
            case None:
                return OK
            case Sort.PRESS | Sort.SHORTCUT:
                return await self._on_press(payload)
            case Sort.LIFE:
                return await self._on_life(payload)
            case Sort.HOME:
                return self._on_home(payload)
            case Sort.PROFILE:
                return OK if await self._outcome(payload) else FAILED
            case _:
                return await self._through_bolt(payload)

    async def _through_bolt(self, payload: Payload) -> Answer:
        try:
            response = await self._bolt.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        except Exception as problem:  # noqa: BLE001 - our listeners let nothing through: Bolt tripped over the payload
            log.warning("signed, but not as Slack writes it: %s", type(problem).__name__)
            return BROKEN
        return _answer(response)

    async def close(self) -> None:
        """Let what is on its way finish; nothing in it takes longer than its own time limit."""
        while self._background:  # what is on its way may begin something more
            await asyncio.gather(*self._background, return_exceptions=True)

    def _routed(self, app: AsyncApp) -> AsyncApp:
        everything = re.compile(".*", re.DOTALL)
        app.view(everything)(self._on_submission)
        app.command(everything)(self._on_command)
        app.event("message")(self._on_words)
        return app

    async def _on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        outcome = await self._outcome(body)
        if outcome is not None and outcome.stranger_to:
            outcome = await self._met_in_time(body, outcome)
        if outcome is None:
            await ack(response_type=EPHEMERAL, text=await self._worded(body, SORRY))
        elif outcome.refusal:
            await ack(response_type=EPHEMERAL, text=outcome.refusal)
        elif outcome.message:
            await ack(response_type=EPHEMERAL, **outcome.message)
        else:
            await ack()

    async def _on_press(self, body: Payload) -> Answer:
        """Not through Bolt: its layers cost more than its empty answer, and presses are most of what comes."""
        outcome = await self._outcome(body)
        if inbound.wants_a_window(body):
            self._later(self._in_a_window(body, outcome))
        elif outcome is None or outcome.refusal:
            self._later(self._answered_aside(body, outcome))
        elif inbound.is_ephemeral(body):
            # The outbox can't rewrite a card that only its reader sees; a stale form would invite a second answer.
            self._later(self._taken_away(body))
        return OK

    async def _answered_aside(self, body: Payload, outcome: _Outcome | None) -> None:
        words = outcome.refusal if outcome else await self._worded(body, SORRY)
        await self.api.respond(inbound.response_url(body), _aside(words))

    async def _taken_away(self, body: Payload) -> None:
        """Among our own messages the answer is right below; elsewhere the person is told where it is."""
        gone: dict[str, Any] = {"delete_original": True}
        if not inbound.channel(body).startswith("D"):
            gone = {"replace_original": True, "text": await self._worded(body, SENT)}
        await self.api.respond(inbound.response_url(body), gone)

    # --- in whose language, where there is no card to show --------------------------------------------------------
    async def _worded(self, body: Payload, text: str) -> str:
        with speaking(await self._language(body)):
            return worded(text)

    async def _saying(self, body: Payload, outcome: _Outcome | None, text: str) -> View:
        with speaking(await self._language(body)):
            return told(outcome.refusal if outcome and outcome.refusal else worded(text))

    async def _language(self, body: Payload) -> Language:
        try:
            async with asyncio.timeout(LOOK_UP):
                return await asyncio.to_thread(self._language_of, inbound.origin(body))
        except Exception as problem:  # noqa: BLE001 - whatever stopped the work may stop this too
            log.info("in which language an apology goes isn't known: %s", type(problem).__name__)
            return ENGLISH

    def _language_of(self, them: inbound.Origin) -> Language:
        slug = self.people.company_of(PLATFORM, them.team)
        return language(self.people.company(slug).language) if slug else ENGLISH

    async def _in_a_window(self, body: Payload, outcome: _Outcome | None) -> None:
        if outcome is None or outcome.refusal:
            await self._windows.show(body, await self._saying(body, outcome, SORRY))
        elif outcome.view:
            await self._windows.show(body, outcome.view, outcome.message)
        elif inbound.window(body)[0]:
            await self._windows.show(body, await self._saying(body, None, SENT))

    def _on_home(self, body: Payload) -> Answer:
        if self.homes:
            self._later(self._home(body, self.homes))
        return OK

    async def _home(self, body: Payload, homes: HomeTabs) -> None:
        """Whoever is unknown may be known once Slack was asked; until then they see what the answer was."""
        them = self._at_home(inbound.origin(body))
        company = await asyncio.to_thread(lambda: self._stranger_to(them, self._who(them)))
        said = await self._introduced(them, company, aloud=False) if company else None
        await homes.opened(body, told=said or "")

    async def _on_life(self, body: Payload) -> Answer:
        if self.life is None:
            return OK
        try:
            await asyncio.to_thread(self.life, body)
        except Exception:
            log.exception("what Slack told about an installation could not be carried out; it tells it again")
            return FAILED
        return OK

    async def _on_submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        outcome = await self._outcome(body)
        if outcome is None or outcome.refusal:
            await ack(response_action="update", view=await self._saying(body, outcome, SORRY))
        elif outcome.card and (wrong := errors(outcome.card, inbound.shown_in(body))):
            await ack(response_action="errors", errors=wrong)
        elif outcome.view:
            await ack(response_action="update", view=outcome.view)
        else:
            await ack()

    async def _on_words(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse | None:
        outcome = await self._outcome(body)
        if outcome is None:
            return BoltResponse(status=FAILED.status, body="")
        await ack()
        if outcome.stranger_to:
            self._later(self._met_in_words(body, outcome))
        elif outcome.refusal:
            self._tell_once(body, outcome.refusal)
        return None

    # --- whoever nobody knows --------------------------------------------------------------------------------------
    async def _met(self, body: Payload, refused: _Outcome, *, aloud: bool) -> _Outcome | None:
        """Whoever is known now has done what they did; anybody else hears why not, or nothing a second time."""
        them = self._at_home(inbound.origin(body))
        said = await self._introduced(them, refused.stranger_to, aloud=aloud)
        if said is None:
            return replace(refused, stranger_to="")
        again = await self._outcome(body)
        return again if again is None or not again.stranger_to else _Outcome(refusal=said)

    async def _introduced(self, them: inbound.Origin, company: str, *, aloud: bool) -> str | None:
        """What to tell them; None where nobody can be asked about them."""
        api = self._speaker(them)
        if self.introductions is None or api is None:
            return None
        found = await asyncio.to_thread(self.people.company, company)
        look = partial(introductions.look, api, them.user, found.slack_team or them.team)
        with speaking_to(found):
            said = await self.introductions.meet(company, them.user, look, aloud=aloud)
            return worded(FOREIGN) if said is None else said

    async def _met_in_time(self, body: Payload, refused: _Outcome) -> _Outcome | None:
        """Slack waits three seconds for a command's answer; the looking goes on after that."""
        work = self._later(self._met(body, refused, aloud=False))
        try:
            return await asyncio.wait_for(asyncio.shield(work), MEET_SECONDS)
        except TimeoutError:
            return _Outcome(refusal=await self._worded(body, LOOKING))

    async def _met_in_words(self, body: Payload, refused: _Outcome) -> None:
        outcome = await self._met(body, refused, aloud=True)
        if outcome is None:
            await self._told_in(inbound.origin(body), inbound.channel(body), await self._worded(body, SORRY))
        elif outcome.refusal in {refused.refusal, await self._worded(body, FOREIGN)}:
            self._tell_once(body, outcome.refusal)
        elif outcome.refusal:
            await self._told_in(inbound.origin(body), inbound.channel(body), outcome.refusal)

    def _tell_once(self, body: Payload, text: str) -> None:
        if self._first_time(inbound.origin(body)):
            self._later(self._told_in(inbound.origin(body), inbound.channel(body), text))

    async def _outcome(self, body: Payload) -> _Outcome | None:
        """None when it failed: then nothing was kept, and the person may simply do it again."""
        try:
            outcome = await self._turns.take(body)
        except Exception:
            log.exception("what came from Slack could not be handled")
            return None
        if not outcome.refusal:
            self.nudge()
        return outcome

    def _done(self, bodies: Sequence[Payload]) -> list[_Outcome | Exception]:
        """In a thread. When it returns, what each person did is kept, or failed by itself."""
        understood = [self._understood(it) for it in bodies]
        cards = iter(self.handle([it for it in understood if isinstance(it, Kept)]))
        return [self._answered(it, next(cards)) if isinstance(it, Kept) else it for it in understood]

    def _understood(self, body: Payload) -> Kept | _Outcome | Exception:
        try:
            return self._known(body)
        except Exception as problem:  # noqa: BLE001 - one person's payload must not stop the others'
            return problem

    def _known(self, body: Payload) -> Kept | _Outcome:
        """What somebody we know did; anybody else is refused."""
        them = self._at_home(inbound.origin(body))
        found = None if them.foreign else self._who(them)
        if inbound.sort(body) is Sort.PROFILE:
            return self._profile(body, them, found)
        if found is None or not self._speaks(found[0], them):
            if _once_an_hour(self._strangers, them):
                log.info("signed, but from nobody we know: user %.20r of team %.20r", them.user, them.team)
            return _Outcome(refusal=self.refusal(them), stranger_to=self._stranger_to(them, found) or "")
        event = inbound.event(body, inbound.Person(*found), self.now())
        if self._is_anothers(body, event):
            with speaking_to(self.people.company(event.company)):
                return _Outcome(refusal=worded(NOT_YOURS))
        # Now that it is known whose doing it is: what is theirs is changed there and nowhere else.
        self.replies.keep((event.company, *inbound.message_in(body)), inbound.response_url(body))
        if not quoting.has_names(event):
            return event
        company = self.people.company(event.company)
        with speaking_to(company):
            return quoting.in_words(event, body, company)

    def _is_anothers(self, body: Payload, event: PersonEvent) -> bool:
        """A press on somebody else's card or in their window isn't one's own doing. Most keys say whose they are."""
        if not isinstance(event, Pressed):
            return False
        opened_for = inbound.opened_for(body)
        if opened_for and opened_for != _whose(event):
            return True
        if event.message is None or inbound.answers_to(body, event.message):
            return False
        return self.anothers(event.company, event.member, event.message)

    def _profile(self, body: Payload, them: inbound.Origin, found: tuple[str, str] | None) -> Kept | _Outcome:
        """An account that was closed, or is open again; else it is about where they are."""
        if found is None:
            slug = None if inbound.is_closed(body) else self._whose_closed(them)
            return inbound.account(body, slug, self.now()) if slug else _Outcome()
        if not self._speaks(found[0], them):
            return _Outcome()
        return inbound.account(body, found[0], self.now()) if inbound.is_closed(body) else self._moved(body, found)

    def _whose_closed(self, them: inbound.Origin) -> str | None:
        """The company that knows that id, though nobody speaks by it for now."""
        slug = None if them.foreign else self._company_here(them)
        return slug if slug and accounts.holder(self.people.company(slug), PLATFORM, them.user) else None

    def _moved(self, body: Payload, who: tuple[str, str]) -> PersonEvent | _Outcome:
        """Slack tells of every change of a profile; most leave the zone as it was."""
        event = inbound.event(body, inbound.Person(*who), self.now())
        member = self.people.company(who[0]).member(who[1])
        zone = event.args["zone"] if isinstance(event, Pressed) else ""
        same = not zone or (member is not None and member.zone_seen == zone)
        return _Outcome() if same else event

    def _at_home(self, them: inbound.Origin) -> inbound.Origin:
        """Workspaces of one organisation are no strangers to each other, where the app is in the whole of it."""
        if not them.foreign or self.workspaces is None:
            return them
        install = self.workspaces.install(them.app, them.team, them.enterprise)
        if install is None or not install.org_wide:
            return them
        return replace(them, elsewhere=frozenset(it for it in them.elsewhere if not install.serves(it)))

    def _who(self, them: inbound.Origin) -> tuple[str, str] | None:
        found = self.people.who(PLATFORM, them.team, them.user)
        if found is None and them.enterprise and them.enterprise != them.team:
            return self.people.who(PLATFORM, them.enterprise, them.user)
        return found

    def _answered(self, event: Kept, card: Card | Exception | None) -> _Outcome | Exception:
        if isinstance(card, Exception) or card is None or isinstance(event, Account):
            return card if isinstance(card, Exception) else _Outcome()
        try:
            return self._shown(event, card)
        except Exception as problem:  # noqa: BLE001 - as above
            return problem

    def _stranger_to(self, them: inbound.Origin, found: tuple[str, str] | None) -> str | None:
        """The company in whose own workspace they are, and by whose app they come, when they were `found` nobody of it.

        Not looked for again: whoever is linked between two looks is nobody at the first and no stranger at the second.
        """
        if them.foreign or not them.user or self.introductions is None or found is not None:
            return None
        return self._company_here(them)

    def _company_here(self, them: inbound.Origin) -> str | None:
        """The company whose own workspace that is, if it is spoken for by the app they come by."""
        slug = self.people.company_of(PLATFORM, them.team)
        if slug is None and them.enterprise:
            slug = self.people.company_of(PLATFORM, them.enterprise)
        return slug if slug is not None and self._speaks(slug, them) else None

    def refusal(self, them: inbound.Origin) -> str:
        """What somebody is told who is no member here."""
        slug = self.people.company_of(PLATFORM, them.team)
        if slug is None or not self._speaks(slug, them):
            if them.foreign:
                return FOREIGN
            if slug is not None and self._has_another_app(slug, them):
                with speaking_to(self.people.company(slug)):
                    return worded(OTHER_APP)
            return self._not_set_up(them) if slug is None else UNKNOWN_TEAM.format(team=them.team)
        with speaking_to(self.people.company(slug)):
            return worded(FOREIGN) if them.foreign else worded(STRANGER).format(user=them.user)

    def _has_another_app(self, slug: str, them: inbound.Origin) -> bool:
        """For who came to the shared app only: one company's secret vouches for nothing about another."""
        if them.app != OURS:
            return False
        voice = self.workspaces.voice(slug, them.team) if self.workspaces else None
        return voice is not None and bool(voice.token) and voice.app != them.app

    def _not_set_up(self, them: inbound.Origin) -> str:
        """Of a workspace that is no company's: whose turn it is."""
        install = self.workspaces.install(them.app, them.team, them.enterprise) if self.workspaces else None
        if install is None or install.setup is None:
            return UNKNOWN_TEAM.format(team=them.team)
        with speaking(language_picked(install, them.team)):
            words = INSTALLER if install.setup.get("by") == them.user else NOT_SET_UP
            return worded(words).format(team=them.team)

    def _speaks(self, slug: str, them: inbound.Origin) -> bool:
        """A company is spoken for by one app: what another's signing secret vouches for is not about it."""
        if self.workspaces is None:
            return them.app == OURS
        return self.workspaces.speaks(them.app, slug, them.team)

    def _shown(self, event: PersonEvent, card: Card) -> _Outcome:
        company, links = self.people.company(event.company), self.links(event.company)
        mentions = partial(slack_id, company)
        with speaking_to(company):
            message = render(card, mentions=mentions, links=links)
            if not isinstance(event, Pressed) or not event.direct:
                return _Outcome(message=message)
            view = window(card, mentions=mentions, links=links, whose=_whose(event))
            return _Outcome(message=message, view=view, card=card)

    def _speaker(self, them: inbound.Origin) -> Api | None:
        return self.workspaces.api_in(them.app, them.team, them.enterprise) if self.workspaces else self.api

    def _first_time(self, them: inbound.Origin) -> bool:
        return _once_an_hour(self._told, them)

    async def _told_in(self, them: inbound.Origin, channel: str, text: str) -> None:
        api = self._speaker(them)
        if api is None:
            return
        try:
            await api.client.chat_postMessage(channel=channel, text=text)
        except Exception as problem:  # noqa: BLE001 - a courtesy; whatever stops it must not stop anything else
            log.info("a stranger could not be told: %s", type(problem).__name__)

    def _later(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """After the acknowledgement. Kept, or the loop may drop it half-way."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task


def slack_id(company: Company, member_id: str) -> str | None:
    """Their user id in Slack, if they have one."""
    member = company.member(member_id)
    return member.handles.get(PLATFORM) if member else None


async def _authorized(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Nothing to ask Slack: the stock way calls auth.test with every request.

    Whether the team is one of ours is looked up together with the person, in one go.
    """
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


def _bolt() -> AsyncApp:
    quiet = logging.getLogger("bot.slack.bolt")
    quiet.setLevel(logging.ERROR)  # below that it writes whole payloads
    return AsyncApp(
        name="coach",  # or Bolt looks through the whole stack for a file's name, which takes longer than all the rest
        logger=quiet,
        authorize=_authorized,
        # The listener has run to its end before Slack is answered: kept first, acknowledged then.
        process_before_response=True,
        # The front door has done these, and `inbound.sort` leaves out our own messages.
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


def _answer(response: BoltResponse) -> Answer:
    if response.status == 404:
        return OK
    if response.status == 500:  # Bolt's own; ours say 503
        return BROKEN
    content_type = response.headers.get("content-type", [OK.content_type])[0]
    return Answer(response.status, response.body.encode(), content_type)


def _whose(event: PersonEvent) -> str:
    """As a window carries it."""
    return f"{event.company}:{event.member}"


def _aside(text: str) -> Mapping[str, Any]:
    return {"response_type": EPHEMERAL, "replace_original": False, "text": text}


def _once_an_hour(seen: dict[tuple[str, str], float], them: inbound.Origin) -> bool:
    """Whether that person's last time that counted is so long ago; called in threads too."""
    now = time.monotonic()
    for who, at in tuple(seen.items()):
        if now - at >= QUIET_SECONDS:
            seen.pop(who, None)
    fresh = (them.team, them.user) not in seen
    if fresh:
        seen[them.team, them.user] = now
    return fresh
