"""Every setting: its name, environment variable, default, unit, and one sentence that says what it does.

This is the only module that reads the environment. `docs/configuration.md` is generated from it (`cognito-emu docs configuration`),
and a test compares the two.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

# How a text must look, and how that is said.
_Form = tuple[str, str]
_ACCOUNT: _Form = (r"[0-9]{12}", "12 digits")
_ADDRESS: _Form = (r"https?://[^/?#\s]+(?:/[^?#\s]*)?", "an address such as http://localhost:4566")
_CODE: _Form = (r"\S+", "a code without spaces")  # as the API's ConfirmationCode
_REGION: _Form = (r"[a-z0-9-]+", "a region such as us-east-1")


def _setting(default: Any, env: str, sentence: str, *, section: str, unit: str = "", form: _Form | None = None) -> Any:
    return field(default=default, metadata={"env": env, "sentence": sentence, "unit": unit, "section": section, "form": form})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration of one emulator, fixed at start."""

    # -- server
    host: str = _setting("127.0.0.1", "COGNITO_EMU_HOST", "The address to listen on.", section="Server")
    port: int = _setting(4566, "COGNITO_EMU_PORT", "The port to listen on; 0 takes a free one.", section="Server")
    workers: int = _setting(1, "COGNITO_EMU_WORKERS", "How many processes serve the port.", section="Server", unit="processes")
    tls: bool = _setting(
        False,
        "COGNITO_EMU_TLS",
        "Serve HTTPS beside HTTP, with a certificate made on the spot and kept in the data folder.",
        section="Server",
    )
    tls_port: int = _setting(4567, "COGNITO_EMU_TLS_PORT", "The port for HTTPS.", section="Server")
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "COGNITO_EMU_LOG_LEVEL", "The least level that is logged.", section="Server"
    )
    log_format: Literal["console", "json"] = _setting(
        "console", "COGNITO_EMU_LOG_FORMAT", "How log lines are written to standard error.", section="Server"
    )

    # -- state
    data: Path = _setting(Path("data"), "COGNITO_EMU_DATA", "The folder that holds the SQLite database and files.", section="State")
    database: str = _setting(
        "",
        "COGNITO_EMU_DATABASE",
        "A database URL, `postgresql://user:password@host/name` or `sqlite:///path`; empty: SQLite in the data folder.",
        section="State",
    )
    key_stock: int = _setting(
        64,
        "COGNITO_EMU_KEY_STOCK",
        "How many RSA key pairs are kept ready for new pools; each pool takes two when it first signs.",
        section="State",
        unit="key pairs",
    )

    shared_keys: bool = _setting(
        False,
        "COGNITO_EMU_SHARED_KEYS",
        "Let all pools that have no keys yet sign with the same two, for CI that makes many throw-away pools: none waits for its keys.",
        section="State",
    )

    # -- identity
    region: str = _setting(
        "us-east-1", "COGNITO_EMU_REGION", "The region of requests whose signature and host name none.", section="Identity", form=_REGION
    )
    account: str = _setting(
        "000000000000",
        "COGNITO_EMU_ACCOUNT",
        "The account of requests whose access key is not 12 digits.",
        section="Identity",
        form=_ACCOUNT,
    )
    public_url: str = _setting(
        "",
        "COGNITO_EMU_PUBLIC_URL",
        "The address in issuers, discovery and links; empty: the address by which the client came.",
        section="Identity",
        form=_ADDRESS,
    )
    issuer: Literal["address", "aws"] = _setting(
        "address",
        "COGNITO_EMU_ISSUER",
        "`address`: tokens name the emulator as issuer; `aws`: they carry AWS's own issuer, for libraries that accept no other.",
        section="Identity",
    )
    fixed_code: str = _setting(
        "",
        "COGNITO_EMU_FIXED_CODE",
        "Make every code this one, for lazy end-to-end tests; empty: random codes.",
        section="Identity",
        form=_CODE,
    )
    tiers: Literal["enforce", "lenient"] = _setting(
        "enforce",
        "COGNITO_EMU_TIERS",
        "`enforce`: a feature above the pool's tier is refused as on AWS; `lenient`: every feature is in every tier.",
        section="Identity",
    )
    rate_limits: bool = _setting(
        False,
        "COGNITO_EMU_RATE_LIMITS",
        "Apply AWS's request quotas by category and user and its daily quota of e-mail, so that TooManyRequestsException can be rehearsed.",
        section="Identity",
    )
    rate_limit_percent: int = _setting(
        100,
        "COGNITO_EMU_RATE_LIMIT_PERCENT",
        "How much of AWS's request quotas there is with COGNITO_EMU_RATE_LIMITS: small numbers let a test exceed them.",
        section="Identity",
        unit="percent",
    )
    verify_signatures: bool = _setting(
        False,
        "COGNITO_EMU_VERIFY_SIGNATURES",
        "Check the SigV4 signature of requests made with credentials that the emulator handed out.",
        section="Identity",
    )
    login_providers: str = _setting(
        "",
        "COGNITO_EMU_LOGIN_PROVIDERS",
        "Stand-ins for the social logins of identity pools: `accounts.google.com=http://localhost:9000,graph.facebook.com=...`; "
        "empty: the real providers.",
        section="Identity",
    )

    compromised_passwords: str = _setting(
        "",
        "COGNITO_EMU_COMPROMISED_PASSWORDS",
        "A file with a password a line that threat protection takes for compromised, beside the common ones that it knows.",
        section="Identity",
    )

    # -- federation
    rehearsal_provider: bool = _setting(
        False,
        "COGNITO_EMU_REHEARSAL_PROVIDER",
        "Play every social provider that has no stand-in, and an OIDC and a SAML provider at /_emu/rehearsal, where one picks who to be.",
        section="Federation",
    )
    google_url: str = _setting(
        "", "COGNITO_EMU_GOOGLE_URL", "The issuer of a stand-in for Google, which must have a discovery document.", section="Federation"
    )
    facebook_url: str = _setting(
        "", "COGNITO_EMU_FACEBOOK_URL", "The address of a stand-in for Facebook, with Facebook's paths.", section="Federation"
    )
    amazon_url: str = _setting(
        "", "COGNITO_EMU_AMAZON_URL", "The address of a stand-in for Login with Amazon, with Amazon's paths.", section="Federation"
    )
    apple_url: str = _setting(
        "", "COGNITO_EMU_APPLE_URL", "The issuer of a stand-in for Apple, which must have a discovery document.", section="Federation"
    )

    # -- triggers
    triggers: Literal["off", "process", "docker", "remote"] = _setting(
        "off", "COGNITO_EMU_TRIGGERS", "Whether and where the Lambdas of a pool's LambdaConfig run.", section="Triggers"
    )
    functions: str = _setting(
        "",
        "COGNITO_EMU_FUNCTIONS",
        "A `functions.toml` or a SAM/CloudFormation template that names functions and their code folders.",
        section="Triggers",
    )
    lambda_permissions: Literal["warn", "enforce"] = _setting(
        "warn",
        "COGNITO_EMU_LAMBDA_PERMISSIONS",
        "What happens when a function's resource policy does not let Cognito invoke it.",
        section="Triggers",
    )
    lambda_endpoint: str = _setting(
        "", "AWS_ENDPOINT_URL_LAMBDA", "Where `remote` triggers are invoked (SAM local, LocalStack, AWS).", section="Triggers"
    )
    lambda_limit: int = _setting(
        10,
        "COGNITO_EMU_LAMBDA_LIMIT",
        "How many function instances run at once, for each process that serves; a call beyond that waits for a free one.",
        section="Triggers",
        unit="instances",
    )
    lambda_idle: int = _setting(
        300, "COGNITO_EMU_LAMBDA_IDLE", "How long an unused function instance stays warm.", section="Triggers", unit="seconds"
    )
    lambda_images: str = _setting(
        "",
        "COGNITO_EMU_LAMBDA_IMAGES",
        "Base images by runtime in place of AWS's: `python3.12=registry.local/python:3.12,nodejs22.x=...`.",
        section="Triggers",
    )
    lambda_network: str = _setting(
        "",
        "COGNITO_EMU_LAMBDA_NETWORK",
        "The Docker network that functions join; empty: the emulator's own when it runs in a container, else the default bridge.",
        section="Triggers",
    )
    lambda_python: str = _setting(
        "",
        "COGNITO_EMU_LAMBDA_PYTHON",
        "The Python that runs `process` functions, such as a virtual environment's with their packages; empty: the emulator's own.",
        section="Triggers",
    )
    lambda_node_modules: str = _setting(
        "",
        "COGNITO_EMU_LAMBDA_NODE_MODULES",
        "A node_modules folder whose packages `process` functions find after their own, such as the AWS SDK that Lambda has; empty: none.",
        section="Triggers",
    )
    invocation_limit: int = _setting(
        1000,
        "COGNITO_EMU_INVOCATION_LIMIT",
        "How many invocations are kept to be looked at and replayed; the oldest go first.",
        section="Triggers",
        unit="invocations",
    )

    # -- stacks
    s3_endpoint: str = _setting(
        "",
        "AWS_ENDPOINT_URL_S3",
        "An S3 of your own (MinIO, LocalStack, AWS), where templates and code are read that the emulator's S3 does not have.",
        section="Stacks",
    )
    cloudformation_unknown_types: Literal["fail", "record"] = _setting(
        "fail",
        "COGNITO_EMU_CLOUDFORMATION_UNKNOWN_TYPES",
        "`fail`: templates with resource types that the emulator does not know are refused; `record`: such resources are recorded as "
        "placeholders that do nothing.",
        section="Stacks",
    )

    # -- mail
    smtp_host: str = _setting("", "SMTP_HOST", "The SMTP server, `host` or `host:port`; empty: mail stays in the inbox.", section="Mail")
    smtp_port: int = _setting(
        0, "SMTP_PORT", "The SMTP server's port; 0: that of SMTP_HOST, else 25, 587 (starttls) or 465 (tls).", section="Mail"
    )
    smtp_username: str = _setting("", "SMTP_USERNAME", "The user name for SMTP AUTH; empty: none.", section="Mail")
    smtp_password: str = _setting("", "SMTP_PASSWORD", "The password for SMTP AUTH.", section="Mail")
    smtp_tls: Literal["off", "starttls", "tls"] = _setting("off", "SMTP_TLS", "How the SMTP connection is secured.", section="Mail")
    smtp_ca_file: str = _setting(
        "", "SMTP_CA_FILE", "PEM certificates by which the SMTP server is trusted; empty: the system's.", section="Mail"
    )
    smtp_timeout: int = _setting(
        10, "SMTP_TIMEOUT", "How long to wait for the SMTP server to connect, and to answer each command.", section="Mail", unit="seconds"
    )
    smtp_from: str = _setting(
        "",
        "SMTP_FROM",
        "The envelope's sender, and the From of pools that have none of their own; empty: the pool's, no-reply@verificationemail.com.",
        section="Mail",
    )
    sms_webhook_url: str = _setting("", "SMS_WEBHOOK_URL", "Where SMS are posted as JSON; empty: they stay in the inbox.", section="Mail")
    delivery_failures: Literal["record", "answer"] = _setting(
        "record",
        "COGNITO_EMU_DELIVERY_FAILURES",
        "`record`: no call waits for delivery; `answer`: calls that send a code wait for its first try, and when it is refused they answer "
        "CodeDeliveryFailureException as AWS does.",
        section="Mail",
    )
    inbox_limit: int = _setting(
        100_000,
        "COGNITO_EMU_INBOX_LIMIT",
        "How many messages the inbox keeps; the oldest go first.",
        section="Mail",
        unit="messages",
    )

    # -- console
    console: bool = _setting(True, "COGNITO_EMU_CONSOLE", "Serve the developer's window at /_emu/.", section="Console")

    @property
    def database_url(self) -> str:
        """The database to open: the configured one, else SQLite in the data folder."""
        return self.database or f"sqlite:///{self.data / 'cognito.db'}"


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """What documentation and the command line need to know of one setting."""

    name: str
    env: str
    default: Any
    kind: str
    unit: str
    sentence: str
    section: str


