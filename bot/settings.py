"""Environment and sopbot.toml -> Settings, read once at the start."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from pydantic_settings import SettingsError as Unreadable

from bot.answer import PastReview, Thresholds
from bot.data_folder import DATA_FOLDER, SETTINGS_FILE
from bot.errors import SettingsError
from bot.setting_values import Contact, LintTable, Networks, Probability, Rate, Secret, SignInWay, WebAddress, WeeklyMoment
from index.export import DEFAULT_MODEL

_THRESHOLDS = Thresholds()
_NEARLY = 0.85
"""How much alike two names are, 0 to 1, of which one is the other misspelt."""


class Settings(BaseSettings):
    """Every setting; `SOPBOT_…` variables win over the file `sopbot.toml` in the current folder."""

    model_config = SettingsConfigDict(env_prefix="SOPBOT_", toml_file=SETTINGS_FILE, extra="forbid", populate_by_name=True, validate_default=False)

    data_dir: Path = Field(DATA_FOLDER, description="Folder that holds all state: index generations, database, keys, caches.")
    knowledge_dir: Path = Field(Path("knowledge"), description="Folder with your Markdown documents.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Where questions, feedback and keys are kept: postgresql://user:password@host/name; empty for a SQLite file in the data folder.",
    )
    keep_questions_days: int = Field(
        365,
        ge=0,
        le=36_500,
        description="Days for which questions, with what became of them, are kept; 0 for ever. Daily counts stay, without any text or person.",
    )
    model: str = Field(DEFAULT_MODEL, description="Embedding model: a sentence-transformers name, or a folder that holds one.")
    host: str = Field("127.0.0.1", description="Address to serve on. 127.0.0.1 is reachable from this machine only.")
    port: int = Field(8000, ge=1, le=65535, description="Port to serve on.")
    cors_origins: list[str] = Field(
        [], description='Web pages that may use the widget and the HTTP interface from a browser, as a JSON list: ["https://www.example.com"].'
    )
    trusted_proxies: Networks = Field(
        ["127.0.0.1", "::1"],
        description="Addresses or networks of proxies whose word on the visitor's address is believed, as a JSON list.",
    )
    rate_limit: Rate = Field("300/minute", description="Requests without a key that one address may send; empty for no limit.")
    key_rate_limit: Rate = Field("1200/minute", description="Requests that one key may send; empty for no limit.")
    requests_at_once: int = Field(64, ge=1, le=10_000, description="Requests in work at once; one more is refused at once.")
    request_seconds: float = Field(10.0, gt=0, le=600, description="Seconds until a request is given up.")
    keep_generations: int = Field(5, ge=2, le=1000, description="How many indexes are kept, the serving one among them.")
    keep_days: float = Field(0.0, ge=0, description="Days after which an index that no longer serves is removed; 0 for no limit.")
    answer_threshold: Probability = Field(_THRESHOLDS.answer, description="Probability from which an entry is shown as the answer, 0 to 1.")
    lead_threshold: Probability = Field(
        _THRESHOLDS.lead,
        description="Probability, from which the answer is given alone, that this entry is meant rather than another; 0 to 1. Below, it is offered among others.",
    )
    suggest_threshold: Probability = Field(_THRESHOLDS.suggest, description='Probability from which an entry is offered as "did you mean", 0 to 1.')
    public_url: WebAddress = Field(
        "", description="Address at which people reach this server when it is not that of host and port, such as https://help.example.org."
    )
    site_name: str = Field("Help", min_length=1, description="Name of the FAQ pages, as customers see it.")
    contact: Contact = Field("", description="Where customers turn to when the FAQ has no answer: mailto:…, tel:… or https://….")
    sign_in: SignInWay = Field("link", description="How people open the ask page: link, proxy, oidc or off; docs/ask-page.md explains each.")
    sign_in_networks: Networks = Field(
        ["127.0.0.0/8", "::1"],
        description="With link: addresses or networks from which the ask page may be opened, as a JSON list; as it is, this machine only.",
    )
    sign_in_header: str = Field("X-Forwarded-User", min_length=1, description="With proxy: the header in which the proxy says who somebody is.")
    sign_in_groups_header: str = Field("", description="With proxy: the header in which it names somebody's groups, separated by commas.")
    sign_in_admin_groups: list[str] = Field([], description='With proxy: groups that may also review, as a JSON list: ["support-leads"].')
    sign_in_admins: list[str] = Field([], description='With proxy or oidc: people who may also review, as a JSON list: ["ada@example.org"].')
    oidc_issuer: str = Field("", description="With oidc: address of the issuer, such as https://login.example.org.")
    oidc_client_id: str = Field("", description="With oidc: id under which sopbot is registered there.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="With oidc: the secret that goes with it.")
    oidc_domains: list[str] = Field(
        [],
        description='With oidc: domains of the e-mail addresses that may come in, as a JSON list: ["example.org"]; ["*"] for everybody whom the issuer knows.',
    )
    past_review: PastReview = Field(
        "warn",
        description="What becomes of an entry past its review date: `warn` shows it with a warning, `demote` only offers it, behind current ones, `withhold` never shows it.",
    )
    review_months: int = Field(6, ge=1, le=60, description="Months from one review to the next, for documents whose dates do not say.")
    webhook_secret: Secret = Field(SecretStr(""), description="Secret with which a Git host tells of a push at /v1/index/webhook; empty for no webhook.")
    webhook_pull: bool = Field(False, description="Whether a push also runs `git pull --ff-only` in the folder with your documents.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    slack_bot_token: SecretStr = Field(SecretStr(""), validation_alias="SLACK_BOT_TOKEN", description="Slack: bot token, begins with xoxb-.")
    slack_app_token: SecretStr = Field(SecretStr(""), validation_alias="SLACK_APP_TOKEN", description="Slack Socket Mode: app token, begins with xapp-.")
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), validation_alias="SLACK_SIGNING_SECRET", description="Slack Events endpoint: signing secret of the app."
    )
    slack_owners_channel: str = Field(
        "", description='Slack: id of the channel where "ask the SOP owners" and feedback arrive; without it the button is not offered.'
    )
    slack_leads: list[str] = Field([], description='Slack: user ids that may change channel settings and see gaps, as a JSON list: ["U012AB3CD"].')
    slack_digest: WeeklyMoment = Field(
        "monday 09:00",
        description="Slack: when the weekly digest is posted, such as `monday 09:00 Europe/London`, without a time zone in UTC; `off` for never.",
    )
    slack_digest_channel: str = Field("", description="Slack: id of the channel that gets the weekly digest; the owners' channel when left out.")
    lint: LintTable = Field(LintTable(), description="What `sopbot lint` and the build go by; a table of its own.")
    slack_api_url: str = Field("https://slack.com/api/", description="Base address of Slack's Web API; another one for trying things out.")

    @property
    def database_path(self) -> Path:
        """The SQLite file with questions, feedback and keys."""
        return self.data_dir / "sopbot.db"

    @property
    def database(self) -> str | Path:
        """Where questions, feedback and keys are: an address, or the path of a SQLite file. Not for printing: it may hold a password."""
        return self.database_url.get_secret_value() or self.database_path

    @property
    def cache_dir(self) -> Path:
        """Exported encoders and vectors; deleting it costs time only."""
        return self.data_dir / "cache"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic calls it so
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a value that does not fit; the message names it and the place.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name, wrong = str(first["loc"][0]) if first["loc"] else "?", first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden" and len(first["loc"]) > 1:
            raise SettingsError(
                f"There is no setting '{'.'.join(map(str, first['loc']))}', which {SETTINGS_FILE} has. See those there are with: sopbot guide operations"
            ) from None
        if first["type"] == "extra_forbidden":
            near = difflib.get_close_matches(name, Settings.model_fields, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else "See those there are with: sopbot guide operations"
            raise SettingsError(f"There is no setting '{name}', which {SETTINGS_FILE} has. {hint}") from None
        if len(first["loc"]) > 1:
            name = ".".join(str(part) for part in first["loc"] if part != "[key]")
            raise SettingsError(f"The setting '{name}' in {SETTINGS_FILE} does not fit: {wrong}.") from None
        variable = name if name.startswith("SLACK_") else f"SOPBOT_{name.upper()}"
        raise SettingsError(f"The setting {variable} (or '{name}' in {SETTINGS_FILE}) does not fit: {wrong}.") from None
    except Unreadable as error:  # a variable for a list or table that is no JSON
        name = "".join(re.findall(r'field "(\w+)"', str(error))[:1])
        raise SettingsError(f'The setting SOPBOT_{name.upper()} cannot be read. As a variable, a list is written as JSON, such as ["one", "two"].') from None
    except ValueError as error:  # a sopbot.toml that is no TOML
        raise SettingsError(f"The file {SETTINGS_FILE} cannot be read: {error}.") from None
    _check_names()
    _check_sign_in(settings)
    if settings.suggest_threshold > settings.answer_threshold:
        raise SettingsError(
            f"SOPBOT_SUGGEST_THRESHOLD ({settings.suggest_threshold}) is above SOPBOT_ANSWER_THRESHOLD ({settings.answer_threshold}). Suggestions begin where answers are too unsure, so it must be at most as high."
        )
    return settings


def _check_names() -> None:
    """A variable whose name is nearly that of a setting.

    Raises:
        SettingsError: there is one. Whatever else begins with the prefix may belong to another program.
    """
    names = [f"SOPBOT_{name.upper()}" for name in Settings.model_fields]
    for variable in sorted(set(map(str.upper, os.environ)) - set(names)):
        near = difflib.get_close_matches(variable, names, n=1, cutoff=_NEARLY) if variable.startswith("SOPBOT_") else ()
        if near:
            raise SettingsError(f"There is no setting {variable}. Did you mean {near[0]}?")


def _check_sign_in(settings: Settings) -> None:
    """What a way of signing in cannot do without.

    Raises:
        SettingsError: something is missing, so that the pages would be open to nobody, or to the wrong people.
    """
    if settings.sign_in == "proxy" and not settings.trusted_proxies:
        raise SettingsError(
            "SOPBOT_SIGN_IN is 'proxy', but SOPBOT_TRUSTED_PROXIES is empty, so nobody's word for who somebody is would be taken. Name your proxy's address there."
        )
    if settings.sign_in == "oidc":
        needed = {
            "SOPBOT_PUBLIC_URL": settings.public_url,
            "SOPBOT_OIDC_ISSUER": settings.oidc_issuer,
            "SOPBOT_OIDC_CLIENT_ID": settings.oidc_client_id,
            "SOPBOT_OIDC_CLIENT_SECRET": settings.oidc_client_secret.get_secret_value(),
            "SOPBOT_OIDC_DOMAINS": settings.oidc_domains,
        }
        missing = [name for name, value in needed.items() if not value]
        if missing:
            raise SettingsError(f"SOPBOT_SIGN_IN is 'oidc', but this is missing: {', '.join(missing)}. See what goes where with: sopbot guide ask-page")
