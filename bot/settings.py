"""The only place that reads the environment. Half-configured channels are refused at the start, by name."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.clock import Clock, RealClock, clock_from


class SettingsError(ValueError):
    """A setting that can't be used; says which, why, and what to write."""


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

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.slack_bot_token and not self.slack_signing_secret:
            raise ValueError("SLACK_BOT_TOKEN is set but SLACK_SIGNING_SECRET is not; Slack needs both")
        if (
            self.slack_signing_secret
            and not self.slack_bot_token
            and not (self.slack_client_id and self.slack_client_secret)
        ):
            raise ValueError("SLACK_SIGNING_SECRET is set; SLACK_BOT_TOKEN must be set beside it")
        if self.coach_smtp_url and not self.coach_mail_from:
            raise ValueError("COACH_SMTP_URL is set but COACH_MAIL_FROM is not; mail needs both")
        return self

    @property
    def slack(self) -> bool:
        """Whether one workspace is connected."""
        return bool(self.slack_signing_secret and self.slack_bot_token)

    def clock(self) -> Clock:
        """The program's."""
        return clock_from(self.coach_clock) if self.coach_clock else RealClock()


def read_settings() -> Settings:
    """SettingsError, in one line, when something doesn't fit."""
    try:
        return Settings()
    except ValidationError as problem:
        raise SettingsError("; ".join(_told(it) for it in problem.errors())) from None


def _told(error: object) -> str:
    assert isinstance(error, dict)
    where = ".".join(str(it) for it in error["loc"]).upper()
    what = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