class ConfigurationError(Exception):
    """A setting has a value that it cannot take. The message names the variable and what it accepts."""


def describe_settings() -> list[SettingInfo]:
    """All settings in the order in which they are declared."""
    hints = get_type_hints(Settings)
    return [
        SettingInfo(
            name=item.name,
            env=item.metadata["env"],
            default=item.default,
            kind=_kind(hints[item.name]),
            unit=item.metadata["unit"],
            sentence=item.metadata["sentence"],
            section=item.metadata["section"],
        )
        for item in dataclasses.fields(Settings)
    ]


def load_settings(environ: Mapping[str, str], **overrides: Any) -> Settings:
    """Settings from environment variables; `overrides` (the command line's options that were given) win.

    Raises:
        ConfigurationError: A variable's text is not a value of its setting.
    """
    hints = get_type_hints(Settings)
    values: dict[str, Any] = {}
    for item in dataclasses.fields(Settings):
        text = environ.get(item.metadata["env"])
        if text is not None and text != "":
            values[item.name] = _parse(text, hints[item.name], item.metadata["env"], item.metadata["form"])
    values.update({name: value for name, value in overrides.items() if value is not None})
    return Settings(**values)


def _kind(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return " | ".join(get_args(hint))
    return {bool: "on | off", int: "number", Path: "path"}.get(hint, "text")


def _parse(text: str, hint: Any, variable: str, form: _Form | None) -> Any:
    if hint is bool:
        lowered = text.lower()
        if lowered in {"1", "true", "on", "yes"}:
            return True
        if lowered in {"0", "false", "off", "no"}:
            return False
        raise ConfigurationError(f"{variable}={text}: expected on or off")
    if hint is int:
        if not text.isascii() or not text.isdigit():
            raise ConfigurationError(f"{variable}={text}: expected a whole number")
        return int(text)
    if get_origin(hint) is Literal:
        if text not in get_args(hint):
            raise ConfigurationError(f"{variable}={text}: expected one of {', '.join(get_args(hint))}")
        return text
    if form is not None and not re.fullmatch(form[0], text):
        raise ConfigurationError(f"{variable}={text}: expected {form[1]}")
    return hint(text)
