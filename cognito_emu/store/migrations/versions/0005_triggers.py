"""Lambda functions and invocations."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "functions",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("last_version", sa.Integer(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("policies", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "name", name=op.f("pk_functions")),
    )
    op.create_table(
        "invocations",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("pool_id", sa.String(), nullable=True),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("trigger_source", sa.String(), nullable=False),
        sa.Column("function_arn", sa.String(), nullable=False),
        sa.Column("executor", sa.String(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("response", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("error_type", sa.String(), nullable=True),
        sa.Column("duration", sa.Double(), nullable=False),
        sa.Column("cold", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("logs", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_invocations")),
        sa.UniqueConstraint("request_id", name=op.f("uq_invocations_request_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "function_aliases",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("function_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("revision_id", sa.String(), nullable=False),
        sa.Column("configuration", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account", "region", "function_name"],
            ["functions.account", "functions.region", "functions.name"],
            name=op.f("fk_function_aliases_account_region_function_name"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", "region", "function_name", "name", name=op.f("pk_function_aliases")),
    )
    op.create_table(
        "function_code",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("function_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account", "region", "function_name"],
            ["functions.account", "functions.region", "functions.name"],
            name=op.f("fk_function_code_account_region_function_name"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", "region", "function_name", "sha256", name=op.f("pk_function_code")),
    )
    op.create_table(
        "function_versions",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("function_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.String(), nullable=False),
        sa.Column("configuration", sa.JSON(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account", "region", "function_name"],
            ["functions.account", "functions.region", "functions.name"],
            name=op.f("fk_function_versions_account_region_function_name"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", "region", "function_name", "number", name=op.f("pk_function_versions")),
    )


def downgrade() -> None:
    op.drop_table("function_versions")
    op.drop_table("function_code")
    op.drop_table("function_aliases")
    op.drop_table("invocations")
    op.drop_table("functions")
