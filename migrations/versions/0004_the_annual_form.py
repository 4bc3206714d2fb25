"""Issue 5: the annual form. A report sent back becomes one with a question; an open form keeps its frozen text as version 0."""

import sqlalchemy as sa
from alembic import op

import common.database

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


OLD_STATE = sa.Enum('draft', 'submitted', 'returned', 'published', name='report_state', native_enum=False, create_constraint=True, length=32)
STATE = sa.Enum('draft', 'agreed', 'submitted', 'in_review', 'question_sent', 'answered', 'accepted', 'published', 'correcting', 'corrected', 'withdrawn', name='report_state', native_enum=False, create_constraint=True, length=32)
OLD_VERDICT = sa.Enum('returned', 'published', name='verdict', native_enum=False, create_constraint=True, length=32)
VERDICT = sa.Enum('question_sent', 'accepted', 'published', name='verdict', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table('indicator',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('retired_at', common.database.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator')),
    sa.UniqueConstraint('code', name=op.f('uq_indicator_code'))
    )
    op.create_table('indicator_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('indicator_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.JSON(), nullable=False),
    sa.Column('definition', sa.JSON(), nullable=False),
    sa.Column('unit', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('allowed', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('theme', sa.String(length=40), nullable=True),
    sa.Column('comparable', sa.Enum('yes', 'formula', 'no', name='comparable', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('formula', sa.Text(), nullable=True),
    sa.Column('note', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('recorded_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False),
    sa.CheckConstraint("comparable <> 'formula' OR formula IS NOT NULL", name=op.f('ck_indicator_version_formula_given')),
    sa.CheckConstraint('number > 1 OR comparable IS NULL', name=op.f('ck_indicator_version_first_has_none_before')),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_indicator_version_indicator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_version')),
    sa.UniqueConstraint('indicator_id', 'number', name=op.f('uq_indicator_version_indicator_id_number'))
    )
    op.create_table('outbox_attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['outbox_mail.id'], name=op.f('fk_outbox_attachment_mail_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_attachment'))
    )
    with op.batch_alter_table('outbox_attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_attachment_mail_id'), ['mail_id'], unique=False)

    op.create_table('edition_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('based_on_id', sa.Integer(), nullable=True),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('started_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', common.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_edition_draft_agreement_id')),
    sa.ForeignKeyConstraint(['based_on_id'], ['edition.id'], name=op.f('fk_edition_draft_based_on_id')),
    sa.ForeignKeyConstraint(['corrects_id'], ['edition.id'], name=op.f('fk_edition_draft_corrects_id')),
    sa.ForeignKeyConstraint(['started_by_id'], ['user.id'], name=op.f('fk_edition_draft_started_by_id')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['user.id'], name=op.f('fk_edition_draft_updated_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition_draft')),
    sa.UniqueConstraint('agreement_id', 'year', name=op.f('uq_edition_draft_agreement_id_year')),
    sqlite_autoincrement=True
    )
    op.create_table('edition_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('schema_version', sa.Integer(), nullable=False),
    sa.Column('snapshot', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('note', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('recorded_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('superseded_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False),
    sa.Column('change_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_edition_version_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition_version')),
    sa.UniqueConstraint('edition_id', 'number', name=op.f('uq_edition_version_edition_id_number'))
    )
    with op.batch_alter_table('edition_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_edition_version_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_edition_version_sha256'), ['sha256'], unique=False)
        batch_op.create_index(batch_op.f('ix_edition_version_superseded_at'), ['superseded_at'], unique=False)

    op.create_table('note_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attachment_id', sa.Integer(), nullable=True),
    sa.Column('chosen_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('superseded_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False),
    sa.Column('change_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_note_template_attachment_id')),
    sa.ForeignKeyConstraint(['chosen_by_id'], ['user.id'], name=op.f('fk_note_template_chosen_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note_template'))
    )
    with op.batch_alter_table('note_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_note_template_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_note_template_superseded_at'), ['superseded_at'], unique=False)

    op.create_table('reminder_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('opening', 'month_before', 'week_before', 'day_after', 'extra', name='reminder_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('words_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', common.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_reminder_round_edition_id')),
    sa.ForeignKeyConstraint(['words_by_id'], ['user.id'], name=op.f('fk_reminder_round_words_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_round')),
    sa.UniqueConstraint('edition_id', 'kind', 'planned_on', name=op.f('uq_reminder_round_edition_id_kind_planned_on'))
    )
    op.create_table('answer_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('keys', sa.JSON(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('sent_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('expires_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('withdrawn_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('finished_at', common.database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_answer_link_report_id')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['user.id'], name=op.f('fk_answer_link_sent_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_answer_link_token_hash'))
    )
    with op.batch_alter_table('answer_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_link_report_id'), ['report_id'], unique=False)

    op.create_table('approval',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'agreed', 'returned', 'lapsed', name='approval_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.CheckConstraint("state <> 'returned' OR remark IS NOT NULL", name=op.f('ck_approval_returned_with_remark')),
    sa.CheckConstraint("state NOT IN ('agreed', 'returned') OR decided_by_id IS NOT NULL", name=op.f('ck_approval_decided_by_person')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_approval_asked_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_approval_decided_by_id')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_approval_report_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval'))
    )
    with op.batch_alter_table('approval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_approval_report_id'), ['report_id'], unique=False)

    op.create_table('assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('assigned_by_id', sa.Integer(), nullable=True),
    sa.Column('assigned_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('ended_at', common.database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['assigned_by_id'], ['user.id'], name=op.f('fk_assignment_assigned_by_id')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_assignment_report_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_assignment_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment'))
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_report_id'), ['report_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_user_id'), ['user_id'], unique=False)

    op.create_table('comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('resolved_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('resolved_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_comment_author_id')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_comment_report_id')),
    sa.ForeignKeyConstraint(['resolved_by_id'], ['user.id'], name=op.f('fk_comment_resolved_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment'))
    )
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comment_report_id'), ['report_id'], unique=False)

    op.create_table('presence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('section', sa.String(length=16), nullable=False),
    sa.Column('seen_at', common.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_presence_report_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_presence_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presence')),
    sa.UniqueConstraint('report_id', 'user_id', name=op.f('uq_presence_report_id_user_id'))
    )
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presence_seen_at'), ['seen_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_presence_user_id'), ['user_id'], unique=False)

    op.create_table('reminder_sent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('sent_at', common.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_reminder_sent_authority_id')),
    sa.ForeignKeyConstraint(['round_id'], ['reminder_round.id'], name=op.f('fk_reminder_sent_round_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_reminder_sent_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_sent')),
    sa.UniqueConstraint('round_id', 'authority_id', 'user_id', name=op.f('uq_reminder_sent_round_id_authority_id_user_id'))
    )
    with op.batch_alter_table('reminder_sent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reminder_sent_user_id'), ['user_id'], unique=False)

    op.create_table('reminder_skip',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('skipped_by_id', sa.Integer(), nullable=True),
    sa.Column('skipped_at', common.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_reminder_skip_authority_id')),
    sa.ForeignKeyConstraint(['round_id'], ['reminder_round.id'], name=op.f('fk_reminder_skip_round_id')),
    sa.ForeignKeyConstraint(['skipped_by_id'], ['user.id'], name=op.f('fk_reminder_skip_skipped_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_skip')),
    sa.UniqueConstraint('round_id', 'authority_id', name=op.f('uq_reminder_skip_round_id_authority_id'))
    )
    op.create_table('sheet_upload',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('uploaded_at', common.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_sheet_upload_report_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_sheet_upload_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_upload')),
    sa.UniqueConstraint('report_id', 'user_id', name=op.f('uq_sheet_upload_report_id_user_id'))
    )
    with op.batch_alter_table('sheet_upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sheet_upload_uploaded_at'), ['uploaded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sheet_upload_user_id'), ['user_id'], unique=False)

    op.create_table('evidence_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=True),
    sa.Column('seen_by_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('recorded_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('superseded_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False),
    sa.Column('change_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['seen_by_id'], ['user.id'], name=op.f('fk_evidence_mark_seen_by_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_evidence_mark_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_mark'))
    )
    with op.batch_alter_table('evidence_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_mark_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_mark_submission_id'), ['submission_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_mark_superseded_at'), ['superseded_at'], unique=False)

    op.create_table('link_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('link_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('state', sa.Enum('given', 'unknown', 'not_applicable', 'blank', name='link_answer_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('value', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.Column('saved_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('decided_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('accepted', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_link_answer_decided_by_id')),
    sa.ForeignKeyConstraint(['link_id'], ['answer_link.id'], name=op.f('fk_link_answer_link_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_answer')),
    sa.UniqueConstraint('link_id', 'key', name=op.f('uq_link_answer_link_id_key'))
    )
    rename('report', 'state', OLD_STATE, STATE, {'returned': 'question_sent'})
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_decision_return_has_reason'), type_='check')
    rename('decision', 'verdict', OLD_VERDICT, VERDICT, {'returned': 'question_sent'})
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_check_constraint(batch_op.f('ck_decision_question_has_reason'), "verdict <> 'question_sent' OR reason IS NOT NULL")
        batch_op.add_column(sa.Column('accepted_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('undone_at', common.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('looked_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('looked_at', common.database.UtcDateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_decision_looked_by_id'), 'user', ['looked_by_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('uq_decision_submission_id'), type_='unique')
        batch_op.create_index('uq_decision_in_force', ['submission_id', 'verdict'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))

        batch_op.create_check_constraint(batch_op.f('ck_decision_four_eyes_second'), 'accepted_by_id IS NULL OR decided_by_id <> accepted_by_id')
        batch_op.create_check_constraint(batch_op.f('ck_decision_emergency_has_reason'), EMERGENCY_HAS_REASON)
        batch_op.create_check_constraint(batch_op.f('ck_decision_four_eyes_looked'), 'looked_by_id IS NULL OR looked_by_id <> decided_by_id')

    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default=sa.text('0'), nullable=False))
    # Every open form is the version it opened with, since the ledger says so.
    op.execute(
        "INSERT INTO edition_version (edition_id, number, schema_version, snapshot, sha256, recorded_at) "
        "SELECT edition.id, 0, edition.schema_version, edition.snapshot, edition.sha256, COALESCE((SELECT MIN(recorded_at) "
        "FROM ledger_entry WHERE event = 'edition.opened' AND subject = 'edition:' || agreement.slug || '/' || edition.year), "
        "CURRENT_TIMESTAMP) FROM edition JOIN agreement ON agreement.id = edition.agreement_id"
    )

    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table('remark', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.Enum('incorrect', 'incomplete', 'unclear', name='remark_kind', native_enum=False, create_constraint=True, length=32), nullable=True))
        batch_op.add_column(sa.Column('reply', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('replied_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('replied_at', common.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('settled_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('settled_at', common.database.UtcDateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_remark_replied_by_id'), 'user', ['replied_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_remark_settled_by_id'), 'user', ['settled_by_id'], ['id'])

    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reviewer_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('taken_at', common.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('on_paper', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('paper_received_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('correction_reason', sa.Text(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_report_reviewer_id'), 'user', ['reviewer_id'], ['id'])

    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn_at', common.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('on_paper', sa.Boolean(), server_default=sa.false(), nullable=False))


    guard_four_eyes()


def rename(table: str, column: str, old: sa.Enum, new: sa.Enum, values: dict[str, str]) -> None:
    """Give a column other words: free it from its check, rewrite the rows, and check it anew."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f'ck_{table}_{old.name}'), type_='check')
    for before, after in values.items():
        op.execute(sa.text(f'UPDATE {table} SET {column} = :after WHERE {column} = :before').bindparams(before=before, after=after))
    allowed = ', '.join(f"'{value}'" for value in new.enums)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_check_constraint(batch_op.f(f'ck_{table}_{new.name}'), f'{column} IN ({allowed})')


EMERGENCY_HAS_REASON = 'NOT emergency OR (reason IS NOT NULL AND length(reason) >= 20)'
# Accepting and publishing by somebody who worked on the report or for its authority; an emergency is marked and has its
# own rule. What is taken back stands in nobody's way: a decision is held to the rules while it is in force.
REPORT = "(SELECT report_id FROM submission WHERE id = NEW.submission_id)"
OWN_WORK = (
    "NEW.verdict IN ('accepted', 'published') AND NOT NEW.emergency AND NEW.undone_at IS NULL AND NEW.decided_by_id IN ("
    "SELECT submitted_by_id FROM submission WHERE id = NEW.submission_id "
    "UNION ALL SELECT last_edited_by_id FROM submission WHERE id = NEW.submission_id "
    f"UNION ALL SELECT changed_by_id FROM answer WHERE report_id = {REPORT} "
    f"UNION ALL SELECT decided_by_id FROM approval WHERE report_id = {REPORT} "
    "UNION ALL SELECT remark.replied_by_id FROM remark JOIN submission ON submission.id = remark.submission_id "
    f"WHERE submission.report_id = {REPORT} "
    "UNION ALL SELECT membership.user_id FROM membership JOIN authority ON authority.code = membership.authority_code "
    f"JOIN report ON report.authority_id = authority.id WHERE report.id = {REPORT} AND membership.ended_at IS NULL)"
)
FOUR_EYES = "four eyes: who worked on a report does not decide on it"
# Publishing what nobody accepted, or, where the form asks for a second member of staff, what one accepted himself.
SECOND = {"sqlite": "json_extract(edition.snapshot, '$.second_reviewer')",
          "postgresql": "(edition.snapshot::json ->> 'second_reviewer') = 'true'"}
ALONE = (
    "NEW.verdict = 'published' AND NOT NEW.emergency AND NEW.undone_at IS NULL AND NOT EXISTS (SELECT 1 FROM decision AS accepted "
    "JOIN submission ON submission.id = accepted.submission_id JOIN report ON report.id = submission.report_id "
    "JOIN edition ON edition.id = report.edition_id WHERE accepted.submission_id = NEW.submission_id "
    "AND accepted.verdict = 'accepted' AND accepted.undone_at IS NULL {other} "
    "AND (accepted.decided_by_id <> NEW.decided_by_id OR NOT COALESCE({second}, FALSE)))"
)
NOT_ACCEPTED = "four eyes: nobody accepted it, or the form asks for a second person"
# Taking a decision back is always free; putting one back that was taken back is deciding again.
CHANGED = "UPDATE OF verdict, decided_by_id, submission_id, emergency, undone_at"


def guard_four_eyes() -> None:
    """Let the database hold the rules for everybody who worked on a report, and for the second member of staff.

    What was decided before stays as it was: a row is looked at when it comes, and when what it decides changes. A later
    migration that rebuilds a table named here takes the guard away first and sets it anew (SQLite).
    """
    name = op.get_bind().dialect.name
    for verb, kind, rule, message in four_eyes_rules(SECOND[name]):
        trigger, event = f"decision_four_eyes_{kind}_{verb.lower()}", "INSERT" if verb == "INSERT" else CHANGED
        if name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {event} ON decision WHEN {rule} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {rule} THEN "
            f"RAISE EXCEPTION '{message}'; END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER {trigger} BEFORE {event} ON decision FOR EACH ROW EXECUTE FUNCTION {trigger}()")


def four_eyes_rules(second: str) -> tuple[tuple[str, str, str, str], ...]:
    """Return verb, name, condition and message of each trigger; an acceptance that is changed is its own no more."""
    alone = {"INSERT": ALONE.format(second=second, other=""),
             "UPDATE": ALONE.format(second=second, other="AND accepted.id <> OLD.id")}
    return tuple(
        (verb, kind, rule, message)
        for verb in alone
        for kind, rule, message in (("own", OWN_WORK, FOUR_EYES), ("alone", alone[verb], NOT_ACCEPTED))
    )


def leave_four_eyes() -> None:
    """Take the guard away."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("own_insert", "alone_insert", "own_update", "alone_update"):
        trigger = f"decision_four_eyes_{name}"
        op.execute(f"DROP TRIGGER {trigger}" if is_sqlite else f"DROP FUNCTION {trigger}() CASCADE")


def downgrade() -> None:
    leave_four_eyes()
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_column('withdrawn_at')
        batch_op.drop_column('on_paper')
        batch_op.drop_column('reason')

    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_report_reviewer_id'), type_='foreignkey')
        batch_op.drop_column('correction_reason')
        batch_op.drop_column('paper_received_on')
        batch_op.drop_column('on_paper')
        batch_op.drop_column('taken_at')
        batch_op.drop_column('reviewer_id')

    with op.batch_alter_table('remark', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_remark_settled_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_remark_replied_by_id'), type_='foreignkey')
        batch_op.drop_column('settled_at')
        batch_op.drop_column('settled_by_id')
        batch_op.drop_column('replied_at')
        batch_op.drop_column('replied_by_id')
        batch_op.drop_column('reply')
        batch_op.drop_column('kind')

    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.drop_column('withdrawn')

    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.drop_column('revision')

    # What the older code has no word for goes back to the nearest that it has.
    op.execute("DELETE FROM decision WHERE verdict = 'accepted' OR undone_at IS NOT NULL")
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_decision_question_has_reason'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_decision_four_eyes_second'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_decision_emergency_has_reason'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_decision_four_eyes_looked'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_decision_looked_by_id'), type_='foreignkey')
    rename('decision', 'verdict', VERDICT, OLD_VERDICT, {'question_sent': 'returned'})
    rename('report', 'state', STATE, OLD_STATE, {
        'agreed': 'draft', 'in_review': 'submitted', 'question_sent': 'returned', 'answered': 'submitted',
        'accepted': 'submitted', 'correcting': 'published', 'corrected': 'published', 'withdrawn': 'draft',
    })
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_check_constraint(batch_op.f('ck_decision_return_has_reason'), "verdict <> 'returned' OR reason IS NOT NULL")
        batch_op.drop_index('uq_decision_in_force', sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_decision_submission_id'), ['submission_id'])
        batch_op.drop_column('looked_at')
        batch_op.drop_column('looked_by_id')
        batch_op.drop_column('undone_at')
        batch_op.drop_column('accepted_by_id')

    op.drop_table('link_answer')
    with op.batch_alter_table('evidence_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_mark_superseded_at'))
        batch_op.drop_index(batch_op.f('ix_evidence_mark_submission_id'))
        batch_op.drop_index(batch_op.f('ix_evidence_mark_recorded_at'))

    op.drop_table('evidence_mark')
    with op.batch_alter_table('sheet_upload', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sheet_upload_user_id'))
        batch_op.drop_index(batch_op.f('ix_sheet_upload_uploaded_at'))

    op.drop_table('sheet_upload')
    op.drop_table('reminder_skip')
    with op.batch_alter_table('reminder_sent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_sent_user_id'))

    op.drop_table('reminder_sent')
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presence_user_id'))
        batch_op.drop_index(batch_op.f('ix_presence_seen_at'))

    op.drop_table('presence')
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comment_report_id'))

    op.drop_table('comment')
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assignment_user_id'))
        batch_op.drop_index(batch_op.f('ix_assignment_report_id'))

    op.drop_table('assignment')
    with op.batch_alter_table('approval', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_approval_report_id'))

    op.drop_table('approval')
    with op.batch_alter_table('answer_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_link_report_id'))

    op.drop_table('answer_link')
    op.drop_table('reminder_round')
    with op.batch_alter_table('note_template', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_note_template_superseded_at'))
        batch_op.drop_index(batch_op.f('ix_note_template_recorded_at'))

    op.drop_table('note_template')
    with op.batch_alter_table('edition_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_edition_version_superseded_at'))
        batch_op.drop_index(batch_op.f('ix_edition_version_sha256'))
        batch_op.drop_index(batch_op.f('ix_edition_version_recorded_at'))

    op.drop_table('edition_version')
    op.drop_table('edition_draft')
    with op.batch_alter_table('outbox_attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_attachment_mail_id'))

    op.drop_table('outbox_attachment')
    op.drop_table('indicator_version')
    op.drop_table('indicator')
