"""The only place that reads the environment. Half-configured channels are refused at the start, by name."""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.clock import Clock, RealClock, clock_from

_TENANT = re.compile(r"[0-9A-Za-z-]{8,40}(/[0-9A-Za-z-]{8,200})?")


class SettingsError(ValueError):
    """A setting that can't be used; says which, why, and what to write."""


class AppType(StrEnum):
    """How the bot is registered with Microsoft."""

    SINGLE_TENANT = "SingleTenant"
    MULTI_TENANT = "MultiTenant"
    MANAGED_IDENTITY = "UserAssignedMSI"


class Settings(BaseSettings):
    """As the environment, or a `.env` file in the working folder, says."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    coach_database_url: str = "sqlite:///coach.db"
    coach_secret_keys: SecretStr | None = None
    coach_public_url: str | None = None
    coach_smtp_url: SecretStr | None = None
    coach_mail_from: str | None = None
    coach_clock: str | None = None
    slack_signing_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_settle_seconds: float = Field(default=30, ge=0)
    """How long an unknown outcome rests before it is looked up."""
    microsoft_app_id: str | None = None
    microsoft_app_password: SecretStr | None = None
    microsoft_app_tenant_id: str | None = None
    microsoft_app_type: AppType | None = None
    microsoft_openid_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    microsoft_login_url: str = "https://login.microsoftonline.com"
    microsoft_service_urls: Annotated[tuple[str, ...], NoDecode] = ()
    microsoft_setup_tenants: Annotated[tuple[str, ...], NoDecode] = ()
    """Where whoever adds the app first may set a company up: a tenant, or `tenant/person` for one of its people."""
    coach_teams_dangerously_unauthenticated: bool = False
    coach_llm_url: str | None = None
    coach_llm_key: SecretStr | None = None
    coach_llm_model: str | None = None

    @field_validator("coach_clock")
    @classmethod
    def _clock(cls, value: str | None) -> str | None:
        if value is not None:
            clock_from(value)
        return value

    @field_validator("coach_public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc):
            raise ValueError("write the whole address people reach, such as https://coach.example.com")
        return value.rstrip("/") if value else None

    @field_validator("coach_llm_url")
    @classmethod
    def _endpoint(cls, value: str | None) -> str | None:
        """Plain http too: a model of one's own stands in one's own network."""
        if value is not None and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("write the address before /chat/completions, such as https://api.example.com/v1")
        return value.rstrip("/").removesuffix("/chat/completions") if value else None

    @field_validator("slack_api_url")
    @classmethod
    def _web_api(cls, value: str) -> str:
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname:
            raise ValueError(f"'{value}' is no address; write one such as https://slack.com/api/")
        return value

    @field_validator("microsoft_app_type", mode="before")
    @classmethod
    def _type(cls, value: str | None) -> AppType | None:
        if value is None:
            return None
        known = {it.value.lower(): it for it in AppType}
        if value.lower() not in known:
            raise ValueError(f"'{value}' is no type of app; write {', '.join(AppType)}")
        return known[value.lower()]

    @field_validator("microsoft_service_urls", "microsoft_setup_tenants", mode="before")
    @classmethod
    def _split(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        listed = value.split(",") if isinstance(value, str) else value
        return tuple(it.strip() for it in listed if it.strip())

    @field_validator("microsoft_setup_tenants")
    @classmethod
    def _tenants(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for it in value:
            if not _TENANT.fullmatch(it):
                raise ValueError(
                    f"'{it}' is no tenant; write its directory ID (5c0fb1de-…), or that, a / and somebody's object ID"
                )
        return tuple(it.lower() for it in value)

    @field_validator("microsoft_openid_metadata_url", "microsoft_login_url", "microsoft_service_urls")
    @classmethod
    def _private(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for it in (value,) if isinstance(value, str) else value:
            _check_private(it)
        return value.rstrip("/") if isinstance(value, str) else value

    @model_validator(mode="after")
    def _whole_teams(self) -> Self:
        """Some of it alone would leave the door open, or messages unsent."""
        if self.microsoft_app_id is None:
            lonely = ("microsoft_app_password", "microsoft_app_tenant_id", "microsoft_app_type")
            found = [it.upper() for it in lonely if getattr(self, it) is not None]
            if self.microsoft_setup_tenants and not self.coach_teams_dangerously_unauthenticated:
                found.append("MICROSOFT_SETUP_TENANTS")
            if found:
                raise ValueError(f"{found[0]} is set but MICROSOFT_APP_ID is not; Teams needs both")
            return self
        if self.coach_teams_dangerously_unauthenticated:
            raise ValueError(
                "COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED is for a test client without MICROSOFT_APP_ID; remove one"
            )
        if self.app_type is not AppType.MANAGED_IDENTITY and self.microsoft_app_password is None:
            raise ValueError("MICROSOFT_APP_ID is set but MICROSOFT_APP_PASSWORD is not; Teams needs both")
        if self.app_type is not AppType.MULTI_TENANT and self.microsoft_app_tenant_id is None:
            raise ValueError(
                "MICROSOFT_APP_ID is set but MICROSOFT_APP_TENANT_ID is not; set the tenant the bot is registered in, "
                "or MICROSOFT_APP_TYPE=MultiTenant for an older registration that has none"
            )
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.slack_bot_token and not self.slack_signing_secret:
            raise ValueError("SLACK_BOT_TOKEN is set but SLACK_SIGNING_SECRET is not; Slack needs both")
        installed = ("slack_client_id", "slack_client_secret")
        there = [it.upper() for it in installed if getattr(self, it)]
        missing = [it.upper() for it in (*installed, "slack_signing_secret") if not getattr(self, it)]
        if there and missing:
            raise ValueError(f"{there[0]} is set but {missing[0]} is not; an app for many workspaces needs it too")
        if self.slack_signing_secret and not self.slack_bot_token and not there:
            raise ValueError("SLACK_SIGNING_SECRET is set; SLACK_BOT_TOKEN must be set beside it")
        if self.coach_smtp_url and not self.coach_mail_from:
            raise ValueError("COACH_SMTP_URL is set but COACH_MAIL_FROM is not; mail needs both")
        return self

    @model_validator(mode="after")
    def _whole_model(self) -> Self:
        if self.coach_llm_url and not self.coach_llm_model:
            raise ValueError("COACH_LLM_URL is set but COACH_LLM_MODEL is not; say which model to ask for")
        lonely = next((it for it in ("coach_llm_model", "coach_llm_key") if getattr(self, it) is not None), None)
        if lonely and not self.coach_llm_url:
            raise ValueError(f"{lonely.upper()} is set but COACH_LLM_URL is not; set both, or neither to go without")
        return self

    @property
    def slack(self) -> bool:
        """Whether one workspace is connected."""
        return bool(self.slack_signing_secret and self.slack_bot_token)

    @property
    def teams(self) -> bool:
        """Whether Teams, or a test client in its place, is connected."""
        return self.microsoft_app_id is not None or self.coach_teams_dangerously_unauthenticated

    @property
    def app_type(self) -> AppType:
        """Microsoft makes no new ones of several tenants, so one is what is meant unless said otherwise."""
        return self.microsoft_app_type or AppType.SINGLE_TENANT

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install the app by themselves (OAuth)."""
        return bool(self.slack_signing_secret and self.slack_client_id and self.slack_client_secret)

    @property
    def speaks_slack(self) -> bool:
        """With an app of its own, or able to keep those that companies bring."""
        return self.slack or self.many_workspaces or self.coach_secret_keys is not None

    @property
    def speaks_teams(self) -> bool:
        """The same."""
        return self.teams or self.coach_secret_keys is not None

    def clock(self) -> Clock:
        """The program's."""
        return clock_from(self.coach_clock) if self.coach_clock else RealClock()


def read_settings() -> Settings:
    """SettingsError, in one line, when something doesn't fit."""
    try:
        return Settings()
    except ValidationError as problem:
        raise SettingsError("; ".join(_told(it) for it in problem.errors())) from None


def is_loopback(host: str | None) -> bool:
    """Whether only this machine reaches it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _check_private(url: str) -> None:
    """Tokens go there: nobody on the way may read them."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or "@" in parts.netloc or port == 0:
        raise ValueError(f"'{url}' is no address; write one such as https://example.com/path")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError(f"'{url}' must begin with https; http is for this machine only")


def _told(error: object) -> str:
    assert isinstance(error, dict)
    where = ".".join(str(it) for it in error["loc"]).upper()
    what = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
