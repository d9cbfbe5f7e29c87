"""What is let in, over the real wire for keys, with tokens signed as Microsoft signs them."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.door import BYTES_MAX, OK, Answer
from bot.teams.front import Front
from bot.teams.inbound import Origin
from bot.teams.keys import AGAIN, FRESH, Keys
from bot.teams.service_urls import ServiceUrls
from bot.teams.tokens import Tokens
from tests.fake_teams import APP, FakeTeams, SigningKey
from tests.slack_requests import Answered, Call, ask
from tests.teams_activities import activity, installed, invoke, words


@pytest.fixture(scope="module")
def teams():
    with FakeTeams() as it:
        yield it


@pytest.fixture(autouse=True)
def as_ever(teams: FakeTeams):
    teams.keys = teams.keys[:1]
    teams.keys_latency, teams.keys_held, teams.keys_status = 0.0, False, 200
    teams.calls.clear()


class OneApp:
    """The deployment's, and nobody else's."""

    async def any(self) -> bool:
        return True

    async def known(self, app: str) -> bool:
        return app == APP

    async def admits(self, app: str, tenant: str) -> bool:
        return True


class Door:
    """A front door whose handler only notes what it was given."""

    def __init__(self, teams: FakeTeams, session: aiohttp.ClientSession, *, signed: bool = True) -> None:
        self.teams = teams
        self.seen: list[dict[str, Any]] = []
        self.fails = False
        self.now = time.time()
        self.clock = 1000.0
        self.keys = Keys(teams.metadata_url, lambda: session, now=lambda: self.clock)
        tokens = Tokens(OneApp(), self.keys, now=lambda: self.now)
        services = ServiceUrls([teams.service_url], any_loopback=not signed)
        self.front = Front(tokens if signed else None, OneApp(), services, self.handle, read_seconds=0.2)

    async def handle(self, payload: dict[str, Any], _them: Origin) -> Answer:
        self.seen.append(payload)
        if self.fails:
            raise RuntimeError("the database is away")
        return OK

    async def ask(self, token: str | bytes | None, body: Any = None, **more: Any) -> Answered:
        sent = {**activity(), "text": "help", "serviceUrl": self.teams.service_url} if body is None else body
        raw = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        header = f"Bearer {token}".encode() if isinstance(token, str) else token
        headers = [] if header is None else [(b"authorization", header)]
        call = Call(raw, signed=False, headers=headers, **more)
        return await ask(self.front, call)


def at_the_door(teams: FakeTeams, what: Callable[[Door], Awaitable[Any]], **more: Any) -> Any:
    async def run() -> Any:
        async with aiohttp.ClientSession() as session:
            return await what(Door(teams, session, **more))

    return asyncio.run(run())


def test_a_good_token_lets_its_activity_in(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        assert (await door.ask(teams.token())).status == 200
        assert [one["text"] for one in door.seen] == ["help"]

    at_the_door(teams, it)


# --- bad tokens ----------------------------------------------------------------------------------------------------
def hs256(teams: FakeTeams) -> str:
    """Signed with what everybody knows, in the hope that it is taken for a secret."""
    public = teams.keys[0].private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(teams.token(), options={"verify_signature": False})
    signed = parts({"alg": "HS256", "typ": "JWT", "kid": "key-1"}, claims)
    return f"{signed}.{parts(hmac.digest(public, signed.encode(), 'sha256'))}"


def unsigned(teams: FakeTeams) -> str:
    claims = jwt.decode(teams.token(), options={"verify_signature": False})
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "key-1"})


def parts(*them: object) -> str:
    return ".".join(
        base64.urlsafe_b64encode(it if isinstance(it, bytes) else json.dumps(it).encode()).rstrip(b"=").decode()
        for it in them
    )


def bent(token: str, at: int = -10) -> str:
    return token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]


def now() -> int:
    """Not that of the collection: by the time a test has its turn, that may be ten minutes ago."""
    return int(time.time())


BAD: dict[str, Callable[[FakeTeams], str | bytes | None]] = {
    "none": lambda _: None,
    "an empty header": lambda _: b"",
    "a scheme alone": lambda _: b"Bearer",
    "an empty token": lambda _: b"Bearer ",
    "another scheme": lambda _: b"Basic dXNlcjpwYXNz",
    "a token without a scheme": lambda t: t.token().encode(),
    "garbage": lambda _: "garbage",
    "two dots and nothing": lambda _: "..",
    "bytes that are no text": lambda _: b"Bearer \xff\xfe.\xff.\xff",
    "a header that is a list": lambda _: parts([1], {}, b"x"),
    "a header nested deeply": lambda _: parts(b"[" * 5000, {}, b"x"),
    "a token of 20,000 bytes": lambda t: t.token(note="x" * 20_000),
    "no algorithm": unsigned,
    "the public key taken for a secret": hs256,
    "expired": lambda t: t.token(exp=now() - 301),
    "no expiry": lambda t: t.token(exp=None),
    "an expiry that is a word": lambda t: t.token(exp="soon"),
    "not valid yet": lambda t: t.token(nbf=now() + 400),
    "no beginning": lambda t: t.token(nbf=None),
    "another audience": lambda t: t.token(aud="another-app"),
    "several audiences": lambda t: t.token(aud=[APP, "another-app"]),
    "no audience": lambda t: t.token(aud=None),
    "another issuer": lambda t: t.token(iss="https://sts.windows.net/1/"),
    "no issuer": lambda t: t.token(iss=None),
    "no service URL": lambda t: t.token(serviceurl=None),
    "a service URL that is a number": lambda t: t.token(serviceurl=7),
    "a signature with one bit off": lambda t: bent(t.token()),
    "claims with one bit off": lambda t: bent(t.token(), len(t.token()) // 2),
    "a key nobody published": lambda t: t.token(SigningKey("key-99")),
    "another key under a published name": lambda t: t.token(SigningKey("key-1")),
    "no key's name": lambda t: t.token(headers={"kid": ""}),
    "a key's name that is a path": lambda t: t.token(headers={"kid": "../../keys"}),
}


@pytest.mark.parametrize("what", BAD)
def test_a_token_that_says_nothing_is_answered_401_and_nothing_is_read(teams: FakeTeams, what: str) -> None:
    async def it(door: Door) -> None:
        answered = await door.ask(BAD[what](teams))
        assert (answered.status, answered.read, door.seen) == (401, 0, [])
        assert answered.body == b"not signed by Microsoft"

    at_the_door(teams, it)


@pytest.mark.parametrize("header", [b"Bearer", b"bearer", b"BEARER"])
def test_the_scheme_may_be_written_in_any_case(teams: FakeTeams, header: bytes) -> None:
    async def it(door: Door) -> None:
        assert (await door.ask(header + b" " + teams.token().encode())).status == 200

    at_the_door(teams, it)


def test_clocks_may_differ_by_five_minutes(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        assert (await door.ask(teams.token(exp=now() - 200))).status == 200
        assert (await door.ask(teams.token(nbf=now() + 250))).status == 200

    at_the_door(teams, it)


def test_a_remembered_token_still_expires(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        token = teams.token(exp=now() - 200)
        assert (await door.ask(token)).status == 200
        door.now = now() - 200 + 301
        assert (await door.ask(token)).status == 401

    at_the_door(teams, it)


@given(st.binary(max_size=200))
def test_any_bytes_for_a_token_are_answered_401(header: bytes) -> None:
    async def it() -> None:
        class Nothing:
            generation = 0

            async def of(self, _kid: str) -> None:
                return None

            def renew(self) -> None:
                pass

        front = Front(Tokens(OneApp(), Nothing(), now=time.time), OneApp(), ServiceUrls(), no_handler)
        call = Call(b"{}", signed=False, headers=[(b"authorization", header)])
        assert (await ask(front, call)).status == 401

    asyncio.run(it())


async def no_handler(_payload: dict[str, Any], _them: Origin) -> Answer:
    raise AssertionError("nobody gets here")


# --- good tokens, borrowed -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {"serviceUrl": "https://smba.trafficmanager.net/emea/"},
        {"serviceUrl": "https://evil.example/"},
        {"channelId": "webchat"},
        {"channelId": "emulator"},
    ],
    ids=["another service of Microsoft's", "somebody else's service", "another channel", "the emulator"],
)
def test_a_good_token_for_something_else_is_answered_403(teams: FakeTeams, changes: dict[str, str]) -> None:
    async def it(door: Door) -> None:
        answered = await door.ask(teams.token(), {**activity(), "serviceUrl": teams.service_url, **changes})
        assert (answered.status, door.seen) == (403, [])

    at_the_door(teams, it)


def test_a_token_for_a_place_that_isnt_allowed_is_answered_403(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        evil = "https://evil.example/teams/"
        assert (await door.ask(teams.token(serviceurl=evil), {**activity(), "serviceUrl": evil})).status == 403
        assert door.seen == []

    at_the_door(teams, it)


def test_a_key_that_isnt_endorsed_for_teams_may_not_speak_for_it(teams: FakeTeams) -> None:
    teams.keys = [teams.keys[0], SigningKey("webchat", ["webchat"]), SigningKey("nothing", [])]

    async def it(door: Door) -> None:
        assert (await door.ask(teams.token(teams.keys[1]))).status == 403
        assert (await door.ask(teams.token(teams.keys[2]))).status == 403

    at_the_door(teams, it)


ALLOWED = [
    "https://smba.trafficmanager.net/emea/",
    "https://smba.trafficmanager.net/teams",
    "https://smba.trafficmanager.net:443/amer/",
    "https://SMBA.trafficmanager.net/emea/",
    "https://webchat.botframework.com/",
    "https://mine.example/teams/",
    "https://mine.example/teams",
    "https://mine.example/teams/emea/",
]
NOT_ALLOWED = [
    None,
    7,
    "",
    "smba.trafficmanager.net/emea/",
    "http://smba.trafficmanager.net/emea/",
    "https://smba.trafficmanager.net:8443/emea/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://evil.example/smba.trafficmanager.net/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://evilbotframework.com/",
    "https://botframework.com.evil.example/",
    "https://smba.trafficmanager.net\\@evil.example/",
    "https://smba.trafficmanager.net/#@evil.example/",
    "https://smba.trafficmanager.net/?u=1",
    "https://smbа.trafficmanager.net/",  # a Cyrillic letter
    "https://[::1/",
    "https:///emea/",
    "//smba.trafficmanager.net/",
    "file:///etc/passwd",
    "https://mine.example/",
    "https://mine.example/teamsters/",
    "https://mine.example/teams/../other/",
    "https://mine.example/teams/%2e%2e/other/",
    "https://mine.example:8443/teams/",
    "http://mine.example/teams/",
    "https://sub.mine.example/teams/",
    "http://127.0.0.1:9/",
    "http://169.254.169.254/metadata/",
    "https://smba.trafficmanager.net/" + "a" * 600,
]


@pytest.mark.parametrize("url", ALLOWED)
@pytest.mark.parametrize("slash", ["", "/"])
def test_microsofts_service_urls_and_those_of_the_settings_are_allowed(url: str, slash: str) -> None:
    assert ServiceUrls([f"https://mine.example/teams{slash}"]).allow(url)


@pytest.mark.parametrize("url", NOT_ALLOWED)
def test_nothing_that_only_looks_like_them_is(url: object) -> None:
    assert not ServiceUrls(["https://mine.example/teams/"]).allow(url)


@given(st.text())
def test_no_text_upsets_it(url: str) -> None:
    ServiceUrls().allow("https://" + url)
    ServiceUrls().allow(url)


# --- keys ----------------------------------------------------------------------------------------------------------
def test_keys_are_fetched_once_for_many_requests(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        teams.keys_latency = 0.05
        tokens = [teams.token(nbf=now() - n) for n in range(20)]
        assert {one.status for one in await asyncio.gather(*map(door.ask, tokens))} == {200}
        assert (teams.calls["metadata"], teams.calls["keys"]) == (1, 1)

    at_the_door(teams, it)


def test_a_new_key_is_taken_up_at_once_and_an_old_one_goes(teams: FakeTeams) -> None:
    old = teams.keys[0]

    async def it(door: Door) -> None:
        token = teams.token(old)
        assert (await door.ask(token)).status == 200
        teams.keys = [SigningKey("key-2")]
        assert (await door.ask(teams.token(teams.keys[0]))).status == 200
        assert (await door.ask(token)).status == 401, "what was remembered of the old key's token is forgotten"

    at_the_door(teams, it)
    teams.keys = [old]


def test_a_thousand_unknown_keys_cost_one_look_a_minute(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        stranger = SigningKey("key-99")
        tokens = [teams.token(stranger, headers={"kid": f"k{n}"}) for n in range(100)]
        assert (await door.ask(teams.token())).status == 200
        for _ in range(10):
            assert {one.status for one in await asyncio.gather(*map(door.ask, tokens))} == {401}
        assert teams.calls["keys"] == 2
        door.clock += AGAIN
        await door.ask(tokens[0])
        await door.ask(tokens[1])
        assert teams.calls["keys"] == 3

    at_the_door(teams, it)


def test_old_keys_are_renewed_beside_the_requests(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        assert (await door.ask(teams.token())).status == 200
        door.clock += FRESH + 1
        teams.keys_held = True
        assert (await door.ask(teams.token())).status == 200
        assert teams.calls["keys"] == 1, "it was answered before the new ones came"
        teams.keys_held = False
        async with asyncio.timeout(30):
            while teams.calls["keys"] < 2:
                await asyncio.sleep(0.01)

    at_the_door(teams, it)


def test_a_slow_key_server_holds_up_nobody_else(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        teams.keys_held = True
        asking = asyncio.ensure_future(door.ask(teams.token()))
        async with asyncio.timeout(60):
            while not teams.calls["metadata"]:
                await asyncio.sleep(0.005)
        # Were the loop held up, nobody would come by to end it.
        assert not asking.done()
        teams.keys_held = False
        assert (await asking).status == 200

    at_the_door(teams, it)


def test_without_any_keys_good_tokens_are_told_to_come_again_and_garbage_is_not(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        teams.keys_status = 500
        assert (await door.ask(teams.token())).status == 503
        assert (await door.ask("garbage")).status == 401
        assert door.seen == []
        teams.keys_status = 200
        door.clock += AGAIN
        assert (await door.ask(teams.token())).status == 200

    at_the_door(teams, it)


def test_keys_that_were_had_go_on_when_the_server_is_away(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        assert (await door.ask(teams.token())).status == 200
        teams.keys_status = 500
        door.clock += FRESH + 1
        assert (await door.ask(teams.token())).status == 200
        await asyncio.sleep(0.1)
        assert (await door.ask(teams.token(nbf=now() - 5))).status == 200

    at_the_door(teams, it)


def test_another_clouds_issuer_is_the_one_it_publishes(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        teams.issuer = "https://api.botframework.us"
        assert (await door.ask(teams.token(iss="https://api.botframework.us"))).status == 200
        assert (await door.ask(teams.token(iss="https://api.botframework.example"))).status == 401

    try:
        at_the_door(teams, it)
    finally:
        teams.issuer = None


# --- bodies --------------------------------------------------------------------------------------------------------
BROKEN: dict[str, Any] = {
    "nothing": b"",
    "no JSON": b"{",
    "no text": b"\xff\xfe",
    "a list": [],
    "null": b"null",
    "a number": 7,
    "an empty object": {},
    "infinity": b'{"type": Infinity}',
    "a deep one": b'{"a":' * 100 + b"1" + b"}" * 100,
    "a very deep one": b"[" * 100_000,
    "a number of 5,000 digits": b'{"type": ' + b"1" * 5000 + b"}",
    "no type": {"channelId": "msteams", "serviceUrl": "https://smba.trafficmanager.net/emea/"},
    "a type that is a number": activity(type=7),
    "no channel": activity(channelId=None),
    "no service URL": activity(serviceUrl=None),
    "a service URL that is a list": activity(serviceUrl=["https://smba.trafficmanager.net/emea/"]),
    "a sender that is a word": activity(**{"from": "dana"}),
    "a conversation that is a list": activity(conversation=["a"]),
    "channel data that is a word": activity(channelData="x"),
    "an id of 1,000 letters": activity(id="f" * 1000),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_isnt_an_activity_is_answered_400(teams: FakeTeams, what: str) -> None:
    async def it(door: Door) -> None:
        answered = await door.ask(teams.token(), BROKEN[what])
        assert (answered.status, answered.body, door.seen) == (400, b"not understood", [])
        assert answered.headers["connection"] == "close"

    at_the_door(teams, it)


def test_what_is_too_large_too_slow_or_of_another_kind_is_turned_away(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        token = teams.token()
        assert (await door.ask(token, b"x" * (BYTES_MAX + 1))).status == 413
        assert (await door.ask(token, content_type="text/plain")).status == 415
        assert (await door.ask(token, method="GET")).status == 405
        slow = Call(b"{}", signed=False, headers=[(b"authorization", f"Bearer {token}".encode())])
        assert (await ask(door.front, slow, pause=0.5)).status == 408
        assert door.seen == []

    at_the_door(teams, it)


def test_what_failed_is_asked_for_again(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        door.fails = True
        assert (await door.ask(teams.token())).status == 503

    at_the_door(teams, it)


@pytest.mark.parametrize(
    "body", [words("hi"), installed(), invoke("composeExtension/query", {}), activity(type="brandNew")]
)
def test_activities_of_any_kind_get_through(teams: FakeTeams, body: dict[str, Any]) -> None:
    async def it(door: Door) -> None:
        assert (await door.ask(teams.token(), {**body, "serviceUrl": teams.service_url})).status == 200

    at_the_door(teams, it)


# --- the test client -----------------------------------------------------------------------------------------------
def test_an_unauthenticated_door_takes_this_machines_own_and_nothing_else(teams: FakeTeams) -> None:
    async def it(door: Door) -> None:
        here = {**activity(), "serviceUrl": "http://localhost:56150/_connector", "channelId": "emulator"}
        assert (await door.ask(None, here)).status == 200
        assert (await door.ask("garbage", {**here, "channelId": "msteams"})).status == 200
        assert (await door.ask(None, {**here, "serviceUrl": "https://evil.example/"})).status == 403
        assert (await door.ask(None, b"{")).status == 400

    at_the_door(teams, it, signed=False)
