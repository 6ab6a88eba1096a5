"""Every setting of an installation, with its default and its reason; secrets have no default."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1024 * 1024


class Settings(BaseSettings):
    """Settings come from the environment (``MINGZHANG_…``), then from ``.env``, then from these defaults."""

    model_config = SettingsConfigDict(
        env_prefix="MINGZHANG_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    database_url: str = Field(
        default_factory=lambda: f"sqlite:///{Path.cwd() / 'data' / 'mingzhang.db'}",
        description="SQLAlchemy address of the books: a file of this machine unless PostgreSQL is named.",
    )
    owner_url: str = Field(
        default="",
        repr=False,
        description="On PostgreSQL, the address as the role that owns the tables: only init and restore use it.",
    )
    backup_dir: str = Field(
        default="", description="Folder into which the server takes backups; none without it."
    )
    backup_hours: int = Field(default=24, ge=1, le=24 * 31, description="Hours from one backup to the next.")
    backup_keep: int = Field(
        default=14, ge=1, le=1000, description="How many of the newest backups are kept."
    )
    host: str = Field(
        default="127.0.0.1", description="Address to listen on; a proxy with TLS stands in front."
    )
    port: int = Field(default=8440, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    log_level: str = Field(default="info", pattern="^(critical|error|warning|info|debug)$")
    log_format: str = Field(
        default="auto", pattern="^(auto|json|text)$", description="Text on a terminal, else JSON."
    )
    metrics_token: str = Field(
        default="",
        pattern="^([!-~]{16,})?$",
        repr=False,
        description="Bearer token that opens /metrics; without it nobody is told.",
    )
    traces_url: str = Field(
        default="", pattern="^(https?://.+)?$", description="OTLP receiver of traces; none without it."
    )
    verify_hours: int = Field(
        default=24, ge=0, le=24 * 31, description="How often the server walks along every chain; 0: never."
    )
    disk_floor_bytes: int = Field(
        default=256 * MEBIBYTE, ge=0, description="With less than this free the server is not ready."
    )
    public_url: str = Field(default="", description="How readers reach the server, without a final slash.")
    max_body_bytes: int = Field(default=2 * MEBIBYTE, ge=1024, description="Longest JSON body.")
    max_upload_bytes: int = Field(default=10 * MEBIBYTE, ge=1024, description="Longest register file.")
    max_voucher_bytes: int = Field(default=10 * MEBIBYTE, ge=1024, description="Longest voucher file.")
    patience_seconds: int = Field(
        default=30, ge=1, le=600, description="How long a write waits for its turn before it is refused."
    )
    token_days: int = Field(default=90, ge=1, le=366, description="How long a new bearer token lives.")

    @property
    def base_url(self) -> str:
        """The address that is printed and linked."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"
