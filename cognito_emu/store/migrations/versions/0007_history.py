"""Imports of users, client ID metadata documents, and replicas."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "user_import_jobs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role_arn", sa.String(), nullable=False),
        sa.Column("hashing", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("completed_at", sa.Double(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("uploaded", sa.Boolean(), nullable=False),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("runner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_user_import_jobs_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_import_jobs")),
    )
    op.create_index(op.f("ix_user_import_jobs_pool_id_created_at_id"), "user_import_jobs", ["pool_id", "created_at", "id"], unique=False)
    op.create_index(op.f("ix_user_import_jobs_status_created_at"), "user_import_jobs", ["status", "created_at"], unique=False)
    op.create_table(
        "user_pool_replicas",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("changes_at", sa.Double(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_user_pool_replicas_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "region", name=op.f("pk_user_pool_replicas")),
    )
    op.create_table(
        "cimd_policies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("cache_duration", sa.Integer(), nullable=False),
        sa.Column("url_patterns", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_cimd_policies_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cimd_policies")),
    )
    op.create_index(op.f("ix_cimd_policies_client_id"), "cimd_policies", ["client_id"], unique=False)
    op.create_index(op.f("ix_cimd_policies_pool_id_created_at_id"), "cimd_policies", ["pool_id", "created_at", "id"], unique=False)
    op.create_table(
        "imported_passwords",
        sa.Column("user_id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_imported_passwords_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_imported_passwords")),
    )
    op.create_table(
        "user_import_logs",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["user_import_jobs.id"], name=op.f("fk_user_import_logs_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "line", name=op.f("pk_user_import_logs")),
    )
    op.create_table(
        "client_metadata_documents",
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("cached_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["cimd_policies.id"], name=op.f("fk_client_metadata_documents_policy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("policy_id", "url", name=op.f("pk_client_metadata_documents")),
    )
    op.create_index(op.f("ix_client_metadata_documents_url"), "client_metadata_documents", ["url"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_client_metadata_documents_url"), table_name="client_metadata_documents")
    op.drop_table("client_metadata_documents")
    op.drop_table("user_import_logs")
    op.drop_table("imported_passwords")
    op.drop_index(op.f("ix_cimd_policies_pool_id_created_at_id"), table_name="cimd_policies")
    op.drop_index(op.f("ix_cimd_policies_client_id"), table_name="cimd_policies")
    op.drop_table("cimd_policies")
    op.drop_table("user_pool_replicas")
    op.drop_index(op.f("ix_user_import_jobs_status_created_at"), table_name="user_import_jobs")
    op.drop_index(op.f("ix_user_import_jobs_pool_id_created_at_id"), table_name="user_import_jobs")
    op.drop_table("user_import_jobs")
