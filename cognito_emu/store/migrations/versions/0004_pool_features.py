"""Identity providers, branding, terms, risk and log settings."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "provisioned_limits",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "category", name=op.f("pk_provisioned_limits")),
    )
    op.create_table(
        "identity_providers",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("discovered", sa.JSON(), nullable=False),
        sa.Column("attribute_mapping", sa.JSON(), nullable=False),
        sa.Column("acr_mapping", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_identity_providers_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "name", name=op.f("pk_identity_providers")),
    )
    op.create_table(
        "log_deliveries",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("configurations", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_log_deliveries_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pk_log_deliveries")),
    )
    op.create_table(
        "saml_certificates",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("issued_at", sa.Double(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_saml_certificates_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "use", "issued_at", name=op.f("pk_saml_certificates")),
    )
    op.create_table(
        "auth_events",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("response", sa.String(), nullable=False),
        sa.Column("risk", sa.JSON(), nullable=False),
        sa.Column("challenges", sa.JSON(), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("feedback", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_auth_events_pool_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_auth_events_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_events")),
    )
    op.create_index(op.f("ix_auth_events_created_at"), "auth_events", ["created_at"], unique=False)
    op.create_index(op.f("ix_auth_events_user_id_created_at_id"), "auth_events", ["user_id", "created_at", "id"], unique=False)
    op.create_table(
        "federated_identities",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("provider_name", sa.String(), nullable=False),
        sa.Column("attribute", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("user_id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("provider_type", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("primary", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_federated_identities_pool_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_federated_identities_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "provider_name", "attribute", "value", name=op.f("pk_federated_identities")),
    )
    op.create_index(
        op.f("ix_federated_identities_pool_id_provider_name_subject"),
        "federated_identities",
        ["pool_id", "provider_name", "subject"],
        unique=False,
    )
    op.create_index(op.f("ix_federated_identities_user_id"), "federated_identities", ["user_id"], unique=False)
    op.create_table(
        "identity_provider_identifiers",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("provider_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id", "provider_name"],
            ["identity_providers.pool_id", "identity_providers.name"],
            name=op.f("fk_identity_provider_identifiers_pool_id_provider_name"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("pool_id", "identifier", name=op.f("pk_identity_provider_identifiers")),
    )
    op.create_index(
        op.f("ix_identity_provider_identifiers_pool_id_provider_name"),
        "identity_provider_identifiers",
        ["pool_id", "provider_name"],
        unique=False,
    )
    op.create_table(
        "managed_login_brandings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("use_cognito_values", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=True),
        sa.Column("assets", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["app_clients.id"], name=op.f("fk_managed_login_brandings_client_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_managed_login_brandings_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_managed_login_brandings")),
        sa.UniqueConstraint("client_id", name=op.f("uq_managed_login_brandings_client_id")),
    )
    op.create_index(op.f("ix_managed_login_brandings_pool_id"), "managed_login_brandings", ["pool_id"], unique=False)
    op.create_table(
        "risk_configurations",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("configuration", sa.JSON(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["app_clients.id"], name=op.f("fk_risk_configurations_client_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_risk_configurations_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "scope", name=op.f("pk_risk_configurations")),
    )
    op.create_table(
        "terms",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("enforcement", sa.String(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["app_clients.id"], name=op.f("fk_terms_client_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_terms_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("client_id", "name", name=op.f("uq_terms_client_id_name")),
    )
    op.create_index(op.f("ix_terms_pool_id_created_at_id"), "terms", ["pool_id", "created_at", "id"], unique=False)
    op.create_table(
        "ui_customizations",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("css", sa.String(), nullable=True),
        sa.Column("css_version", sa.String(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("image_type", sa.String(), nullable=True),
        sa.Column("image_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["app_clients.id"], name=op.f("fk_ui_customizations_client_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_ui_customizations_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "scope", name=op.f("pk_ui_customizations")),
        sa.UniqueConstraint("image_id", name=op.f("uq_ui_customizations_image_id")),
    )


def downgrade() -> None:
    op.drop_table("ui_customizations")
    op.drop_index(op.f("ix_terms_pool_id_created_at_id"), table_name="terms")
    op.drop_table("terms")
    op.drop_table("risk_configurations")
    op.drop_index(op.f("ix_managed_login_brandings_pool_id"), table_name="managed_login_brandings")
    op.drop_table("managed_login_brandings")
    op.drop_index(op.f("ix_identity_provider_identifiers_pool_id_provider_name"), table_name="identity_provider_identifiers")
    op.drop_table("identity_provider_identifiers")
    op.drop_index(op.f("ix_federated_identities_user_id"), table_name="federated_identities")
    op.drop_index(op.f("ix_federated_identities_pool_id_provider_name_subject"), table_name="federated_identities")
    op.drop_table("federated_identities")
    op.drop_index(op.f("ix_auth_events_user_id_created_at_id"), table_name="auth_events")
    op.drop_index(op.f("ix_auth_events_created_at"), table_name="auth_events")
    op.drop_table("auth_events")
    op.drop_table("saml_certificates")
    op.drop_table("log_deliveries")
    op.drop_table("identity_providers")
    op.drop_table("provisioned_limits")
