"""Environment and sopbot.toml -> Settings, read once at the start."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bot.answer import Thresholds
from bot.errors import SettingsError
from index.export import DEFAULT_MODEL

SETTINGS_FILE = "sopbot.toml"
_THRESHOLDS = Thresholds()
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Settings(BaseSettings):
    """Every setting; `SOPBOT_…` variables win over the file `sopbot.toml` in the current folder."""

    model_config = SettingsConfigDict(env_prefix="SOPBOT_", toml_file=SETTINGS_FILE, extra="forbid", populate_by_name=True)

    data_dir: Path = Field(Path("data"), description="Folder that holds all state: index generations, database, keys, caches.")
    knowledge_dir: Path = Field(Path("knowledge"), description="Folder with your Markdown documents.")
    model: str = Field(DEFAULT_MODEL, description="Embedding model: a sentence-transformers name, or a folder that holds one.")
    host: str = Field("127.0.0.1", description="Address to serve on. 127.0.0.1 is reachable from this machine only.")
    port: int = Field(8000, ge=1, le=65535, description="Port to serve on.")
    keep_generations: int = Field(5, ge=2, le=1000, description="How many indexes are kept, the serving one among them.")
    keep_days: float = Field(0.0, ge=0, description="Days after which an index that no longer serves is removed; 0 for no limit.")
    answer_threshold: Probability = Field(_THRESHOLDS.answer, description="Probability from which an entry is shown as the answer, 0 to 1.")
    lead_threshold: Probability = Field(
        _THRESHOLDS.lead,
        description="Probability, from which the answer is given alone, that this entry is meant rather than another; 0 to 1. Below, it is offered among others.",
    )
    suggest_threshold: Probability = Field(_THRESHOLDS.suggest, description='Probability from which an entry is offered as "did you mean", 0 to 1.')
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR.")
    slack_bot_token: SecretStr = Field(SecretStr(""), validation_alias="SLACK_BOT_TOKEN", description="Slack: bot token, begins with xoxb-.")
    slack_app_token: SecretStr = Field(SecretStr(""), validation_alias="SLACK_APP_TOKEN", description="Slack Socket Mode: app token, begins with xapp-.")
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), validation_alias="SLACK_SIGNING_SECRET", description="Slack Events endpoint: signing secret of the app."
    )
    slack_owners_channel: str = Field(
        "", description='Slack: id of the channel where "ask the SOP owners" and feedback arrive; without it the button is not offered.'
    )
    slack_leads: list[str] = Field([], description='Slack: user ids that may change channel settings and see gaps, as a JSON list: ["U012AB3CD"].')
    slack_api_url: str = Field("https://slack.com/api/", description="Base address of Slack's Web API; another one for trying things out.")

    @property
    def database_path(self) -> Path:
        """The SQLite file with questions, feedback and keys."""
        return self.data_dir / "sopbot.db"

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
        name = str(first["loc"][0]) if first["loc"] else "?"
        if first["type"] == "extra_forbidden":
            near = difflib.get_close_matches(name, Settings.model_fields, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else "docs/operations.md lists those there are."
            raise SettingsError(f"There is no setting '{name}', which {SETTINGS_FILE} has. {hint}") from None
        variable = name if name.startswith("SLACK_") else f"SOPBOT_{name.upper()}"
        raise SettingsError(f"The setting {variable} (or '{name}' in {SETTINGS_FILE}) does not fit: {first['msg']}.") from None
    except ValueError as error:  # a sopbot.toml that is no TOML
        raise SettingsError(f"The file {SETTINGS_FILE} cannot be read: {error}.") from None
    if settings.suggest_threshold > settings.answer_threshold:
        raise SettingsError(
            f"SOPBOT_SUGGEST_THRESHOLD ({settings.suggest_threshold}) is above SOPBOT_ANSWER_THRESHOLD ({settings.answer_threshold}). Suggestions begin where answers are too unsure, so it must be at most as high."
        )
    return settings
