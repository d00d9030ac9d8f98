"""Buckets, objects and uploads in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# Keys are in the order of their code points, whatever the database's locale.
_Key = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "s3_buckets",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("configurations", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "name", name=op.f("pk_s3_buckets")),
    )
    op.create_table(
        "s3_objects",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("key", _Key, nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "bucket", "key", name=op.f("pk_s3_objects")),
        sa.UniqueConstraint("file", name=op.f("uq_s3_objects_file")),
    )
    op.create_table(
        "s3_uploads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("key", _Key, nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_s3_uploads")),
    )
    op.create_index(op.f("ix_s3_uploads_account_bucket_key_id"), "s3_uploads", ["account", "bucket", "key", "id"], unique=False)
    op.create_table(
        "s3_parts",
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["s3_uploads.id"], name=op.f("fk_s3_parts_upload_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_s3_parts")),
        sa.UniqueConstraint("file", name=op.f("uq_s3_parts_file")),
    )


def downgrade() -> None:
    for table in ("s3_parts", "s3_uploads", "s3_objects", "s3_buckets"):
        op.drop_table(table)
