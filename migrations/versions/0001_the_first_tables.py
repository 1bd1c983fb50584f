"""The first tables, their keys and the guards of what is insert-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(), nullable=False),
        sa.Column("head_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
    )
    op.create_table(
        "plan",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["office.id"], name=op.f("fk_plan_office")),
        sa.PrimaryKeyConstraint("office", "id", name=op.f("pk_plan")),
    )
    op.create_table(
        "evidence",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office", "plan"], ["plan.office", "plan.id"], name=op.f("fk_evidence_plan")),
        sa.PrimaryKeyConstraint("office", "plan", "sha256", name=op.f("pk_evidence")),
    )
    op.create_table(
        "occurrence",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("stated_day", sa.Date(), nullable=True),
        sa.Column("first_last_day", sa.Date(), nullable=True),
        sa.Column("advised_day", sa.Date(), nullable=True),
        sa.Column("due_time", sa.Time(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("confirm", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("advisory", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("recorded_late", sa.Boolean(), nullable=False),
        sa.Column("current_day", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("extended_from", sa.Date(), nullable=True),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_seq", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "phase in ('open','submitted','returned','done','cancelled')", name=op.f("ck_occurrence_phase")
        ),
        sa.ForeignKeyConstraint(["office", "plan"], ["plan.office", "plan.id"], name=op.f("fk_occurrence_plan")),
        sa.PrimaryKeyConstraint("office", "plan", "task", "unit", "period", name=op.f("pk_occurrence")),
    )
    op.create_index("ix_occurrence_changed", "occurrence", ["changed_seq", "office", "plan"], unique=False)
    op.create_index("ix_occurrence_held_by", "occurrence", ["held_by", "office", "plan"], unique=False)
    op.create_table(
        "entry",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("period", sa.String(), nullable=True),
        sa.Column("line", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(task is null and unit is null and period is null) or (task is not null and unit is not null and period is not null)",
            name=op.f("ck_entry_occurrence"),
        ),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_entry_seq")),
        sa.ForeignKeyConstraint(
            ["office", "plan", "task", "unit", "period"],
            ["occurrence.office", "occurrence.plan", "occurrence.task", "occurrence.unit", "occurrence.period"],
            name=op.f("fk_entry_occurrence"),
        ),
        sa.ForeignKeyConstraint(["office", "plan"], ["plan.office", "plan.id"], name=op.f("fk_entry_plan")),
        sa.PrimaryKeyConstraint("office", "plan", "seq", name=op.f("pk_entry")),
    )
    op.create_index("ix_entry_occurrence", "entry", ["task", "unit", "period", "office", "plan", "seq"], unique=False)
    op.create_index("uq_entry_office_request", "entry", ["request_id", "office"], unique=True)
    op.create_index("uq_entry_office_seq", "entry", ["office", "seq"], unique=True)
    op.create_table(
        "notice",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("passed_from", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint("state in ('pending','sent','folded','dropped')", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(
            ["office", "plan", "task", "unit", "period"],
            ["occurrence.office", "occurrence.plan", "occurrence.task", "occurrence.unit", "occurrence.period"],
            name=op.f("fk_notice_occurrence"),
        ),
        sa.PrimaryKeyConstraint(
            "office", "plan", "task", "unit", "period", "rung", "version", "recipient", name=op.f("pk_notice")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_notice_pending",
        "notice",
        ["office", "plan", "recipient"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "rung_day",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("passed_from", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["office", "plan", "task", "unit", "period"],
            ["occurrence.office", "occurrence.plan", "occurrence.task", "occurrence.unit", "occurrence.period"],
            name=op.f("fk_rung_day_occurrence"),
        ),
        sa.PrimaryKeyConstraint(
            "office",
            "plan",
            "due_on",
            "task",
            "unit",
            "period",
            "rung",
            "version",
            "recipient",
            name=op.f("pk_rung_day"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_rung_day_occurrence", "rung_day", ["task", "unit", "period", "office", "plan"], unique=False)
    op.create_table(
        "entry_text",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["office", "plan", "seq"], ["entry.office", "entry.plan", "entry.seq"], name=op.f("fk_entry_text_entry")
        ),
        sa.PrimaryKeyConstraint("office", "plan", "seq", name=op.f("pk_entry_text")),
    )
    op.create_table(
        "plan_revision",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("calendar_hash", sa.String(), nullable=False),
        sa.Column("libraries", sa.String(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office", "plan", "seq"], ["entry.office", "entry.plan", "entry.seq"], name=op.f("fk_plan_revision_entry")
        ),
        sa.ForeignKeyConstraint(["office", "plan"], ["plan.office", "plan.id"], name=op.f("fk_plan_revision_plan")),
        sa.PrimaryKeyConstraint("office", "plan", "revision", name=op.f("pk_plan_revision")),
    )
    op.create_table(
        "occurrence_version",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("stated_day", sa.Date(), nullable=True),
        sa.Column("first_last_day", sa.Date(), nullable=True),
        sa.Column("advised_day", sa.Date(), nullable=True),
        sa.Column("due_time", sa.Time(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("confirm", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("advisory", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office", "plan", "revision"],
            ["plan_revision.office", "plan_revision.plan", "plan_revision.revision"],
            name=op.f("fk_occurrence_version_plan_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["office", "plan", "task", "unit", "period"],
            ["occurrence.office", "occurrence.plan", "occurrence.task", "occurrence.unit", "occurrence.period"],
            name=op.f("fk_occurrence_version_occurrence"),
        ),
        sa.PrimaryKeyConstraint(
            "office", "plan", "task", "unit", "period", "revision", name=op.f("pk_occurrence_version")
        ),
    )
    guards.install(op.get_bind())
