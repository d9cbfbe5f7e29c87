"""Microsoft as a bot sees it: signing keys, a login, and a connector that keeps what it is sent and fails on request.

On loopback, in a thread of its own.

    with FakeTeams() as teams:
        settings = Settings(**teams.settings())
        token = teams.token()

`teams.next(Fault.DROPPED_STORED)` makes the next write fail that way. `teams.sent` is every message there is, oldest
first; `teams.calls` counts calls by what they do.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import time
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import limits
from tests.limits import Arrival
from tests.loopback import Loopback

APP = "7f2b6c1e-0000-4c59-9a53-0d6a5c0b5c01"
SECRET = "app-secret-of-the-fake"
HOME = "1d2c3b4a-0000-4000-8000-00000000beef"
"""The tenant the bot is registered in."""
TENANT = "5c0fb1de-aaaa-4bbb-8ccc-0000000acme1"
BOT = f"28:{APP}"
ISSUER = "https://api.botframework.com"


class Fault(StrEnum):
    """What can go wrong with a write."""

    DROPPED_STORED = "stored, and the connection dropped before the reply"
    DROPPED = "the connection dropped, nothing stored"
    BAD_GATEWAY = "a 502 of HTML, nothing stored"
    ERROR_STORED = "stored, and answered with a 500"
    RATE_LIMITED = "a 429 with Retry-After"
    PRECONDITION = "a 412"
    BLOCKED = "a 403: the person has blocked the bot"
    NOT_INSTALLED = "a 403: the bot is not in the conversation"
    DISABLED = "a 403: switched off by the organisation"
    NO_CONVERSATION = "a 404: no such conversation"
    NO_ACTIVITY = "a 404: no such message"
    TOO_BIG = "a 413"
    UNAUTHORIZED = "a 401"
    NO_JSON = "stored, and answered with something that is no JSON"
    SLOW = "stored, the reply after the client has given up"


_ERRORS: Mapping[Fault, tuple[int, dict[str, Any]]] = {
    Fault.RATE_LIMITED: (429, {"error": {"code": "TooManyRequests", "message": "Rate limit"}}),
    Fault.PRECONDITION: (412, {"error": {"code": "PreconditionFailed", "message": "try again"}}),
    Fault.BLOCKED: (403, {"errorCode": 209, "message": '{"subCode":"MessageWritesBlocked","details":"blocked"}'}),
    Fault.NOT_INSTALLED: (403, {"error": {"code": "BotNotInConversationRoster", "message": "not in the roster"}}),
    Fault.DISABLED: (403, {"error": {"code": "BotDisabledByAdmin", "message": "disabled"}}),
    Fault.NO_CONVERSATION: (404, {"error": {"code": "ConversationNotFound", "message": "not found"}}),
    Fault.NO_ACTIVITY: (404, {"error": {"code": "ActivityNotFoundInConversation", "message": "not found"}}),
    Fault.TOO_BIG: (413, {"error": {"code": "MessageSizeTooBig", "message": "too big"}}),
    Fault.UNAUTHORIZED: (401, {"message": "Authorization has been denied for this request."}),
}


@dataclass(slots=True)
class Sent:
    """A message as Teams keeps it."""

    conversation: str
    id: str
    activity: dict[str, Any]
    at: float
    reply_to: str | None = None
    edits: int = 0
    app: str = APP
    """Whose token it came with."""

    @property
    def card(self) -> dict[str, Any]:
        (attachment,) = self.activity["attachments"]
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        return attachment["content"]

    @property
    def text(self) -> str:
        """Everything there is to read."""
        return json.dumps(self.activity, ensure_ascii=False)


@dataclass(slots=True)
class SigningKey:
    """One that Microsoft would publish."""

    kid: str
    endorsements: list[str] | None = field(default_factory=lambda: ["msteams"])
    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def published(self) -> dict[str, Any]:
        it = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        more = {} if self.endorsements is None else {"endorsements": self.endorsements}
        return {"kty": "RSA", "use": "sig", "kid": self.kid, "n": it["n"], "e": it["e"], **more}


@cache
def _usual_key() -> rsa.RSAPrivateKey:
    """Made once: a tenth of a second for each fake adds up."""
    return rsa.generate_private_key(65537, 2048)


class FakeTeams(Loopback):
    """Threads may read its attributes while it runs; settings and `next` take effect at once."""

    def __init__(self) -> None:
        super().__init__(largest=5_000_000)
        self.keys = [SigningKey("key-1", private=_usual_key())]
        self.keys_latency = 0.0
        self.keys_held = False
        """Whoever asks for them waits until it is over."""
        self.keys_status = 200
        self.issuer: str | None = ISSUER
        self.latency = 0.0
        self.latest = 0.0
        """With this, each write takes its own time between `latency` and so many seconds."""
        self.limited = False
        self.tenants: dict[str, str] = {}
        """Whose each conversation is; what isn't here is TENANT's."""
        self.troubles: dict[str, Fault] = {}
        """What befalls every write in that tenant."""
        self.arrivals: list[Arrival] = []
        """Of writes, while it is `limited`; a tenant stands for the token."""
        self.slow_by = 2.0
        self.retry_after = 1
        self.secret = SECRET
        self.others: dict[str, tuple[str, str]] = {}
        """Further apps: each one's secret and the tenant it logs in at."""
        self.login_status = 200
        self.tokens: set[str] = set()
        self.apps: dict[str, str] = {}
        """Whose each token is."""
        self.bots: dict[str, str] = {}
        """With which app's bot a conversation is; no other may write there. APP's needn't be named."""
        self.open_to_all = False
        """As a test client is: nobody has to prove anything."""
        self.connections: set[Any] = set()
        self.sent: list[Sent] = []
        self.calls: Counter[str] = Counter()
        self.installed: set[str] | None = None
        """Entra ids whose conversations may be created; None: everybody's."""
        self.created: list[dict[str, Any]] = []
        self.people: dict[str, dict[str, Any]] = {}
        """What the roster says of somebody, by the id that the bot knows them by; nobody else is in it."""
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self._turnstile = limits.Turnstile()
        self._random = random.Random(7)
        self._n = 0

    # --- for tests -------------------------------------------------------------------------------------------------
    @property
    def service_url(self) -> str:
        return f"{self.origin}/teams/"

    @property
    def metadata_url(self) -> str:
        return f"{self.origin}/v1/.well-known/openidconfiguration"

    def settings(self) -> dict[str, str]:
        """As the environment has them."""
        return {
            "MICROSOFT_APP_ID": APP,
            "MICROSOFT_APP_PASSWORD": SECRET,
            "MICROSOFT_APP_TENANT_ID": HOME,
            "MICROSOFT_APP_TYPE": "SingleTenant",
            "MICROSOFT_OPENID_METADATA_URL": self.metadata_url,
            "MICROSOFT_LOGIN_URL": f"{self.origin}/login",
            "MICROSOFT_SERVICE_URLS": self.service_url,
        }

    def token(self, key: SigningKey | None = None, *, headers: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A good one; a claim of None is left out."""
        now = int(time.time())
        said = {
            "iss": ISSUER,
            "aud": APP,
            "exp": now + 3600,
            "nbf": now - 10,
            "serviceurl": self.service_url,
            **claims,
        }
        key = key or self.keys[0]
        said = {name: it for name, it in said.items() if it is not None}
        return jwt.encode(said, key.private, algorithm="RS256", headers={"kid": key.kid, **(headers or {})})

    def next(self, fault: Fault, what: str = "send") -> None:
        """The next call of that sort (`send`, `update`, `create`) fails so; several queue up."""
        self._planned[what].append(fault)

    def to(self, conversation: str) -> list[Sent]:
        return [it for it in self.sent if it.conversation == conversation]

    # --- running ---------------------------------------------------------------------------------------------------
    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/v1/.well-known/openidconfiguration", self._metadata)
        router.add_get("/v1/.well-known/keys", self._keys)
        router.add_post("/login/{tenant}/oauth2/v2.0/token", self._login)
        v3 = "/teams/v3/conversations"
        router.add_post(v3, self._create)
        router.add_post(v3 + "/{conversation}/activities", self._send)
        router.add_post(v3 + "/{conversation}/activities/{activity}", self._send)
        router.add_get(v3 + "/{conversation}/members/{member}", self._member)
        router.add_put(v3 + "/{conversation}/activities/{activity}", self._update)

    # --- keys and login --------------------------------------------------------------------------------------------
    async def _metadata(self, _request: web.Request) -> web.Response:
        self.calls["metadata"] += 1
        await self._at_length()
        said = {"jwks_uri": f"{self.origin}/v1/.well-known/keys", "issuer": self.issuer}
        return web.json_response({it: value for it, value in said.items() if value}, status=self.keys_status)

    async def _keys(self, _request: web.Request) -> web.Response:
        self.calls["keys"] += 1
        await self._at_length()
        return web.json_response({"keys": [it.published() for it in self.keys]}, status=self.keys_status)

    async def _at_length(self) -> None:
        await asyncio.sleep(self.keys_latency)
        while self.keys_held:
            await asyncio.sleep(0.01)

    async def _login(self, request: web.Request) -> web.Response:
        self.calls["login"] += 1
        form = await request.post()
        app = str(form.get("client_id"))
        secret, home = self.others.get(app, (self.secret, HOME))
        wanted = {
            "grant_type": "client_credentials",
            "client_id": app if app in self.others else APP,
            "client_secret": secret,
            "scope": f"{ISSUER}/.default",
        }
        if self.login_status != 200:
            return web.Response(status=self.login_status, text="<html>unavailable</html>")
        if {it: form.get(it) for it in wanted} != wanted or request.match_info["tenant"] != home:
            said = "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"
            return web.json_response({"error": "invalid_client", "error_description": said}, status=401)
        token = f"access-{len(self.tokens) + 1}"
        self.tokens.add(token)
        self.apps[token] = app
        return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    # --- the connector ---------------------------------------------------------------------------------------------
    async def _create(self, request: web.Request) -> web.StreamResponse:
        asked = await self._asked(request, "create")
        who = asked["members"][0]["id"]
        if self.installed is not None and who not in self.installed:
            status, body = _ERRORS[Fault.NOT_INSTALLED]
            return web.json_response(body, status=status)
        self.created.append(asked)
        app = self._app(request)
        where = f"a:{who}" if app == APP else f"a:{app}:{who}"
        self.bots[where] = app
        return await self._answered(request, "create", lambda: {"id": where}, 201)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        activity = await self._asked(request, "send")
        where, reply_to = request.match_info["conversation"], request.match_info.get("activity")

        def store() -> dict[str, str]:
            self._n += 1
            sent = Sent(where, f"1763{self._n:09}", activity, time.time(), reply_to, app=self._app(request))
            self.sent.append(sent)
            return {"id": sent.id}

        return await self._answered(request, "send", store, 201)

    async def _update(self, request: web.Request) -> web.StreamResponse:
        activity = await self._asked(request, "update")
        where, which = request.match_info["conversation"], request.match_info["activity"]
        found = next((it for it in self.sent if (it.conversation, it.id) == (where, which)), None)
        if found is None:
            self.next(Fault.NO_ACTIVITY, "update")

        def store() -> dict[str, str]:
            assert found
            found.activity, found.edits = activity, found.edits + 1
            return {"id": found.id}

        return await self._answered(request, "update", store, 200)

    async def _member(self, request: web.Request) -> web.StreamResponse:
        self.calls["member"] += 1
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if shown not in self.tokens and not self.open_to_all:
            self.next(Fault.UNAUTHORIZED, "member")
        found = self.people.get(request.match_info["member"])
        if found is None:
            body = {"error": {"code": "MemberNotFoundInConversation", "message": "not found"}}
            return web.json_response(body, status=404)
        return await self._answered(request, "member", lambda: found, 200)

    def add_person(self, person: str, *, email: str | None = None, **more: Any) -> None:
        """A full member of the tenant, as Teams tells of them."""
        login = email or f"{person}@acme.example"
        self.people[f"29:{person}"] = {
            "id": f"29:{person}", "name": more.pop("name", person.title()), "objectId": person, "email": email,
            "givenName": "", "surname": "", "userPrincipalName": login, "tenantId": TENANT, "userRole": "user", **more,
        }  # fmt: skip

    async def _asked(self, request: web.Request, what: str) -> dict[str, Any]:
        self.calls[what] += 1
        self.connections.add(request.transport)
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if shown not in self.tokens and not self.open_to_all:
            self.next(Fault.UNAUTHORIZED, what)
        elif self.bots.get(request.match_info.get("conversation", ""), self._app(request)) != self._app(request):
            self.next(Fault.NOT_INSTALLED, what)
        found: dict[str, Any] = await request.json()
        return found

    def _app(self, request: web.Request) -> str:
        return self.apps.get(request.headers.get("Authorization", "").removeprefix("Bearer "), APP)

    def _wait(self, what: str, tenant: str, where: str) -> int:
        """As Retry-After says it; 0 lets it through."""
        rules: list[tuple[Any, Any]] = [(tenant, limits.TEAMS_TENANT)]
        if what in {"send", "create"}:
            rules.append(((what, where), limits.TEAMS_CONVERSATION))
        now = time.monotonic()
        wait = math.ceil(self._turnstile.wait(rules, now))
        self.arrivals.append(Arrival(tenant, what, where, now, 429 if wait else 200, wait))
        return wait

    async def _answered(self, request: web.Request, what: str, store: Any, status: int) -> web.StreamResponse:
        where = request.match_info.get("conversation", "")
        tenant = self.tenants.get(where, TENANT)
        wait = self._wait(what, tenant, where) if self.limited else 0
        await asyncio.sleep(self._random.uniform(self.latency, self.latest) if self.latest else self.latency)
        if wait:
            code, body = _ERRORS[Fault.RATE_LIMITED]
            return web.json_response(body, status=code, headers={"Retry-After": str(wait)})
        planned = self._planned[what].popleft() if self._planned[what] else None
        fault = planned or self.troubles.get(tenant)
        if fault is None:
            return web.json_response(store(), status=status)
        if fault in _ERRORS:
            code, body = _ERRORS[fault]
            more = {"Retry-After": str(self.retry_after)} if fault is Fault.RATE_LIMITED else {}
            return web.json_response(body, status=code, headers=more)
        if fault is Fault.BAD_GATEWAY:
            return web.Response(status=502, text="<html><h1>502</h1></html>", content_type="text/html")
        if fault is not Fault.DROPPED:
            store()
        match fault:
            case Fault.ERROR_STORED:
                return web.json_response({"error": {"code": "ServiceError", "message": "sorry"}}, status=500)
            case Fault.NO_JSON:
                return web.Response(status=status, text="<p>fine</p>", content_type="text/html")
            case Fault.SLOW:
                await asyncio.sleep(self.slow_by)
        if request.transport:
            request.transport.abort()
        return web.Response()
