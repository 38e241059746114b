"""Create all tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "NGHI",
                "LAM_BU",
                name="daykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn_in", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
    )
    op.create_index(
        "uq_calendar_days_day",
        "calendar_days",
        ["day"],
        unique=True,
        postgresql_where=sa.text("withdrawn_in IS NULL"),
    )
    op.create_table(
        "code_counters",
        sa.Column("agency_code", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency_code", "day", name=op.f("pk_code_counters")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("mapping", sa.String(length=20), nullable=False),
        sa.Column("mapping_text", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("is_dry_run", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="importstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_staged", sa.Boolean(), nullable=False),
        sa.Column("done_line", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("dossiers", sa.BigInteger(), nullable=False),
        sa.Column("imported", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("refused_by", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("requested_by", sa.String(length=80), nullable=False),
        sa.Column(
            "scope_units", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "error", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(
        "ix_imports_open",
        "imports",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status IN ('waiting', 'running')"),
    )
    op.create_table(
        "ladder_rungs",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ladder_rungs")),
        sa.UniqueConstraint("working_days", name=op.f("uq_ladder_rungs_working_days")),
    )
    op.create_table(
        "login_failures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failures")),
    )
    op.create_index(
        "ix_login_failures_address_at", "login_failures", ["address", "at"], unique=False
    )
    op.create_index("ix_login_failures_at", "login_failures", ["at"], unique=False)
    op.create_table(
        "procedures",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=1000), nullable=False),
        sa.Column("name_search", sa.String(length=1000), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("performed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_procedures")),
    )
    op.create_table(
        "reference_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("calendar_revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_reference_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_state")),
    )
    op.create_table(
        "task_slots",
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("task", "slot", name=op.f("pk_task_slots")),
    )
    op.create_table(
        "units",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "province",
                "commune",
                "department",
                "other",
                name="unitlevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_code", sa.String(length=10), nullable=True),
        sa.Column("agency_code", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_search", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["units.code"], name=op.f("fk_units_parent_code_units")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_units")),
        sa.UniqueConstraint("agency_code", name=op.f("uq_units_agency_code")),
    )
    op.create_index(op.f("ix_units_parent_code"), "units", ["parent_code"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "desk_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_desk_hours_opens_before_it_closes")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_desk_hours_weekday_is_iso")),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_desk_hours_unit_code_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_hours")),
        sa.UniqueConstraint(
            "unit_code",
            "weekday",
            "opens",
            name=op.f("uq_desk_hours_unit_code_weekday_opens"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "idempotency_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_idempotency_answers_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_answers")),
        sa.UniqueConstraint(
            "user_id",
            "method",
            "route",
            "key",
            name=op.f("uq_idempotency_answers_user_id_method_route_key"),
        ),
    )
    op.create_index(
        op.f("ix_idempotency_answers_answered_at"),
        "idempotency_answers",
        ["answered_at"],
        unique=False,
    )
    op.create_table(
        "import_files",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_files_import_id_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_files")),
    )
    op.create_table(
        "import_refusals",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.Column("message_en", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_refusals_import_id_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_refusals")),
    )
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("differs_line", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_rows")),
    )
    op.create_table(
        "procedure_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("procedure_code", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("yields_result", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from",
            name=op.f("ck_procedure_versions_validity_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["procedure_code"],
            ["procedures.code"],
            name=op.f("fk_procedure_versions_procedure_code_procedures"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_versions")),
        sa.UniqueConstraint(
            "procedure_code",
            "valid_from",
            name=op.f("uq_procedure_versions_procedure_code_valid_from"),
        ),
    )
    op.create_table(
        "role_grants",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "reception",
                "officer",
                "manager",
                "province_viewer",
                "administrator",
                "integrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "unit_code IS NOT NULL OR role IN ('administrator', 'integrator')",
            name=op.f("ck_role_grants_unit_unless_system_role"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_role_grants_unit_code_units")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_role_grants_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint(
            "user_id",
            "role",
            "unit_code",
            name=op.f("uq_role_grants_user_id_role_unit_code"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_role_grants_unit_code"), "role_grants", ["unit_code"], unique=False)
    op.create_table(
        "service_levels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("procedure_code", sa.String(length=20), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "full_online",
                "partial",
                "information",
                "unknown",
                name="servicelevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["procedure_code"],
            ["procedures.code"],
            name=op.f("fk_service_levels_procedure_code_procedures"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_levels")),
        sa.UniqueConstraint(
            "procedure_code", "valid_from", name=op.f("uq_service_levels_procedure_code_valid_from")
        ),
    )
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "expires_at > created_at", name=op.f("ck_user_sessions_expires_after_creation")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_user_sessions_token_digest")),
    )
    op.create_index(
        op.f("ix_user_sessions_expires_at"), "user_sessions", ["expires_at"], unique=False
    )
    op.create_index(op.f("ix_user_sessions_user_id"), "user_sessions", ["user_id"], unique=False)
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("url ~ '^https?://'", name=op.f("ck_webhooks_url_is_http")),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_webhooks_unit_code_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sa.UniqueConstraint("url", name=op.f("uq_webhooks_url")),
    )
    op.create_index(
        "ix_webhooks_active",
        "webhooks",
        ["id"],
        unique=False,
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "time_limits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("case_code", sa.String(length=40), nullable=False),
        sa.Column("case_name", sa.String(length=300), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("area_class", sa.String(length=40), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "working_hour",
                "working_day",
                "calendar_day",
                "none",
                name="limitunit",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column(
            "counting",
            sa.Enum(
                "standard",
                "in_day_15h",
                name="counting",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stop_mode",
            sa.Enum(
                "shift",
                "restart",
                name="stopmode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "amount > 0 OR unit = 'none' OR counting <> 'standard'",
            name=op.f("ck_time_limits_amount_fits_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["procedure_versions.id"],
            name=op.f("fk_time_limits_version_id_procedure_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_limits")),
        sa.UniqueConstraint(
            "version_id",
            "case_code",
            "channel",
            "area_class",
            name=op.f("uq_time_limits_version_id_case_code_channel_area_class"),
        ),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("foreign_system", sa.String(length=40), nullable=True),
        sa.Column("foreign_code", sa.String(length=80), nullable=True),
        sa.Column("foreign_digest", sa.String(length=64), nullable=True),
        sa.Column("summary", sa.String(length=1000), nullable=True),
        sa.Column("papers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fees", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("procedure_code", sa.String(length=20), nullable=True),
        sa.Column("limit_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.SmallInteger(), nullable=True),
        sa.Column(
            "submitted_by",
            sa.Enum(
                "citizen",
                "authorised",
                "staff_assisted",
                name="submittedby",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("receiving_unit", sa.String(length=10), nullable=True),
        sa.Column("resolving_unit", sa.String(length=10), nullable=True),
        sa.Column("officer", sa.String(length=80), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "due_granularity",
            sa.Enum(
                "day",
                "instant",
                name="granularity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("due_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("original_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("original_overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension_count", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resume_status", sa.SmallInteger(), nullable=True),
        sa.Column("stop_count", sa.Integer(), nullable=False),
        sa.Column("supplement_count", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "return_form",
            sa.Enum(
                "at_desk",
                "postal",
                "electronic",
                name="returnform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("result_code", sa.String(length=80), nullable=True),
        sa.Column("is_result_electronic", sa.Boolean(), nullable=False),
        sa.Column("payment_kind", sa.SmallInteger(), nullable=True),
        sa.Column("fee_total", sa.BigInteger(), nullable=False),
        sa.Column("paper_count", sa.Integer(), nullable=False),
        sa.Column("digitised_count", sa.Integer(), nullable=False),
        sa.Column("reused_count", sa.Integer(), nullable=False),
        sa.Column("last_event_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "digitised_count <= paper_count AND reused_count <= paper_count",
            name=op.f("ck_dossiers_papers_add_up"),
        ),
        sa.CheckConstraint("due_at >= received_at", name=op.f("ck_dossiers_due_after_receipt")),
        sa.CheckConstraint("extension_count <= 1", name=op.f("ck_dossiers_extended_once")),
        sa.CheckConstraint(
            "finished_at >= received_at", name=op.f("ck_dossiers_finished_after_receipt")
        ),
        sa.CheckConstraint("overdue_at > due_at", name=op.f("ck_dossiers_overdue_after_due")),
        sa.CheckConstraint(
            "returned_at >= finished_at", name=op.f("ck_dossiers_returned_after_finish")
        ),
        sa.CheckConstraint("status BETWEEN 1 AND 10", name=op.f("ck_dossiers_status_is_national")),
        sa.ForeignKeyConstraint(
            ["limit_id"], ["time_limits.id"], name=op.f("fk_dossiers_limit_id_time_limits")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_code"],
            ["procedures.code"],
            name=op.f("fk_dossiers_procedure_code_procedures"),
        ),
        sa.ForeignKeyConstraint(
            ["receiving_unit"], ["units.code"], name=op.f("fk_dossiers_receiving_unit_units")
        ),
        sa.ForeignKeyConstraint(
            ["resolving_unit"], ["units.code"], name=op.f("fk_dossiers_resolving_unit_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("code", name=op.f("uq_dossiers_code")),
        sa.UniqueConstraint(
            "foreign_system", "foreign_code", name=op.f("uq_dossiers_foreign_system_foreign_code")
        ),
    )
    op.create_index(
        "ix_dossiers_lived_until",
        "dossiers",
        [sa.literal_column("coalesce(ended_at, 'infinity')"), "received_at"],
        unique=False,
    )
    op.create_index(
        "ix_dossiers_receiving_recent",
        "dossiers",
        ["receiving_unit", sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_dossiers_resolving_recent",
        "dossiers",
        ["resolving_unit", sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_dossiers_running_due",
        "dossiers",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN (2, 4)"),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=32), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_alerts_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint(
            "dossier_id", "due_version", "rung", name=op.f("uq_alerts_dossier_id_due_version_rung")
        ),
    )
    op.create_index(
        "ix_alerts_unit_recent", "alerts", ["unit_code", sa.literal_column("id DESC")], unique=False
    )
    op.create_index(
        "ix_alerts_unrouted",
        "alerts",
        ["id"],
        unique=False,
        postgresql_where=sa.text("routed_at IS NULL"),
    )
    op.create_table(
        "clock_stops",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "supplement",
                "payment",
                name="stopreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_clock_stops_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_clock_stops_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "number", name=op.f("pk_clock_stops")),
    )
    op.create_table(
        "dossier_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "register",
                "receive",
                "take_over",
                "accept",
                "refuse",
                "hand_over",
                "assign",
                "request_supplement",
                "take_supplement",
                "request_payment",
                "confirm_payment",
                "extend",
                "withdraw",
                "stop",
                "finish",
                "return",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_events_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_events")),
        sa.UniqueConstraint(
            "dossier_id", "version", name=op.f("uq_dossier_events_dossier_id_version")
        ),
    )
    op.create_table(
        "due_versions",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "register",
                "receive",
                "take_over",
                "accept",
                "refuse",
                "hand_over",
                "assign",
                "request_supplement",
                "take_supplement",
                "request_payment",
                "confirm_payment",
                "extend",
                "withdraw",
                "stop",
                "finish",
                "return",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ledger", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_due_versions_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "version", name=op.f("pk_due_versions")),
    )
    op.create_table(
        "parties",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "applicant",
                "owner",
                name="partyrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_kind", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_search", sa.String(length=200), nullable=False),
        sa.Column("identity_kind", sa.SmallInteger(), nullable=True),
        sa.Column("identity_number", sa.String(length=20), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_parties_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "role", name=op.f("pk_parties")),
    )
    op.create_index(op.f("ix_parties_name_search"), "parties", ["name_search"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("webhook_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "sent",
                "parked",
                "withdrawn",
                name="deliverystatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=120), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(user_id, webhook_id) <= 1",
            name=op.f("ck_deliveries_one_recipient_at_most"),
        ),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_deliveries_alert_id_alerts")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_deliveries_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_id_webhooks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "alert_id",
            "channel",
            "user_id",
            "webhook_id",
            name=op.f("uq_deliveries_alert_id_channel_user_id_webhook_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_deliveries_parked",
        "deliveries",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status = 'parked'"),
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_deliveries_waiting",
        table_name="deliveries",
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.drop_index(
        "ix_deliveries_parked",
        table_name="deliveries",
        postgresql_where=sa.text("status = 'parked'"),
    )
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_parties_name_search"), table_name="parties")
    op.drop_table("parties")
    op.drop_table("due_versions")
    op.drop_table("dossier_events")
    op.drop_table("clock_stops")
    op.drop_index(
        "ix_alerts_unrouted", table_name="alerts", postgresql_where=sa.text("routed_at IS NULL")
    )
    op.drop_index("ix_alerts_unit_recent", table_name="alerts")
    op.drop_table("alerts")
    op.drop_index(
        "ix_dossiers_running_due",
        table_name="dossiers",
        postgresql_where=sa.text("status IN (2, 4)"),
    )
    op.drop_index("ix_dossiers_resolving_recent", table_name="dossiers")
    op.drop_index("ix_dossiers_receiving_recent", table_name="dossiers")
    op.drop_index("ix_dossiers_lived_until", table_name="dossiers")
    op.drop_table("dossiers")
    op.drop_table("time_limits")
    op.drop_index(
        "ix_webhooks_active", table_name="webhooks", postgresql_where=sa.text("is_active")
    )
    op.drop_table("webhooks")
    op.drop_index(op.f("ix_user_sessions_user_id"), table_name="user_sessions")
    op.drop_index(op.f("ix_user_sessions_expires_at"), table_name="user_sessions")
    op.drop_table("user_sessions")
    op.drop_table("service_levels")
    op.drop_index(op.f("ix_role_grants_unit_code"), table_name="role_grants")
    op.drop_table("role_grants")
    op.drop_table("procedure_versions")
    op.drop_table("import_rows")
    op.drop_table("import_refusals")
    op.drop_table("import_files")
    op.drop_index(op.f("ix_idempotency_answers_answered_at"), table_name="idempotency_answers")
    op.drop_table("idempotency_answers")
    op.drop_table("desk_hours")
    op.drop_table("users")
    op.drop_index(op.f("ix_units_parent_code"), table_name="units")
    op.drop_table("units")
    op.drop_table("task_slots")
    op.drop_table("reference_state")
    op.drop_table("procedures")
    op.drop_index("ix_login_failures_at", table_name="login_failures")
    op.drop_index("ix_login_failures_address_at", table_name="login_failures")
    op.drop_table("login_failures")
    op.drop_table("ladder_rungs")
    op.drop_index(
        "ix_imports_open",
        table_name="imports",
        postgresql_where=sa.text("status IN ('waiting', 'running')"),
    )
    op.drop_table("imports")
    op.drop_table("code_counters")
    op.drop_index(
        "uq_calendar_days_day",
        table_name="calendar_days",
        postgresql_where=sa.text("withdrawn_in IS NULL"),
    )
    op.drop_table("calendar_days")
