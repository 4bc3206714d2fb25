"""Issue 4: the register in depth. What was in the tables before goes along: parties, buyer groups, mergers."""

import json

import sqlalchemy as sa
from alembic import op

import common.database

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ledger_checkpoint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('head', sa.String(length=64), nullable=False),
    sa.Column('signed_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('key_id', sa.String(length=64), nullable=False),
    sa.Column('public_key', sa.String(length=64), nullable=False),
    sa.Column('signature', sa.String(length=128), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_checkpoint')),
    sa.UniqueConstraint('size', name=op.f('uq_ledger_checkpoint_size'))
    )
    op.create_table('site_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('checked_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('works', sa.Boolean(), nullable=False),
    sa.Column('told', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_check'))
    )
    with op.batch_alter_table('site_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_check_checked_at'), ['checked_at'], unique=False)

    op.create_table('agreement_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=True),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('started_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', common.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_draft_agreement_id')),
    sa.ForeignKeyConstraint(['started_by_id'], ['user.id'], name=op.f('fk_agreement_draft_started_by_id')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['user.id'], name=op.f('fk_agreement_draft_updated_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_draft')),
    sa.UniqueConstraint('slug', name=op.f('uq_agreement_draft_slug'))
    )
    op.create_table('buyer_group_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=500), nullable=True),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('recorded_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('superseded_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False),
    sa.Column('change_reason', sa.Text(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_from IS NULL OR valid_to > valid_from', name=op.f('ck_buyer_group_member_period')),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_buyer_group_member_authority_id')),
    sa.ForeignKeyConstraint(['group_id'], ['buyer_group.id'], name=op.f('fk_buyer_group_member_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_buyer_group_member'))
    )
    with op.batch_alter_table('buyer_group_member', schema=None) as batch_op:
        batch_op.create_index('ix_buyer_group_member_authority', ['authority_id', 'superseded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_buyer_group_member_group_id'), ['group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_buyer_group_member_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_buyer_group_member_superseded_at'), ['superseded_at'], unique=False)

    op.create_table('buyer_group_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('product_group', sa.String(length=40), nullable=True),
    sa.Column('facilitator', sa.String(length=200), nullable=True),
    sa.Column('started', sa.Integer(), nullable=True),
    sa.Column('ends_year', sa.Integer(), nullable=True),
    sa.Column('market_vision', sa.JSON(), nullable=False),
    sa.Column('pilots', sa.JSON(), nullable=False),
    sa.Column('guides', sa.JSON(), nullable=False),
    sa.Column('sources', sa.JSON(), nullable=False),
    sa.Column('recorded_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('superseded_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False),
    sa.Column('change_reason', sa.Text(), nullable=True),
    sa.CheckConstraint('ends_year IS NULL OR started IS NULL OR ends_year >= started', name=op.f('ck_buyer_group_version_period')),
    sa.ForeignKeyConstraint(['group_id'], ['buyer_group.id'], name=op.f('fk_buyer_group_version_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_buyer_group_version')),
    sa.UniqueConstraint('group_id', 'number', name=op.f('uq_buyer_group_version_group_id_number'))
    )
    with op.batch_alter_table('buyer_group_version', schema=None) as batch_op:
        batch_op.create_index('ix_buyer_group_version_current', ['group_id', 'superseded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_buyer_group_version_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_buyer_group_version_superseded_at'), ['superseded_at'], unique=False)

    op.create_table('certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('in_file', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_certificate_authority_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('key', name=op.f('uq_certificate_key'))
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_authority_id'), ['authority_id'], unique=False)

    op.create_table('duty',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_duty_agreement_id')),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_duty_authority_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty')),
    sa.UniqueConstraint('authority_id', 'agreement_id', 'code', 'year', name=op.f('uq_duty_authority_id_agreement_id_code_year'))
    )
    with op.batch_alter_table('duty', schema=None) as batch_op:
        batch_op.create_index('ix_duty_agreement', ['agreement_id'], unique=False)

    op.create_table('ledger_fingerprint',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['seq'], ['ledger_entry.seq'], name=op.f('fk_ledger_fingerprint_seq')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_ledger_fingerprint'))
    )
    with op.batch_alter_table('ledger_fingerprint', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_fingerprint_fingerprint'), ['fingerprint'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_fingerprint_subject'), ['subject'], unique=False)

    op.create_table('merger_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('merger_id', sa.Integer(), nullable=False),
    sa.Column('from_authority_id', sa.Integer(), nullable=False),
    sa.Column('to_authority_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('choice', sa.Enum('moves', 'ends', 'stays', name='inheritance', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('undone_at', common.database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_merger_choice_decided_by_id')),
    sa.ForeignKeyConstraint(['from_authority_id'], ['authority.id'], name=op.f('fk_merger_choice_from_authority_id')),
    sa.ForeignKeyConstraint(['merger_id'], ['merger.id'], name=op.f('fk_merger_choice_merger_id')),
    sa.ForeignKeyConstraint(['to_authority_id'], ['authority.id'], name=op.f('fk_merger_choice_to_authority_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merger_choice'))
    )
    with op.batch_alter_table('merger_choice', schema=None) as batch_op:
        batch_op.create_index('ix_merger_choice_once', ['merger_id', 'subject', 'from_authority_id', 'to_authority_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_merger_choice_from_authority_id'), ['from_authority_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_merger_choice_to_authority_id'), ['to_authority_id'], unique=False)

    op.create_table('certificate_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('certificate_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('handbook', sa.String(length=8), nullable=False),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('step', sa.Integer(), nullable=True),
    sa.Column('holder', sa.String(length=200), nullable=False),
    sa.Column('certifier', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=500), nullable=True),
    sa.Column('source_on', sa.Date(), nullable=True),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('superseded_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False),
    sa.Column('change_reason', sa.Text(), nullable=True),
    sa.CheckConstraint('(level IS NULL) <> (step IS NULL)', name=op.f('ck_certificate_version_level_or_step')),
    sa.CheckConstraint('level IS NULL OR level BETWEEN 1 AND 5', name=op.f('ck_certificate_version_level_range')),
    sa.CheckConstraint('step IS NULL OR step BETWEEN 1 AND 3', name=op.f('ck_certificate_version_step_range')),
    sa.CheckConstraint('withdrawn = false OR change_reason IS NOT NULL', name=op.f('ck_certificate_version_withdrawn_has_reason')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_version_certificate_id')),
    sa.ForeignKeyConstraint(['document_id'], ['attachment.id'], name=op.f('fk_certificate_version_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_version')),
    sa.UniqueConstraint('certificate_id', 'number', name=op.f('uq_certificate_version_certificate_id_number'))
    )
    with op.batch_alter_table('certificate_version', schema=None) as batch_op:
        batch_op.create_index('ix_certificate_version_current', ['certificate_id', 'superseded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_version_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_version_superseded_at'), ['superseded_at'], unique=False)

    op.create_table('duty_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('duty_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('grace_days', sa.Integer(), nullable=False),
    sa.Column('cause', sa.Enum('started', 'corrected', 'delay', 'outage', 'taken_over', 'ended', name='deadline_cause', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('superseded_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False),
    sa.Column('change_reason', sa.Text(), nullable=True),
    sa.CheckConstraint("cause NOT IN ('delay', 'ended') OR change_reason IS NOT NULL", name=op.f('ck_duty_version_moved_with_reason')),
    sa.CheckConstraint('grace_days >= 0', name=op.f('ck_duty_version_grace')),
    sa.ForeignKeyConstraint(['duty_id'], ['duty.id'], name=op.f('fk_duty_version_duty_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_version')),
    sa.UniqueConstraint('duty_id', 'number', name=op.f('uq_duty_version_duty_id_number'))
    )
    with op.batch_alter_table('duty_version', schema=None) as batch_op:
        batch_op.create_index('ix_duty_version_current', ['duty_id', 'superseded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_duty_version_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_duty_version_superseded_at'), ['superseded_at'], unique=False)

    op.create_table('plan_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'adopted', name='plan_draft_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('base_number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', common.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_draft_plan_id')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['user.id'], name=op.f('fk_plan_draft_updated_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_draft')),
    sa.UniqueConstraint('plan_id', name=op.f('uq_plan_draft_plan_id'))
    )
    op.create_table('signing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('agreement_version_id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('authority_ids', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'prepared', 'returned', 'signed', 'withdrawn', name='signing_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('signed_by', sa.String(length=200), nullable=False),
    sa.Column('signed_by_function', sa.String(length=200), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.Column('prepared_by_id', sa.Integer(), nullable=True),
    sa.Column('prepared_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('executive_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('receipt', sa.String(length=40), nullable=True),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('signature_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state IN ('signed', 'withdrawn')) = (ended_at IS NOT NULL)", name=op.f('ck_signing_ended')),
    sa.CheckConstraint("(state = 'signed') = (signature_id IS NOT NULL)", name=op.f('ck_signing_signed')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_signing_agreement_id')),
    sa.ForeignKeyConstraint(['agreement_version_id'], ['agreement_version.id'], name=op.f('fk_signing_agreement_version_id')),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_signing_authority_id')),
    sa.ForeignKeyConstraint(['evidence_id'], ['attachment.id'], name=op.f('fk_signing_evidence_id')),
    sa.ForeignKeyConstraint(['executive_id'], ['user.id'], name=op.f('fk_signing_executive_id')),
    sa.ForeignKeyConstraint(['prepared_by_id'], ['user.id'], name=op.f('fk_signing_prepared_by_id')),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_signing_signature_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing')),
    sa.UniqueConstraint('receipt', name=op.f('uq_signing_receipt')),
    sa.UniqueConstraint('signature_id', name=op.f('uq_signing_signature_id')),
    )
    with op.batch_alter_table('signing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signing_authority_id'), ['authority_id'], unique=False)
        batch_op.create_index('ix_signing_open', ['agreement_id', 'authority_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('signature_correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('signature_id', sa.Integer(), nullable=False),
    sa.Column('from_number', sa.Integer(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('proposed_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('accepted', sa.Boolean(), nullable=True),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> proposed_by_id', name=op.f('ck_signature_correction_four_eyes')),
    sa.CheckConstraint('(decided_at IS NULL) = (accepted IS NULL)', name=op.f('ck_signature_correction_decided')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_signature_correction_decided_by_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user.id'], name=op.f('fk_signature_correction_proposed_by_id')),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_signature_correction_signature_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature_correction')),
    )
    with op.batch_alter_table('signature_correction', schema=None) as batch_op:
        batch_op.create_index('ix_signature_correction_open', ['signature_id'], unique=True, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))

    op.create_table('signature_party',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('signature_version_id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('binds_from', sa.Date(), nullable=True),
    sa.Column('binds_to', sa.Date(), nullable=True),
    sa.Column('merger_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('binds_to IS NULL OR binds_from IS NULL OR binds_to > binds_from', name=op.f('ck_signature_party_period')),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_signature_party_authority_id')),
    sa.ForeignKeyConstraint(['merger_id'], ['merger.id'], name=op.f('fk_signature_party_merger_id')),
    sa.ForeignKeyConstraint(['signature_version_id'], ['signature_version.id'], name=op.f('fk_signature_party_signature_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature_party')),
    sa.UniqueConstraint('signature_version_id', 'authority_id', name=op.f('uq_signature_party_signature_version_id_authority_id'))
    )
    with op.batch_alter_table('signature_party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signature_party_authority_id'), ['authority_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_signature_party_signature_version_id'), ['signature_version_id'], unique=False)

    op.execute(
        "INSERT INTO signature_party (signature_version_id, authority_id) SELECT version.id, bound.authority_id "
        "FROM signature_authority bound JOIN signature_version version ON version.signature_id = bound.signature_id"
    )
    with op.batch_alter_table('signature_authority', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signature_authority_authority_id'))

    op.drop_table('signature_authority')
    with op.batch_alter_table('agreement_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('body', sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column('documents', sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('signing', sa.Enum('not_yet', 'open', 'closed', name='agreement_signing', native_enum=False, create_constraint=True, length=32), server_default=sa.text("'closed'"), nullable=False))
        batch_op.add_column(sa.Column('may_sign', sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('asked_of_signer', sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column('fingerprint', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False))
        batch_op.add_column(sa.Column('change_reason', sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f('ix_agreement_version_fingerprint'), ['fingerprint'], unique=False)

    with op.batch_alter_table('authority_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False))
        batch_op.add_column(sa.Column('change_reason', sa.Text(), nullable=True))

    # The register has said so since their file was loaded first.
    op.execute(
        "INSERT INTO buyer_group_version (group_id, number, title, summary, product_group, facilitator, started, "
        "market_vision, pilots, guides, sources, recorded_at) SELECT id, 1, title, summary, product_group, facilitator, "
        "started, '{}', '[]', '[]', sources, COALESCE("
        "(SELECT MIN(recorded_at) FROM ledger_entry WHERE event = 'buyer_groups.loaded'), "
        "(SELECT MIN(recorded_at) FROM authority_version), CURRENT_TIMESTAMP) FROM buyer_group"
    )
    with op.batch_alter_table('buyer_group', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_example', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('in_file', sa.JSON(none_as_null=True), nullable=True))
        batch_op.drop_column('title')
        batch_op.drop_column('sources')
        batch_op.drop_column('facilitator')
        batch_op.drop_column('started')
        batch_op.drop_column('product_group')
        batch_op.drop_column('summary')

    with op.batch_alter_table('merger', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recorded_at', common.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('superseded_at', common.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False))
        batch_op.add_column(sa.Column('change_reason', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('replaces_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_role', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_reason', sa.Text(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_merger_replaces_id'), 'merger', ['replaces_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_merger_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_merger_superseded_at'), ['superseded_at'], unique=False)

    # Mergers came in with the authorities, so the register has said so since then.
    op.execute("UPDATE merger SET recorded_at = COALESCE((SELECT MIN(recorded_at) FROM authority_version), CURRENT_TIMESTAMP)")
    with op.batch_alter_table('merger', schema=None) as batch_op:
        batch_op.alter_column('recorded_at', existing_type=common.database.UtcDateTime(), nullable=False)

    with op.batch_alter_table('obligation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('yearly_by', sa.String(length=5), nullable=True))

    with op.batch_alter_table('plan_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('holds_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('document_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('fingerprint', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False))
        batch_op.add_column(sa.Column('change_reason', sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f('ix_plan_version_fingerprint'), ['fingerprint'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_plan_version_document_id'), 'attachment', ['document_id'], ['id'])

    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False))
        batch_op.add_column(sa.Column('change_reason', sa.Text(), nullable=True))

    with op.batch_alter_table('signature_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin', sa.Enum('source', 'online', 'paper', name='signature_origin', native_enum=False, create_constraint=True, length=32), server_default=sa.text("'source'"), nullable=False))
        batch_op.add_column(sa.Column('refused', sa.Boolean(), server_default=sa.text('(false)'), nullable=False))
        batch_op.add_column(sa.Column('evidence_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('entered_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('ended_evidence_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('fingerprint', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False))
        batch_op.create_index(batch_op.f('ix_signature_version_fingerprint'), ['fingerprint'], unique=False)
        batch_op.create_check_constraint(batch_op.f('ck_signature_version_confirmed_or_refused'), 'NOT (confirmed AND refused)')
        batch_op.create_check_constraint(
            batch_op.f('ck_signature_version_four_eyes'),
            'confirmed_by_id IS NULL OR entered_by_id IS NULL OR confirmed_by_id <> entered_by_id',
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_signature_version_confirmed_by_staff'),
            "origin = 'source' OR NOT confirmed OR (confirmed_by_id IS NOT NULL AND entered_by_id IS NOT NULL)",
        )
        batch_op.create_foreign_key(batch_op.f('fk_signature_version_evidence_id'), 'attachment', ['evidence_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_signature_version_confirmed_by_id'), 'user', ['confirmed_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_signature_version_entered_by_id'), 'user', ['entered_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_signature_version_ended_evidence_id'), 'attachment', ['ended_evidence_id'], ['id'])

    op.add_column('ledger_entry', sa.Column('content_hash', sa.String(length=64), nullable=True))
    find_old_fingerprints()
    guard_the_ledger()


def find_old_fingerprints() -> None:
    """Let what was handed in before be found by its fingerprint too: its ledger entries carry one."""
    connection = op.get_bind()
    carrying = connection.execute(
        sa.text("SELECT seq, subject, payload FROM ledger_entry WHERE payload LIKE '%\"fingerprint\":\"%' ORDER BY seq")
    ).all()
    rows = [{"seq": row.seq, "fingerprint": json.loads(row.payload)["fingerprint"], "subject": row.subject} for row in carrying]
    if rows:
        connection.execute(
            sa.text("INSERT INTO ledger_fingerprint (seq, fingerprint, subject) VALUES (:seq, :fingerprint, :subject)"), rows
        )


APPEND_ONLY = ("ledger_entry", "ledger_fingerprint", "ledger_checkpoint")
# An entry follows the newest by number and hash. On SQLite this also stops INSERT OR REPLACE, which fires no DELETE.
NEXT_ENTRY = (
    "NEW.seq = (SELECT COALESCE(MAX(seq), 0) + 1 FROM ledger_entry) "
    "AND NEW.previous_hash = COALESCE((SELECT hash FROM ledger_entry ORDER BY seq DESC LIMIT 1), '" + "0" * 64 + "') "
    "AND NOT EXISTS (SELECT 1 FROM ledger_entry WHERE hash = NEW.hash)"
)
# A fingerprint is kept only for the entry that carries it; common/ledger_verifying.py reads the JSON itself as well.
NEW_FINGERPRINT = (
    "NOT EXISTS (SELECT 1 FROM ledger_fingerprint WHERE seq = NEW.seq) AND LENGTH(NEW.fingerprint) = 64 "
    "AND EXISTS (SELECT 1 FROM ledger_entry WHERE seq = NEW.seq AND subject = NEW.subject "
    "AND REPLACE(payload, '\"fingerprint\":\"' || NEW.fingerprint || '\"', '') <> payload)"
)
NEW_CHECKPOINT = "NOT EXISTS (SELECT 1 FROM ledger_checkpoint WHERE id = NEW.id OR size >= NEW.size)"


def guard_the_ledger() -> None:
    """Let the database refuse every way around the ledger that it can know of."""
    rules = dict(zip(APPEND_ONLY, (NEXT_ENTRY, NEW_FINGERPRINT, NEW_CHECKPOINT), strict=True))
    if op.get_bind().dialect.name == "sqlite":
        for table, rule in rules.items():
            for verb in ("UPDATE", "DELETE") if table != "ledger_entry" else ():
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
                )
            op.execute(
                f"CREATE TRIGGER {table}_follows BEFORE INSERT ON {table} WHEN NOT ({rule}) "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this does not follow its newest'); END"
            )
        return
    for table, rule in rules.items():
        if table != "ledger_entry":
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()"
            )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()"
        )
        op.execute(
            f"CREATE FUNCTION {table}_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ({rule}) THEN "
            "RAISE EXCEPTION 'the ledger is append-only: this does not follow its newest'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_follows BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_follows()"
        )


def leave_the_ledger() -> None:
    """Take away what guards the tables that stay; the others take theirs along."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_entry_follows")
    else:
        op.execute("DROP TRIGGER ledger_entry_follows ON ledger_entry")
        op.execute("DROP TRIGGER ledger_entry_no_truncate ON ledger_entry")
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_follows() CASCADE")


def downgrade() -> None:
    leave_the_ledger()
    op.drop_column('ledger_entry', 'content_hash')
    with op.batch_alter_table('signature_version', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_signature_version_ended_evidence_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_signature_version_entered_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_signature_version_confirmed_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_signature_version_evidence_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_signature_version_fingerprint'))
        batch_op.drop_constraint(batch_op.f('ck_signature_version_confirmed_by_staff'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_signature_version_four_eyes'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_signature_version_confirmed_or_refused'), type_='check')
        batch_op.drop_column('recorded_role')
        batch_op.drop_column('fingerprint')
        batch_op.drop_column('ended_evidence_id')
        batch_op.drop_column('confirmed_by_id')
        batch_op.drop_column('entered_by_id')
        batch_op.drop_column('evidence_id')
        batch_op.drop_column('refused')
        batch_op.drop_column('origin')

    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.drop_column('change_reason')
        batch_op.drop_column('recorded_role')

    with op.batch_alter_table('plan_version', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_plan_version_document_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_plan_version_fingerprint'))
        batch_op.drop_column('change_reason')
        batch_op.drop_column('recorded_role')
        batch_op.drop_column('fingerprint')
        batch_op.drop_column('document_id')
        batch_op.drop_column('holds_from')

    with op.batch_alter_table('obligation', schema=None) as batch_op:
        batch_op.drop_column('yearly_by')

    with op.batch_alter_table('merger', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_merger_superseded_at'))
        batch_op.drop_index(batch_op.f('ix_merger_recorded_at'))
        batch_op.drop_constraint(batch_op.f('fk_merger_replaces_id'), type_='foreignkey')
        batch_op.drop_column('withdrawn_reason')
        batch_op.drop_column('withdrawn_role')
        batch_op.drop_column('replaces_id')
        batch_op.drop_column('change_reason')
        batch_op.drop_column('recorded_role')
        batch_op.drop_column('superseded_at')
        batch_op.drop_column('recorded_at')

    with op.batch_alter_table('buyer_group', schema=None) as batch_op:
        batch_op.add_column(sa.Column('summary', sa.JSON(), nullable=False))
        batch_op.add_column(sa.Column('product_group', sa.VARCHAR(length=40), nullable=True))
        batch_op.add_column(sa.Column('started', sa.INTEGER(), nullable=True))
        batch_op.add_column(sa.Column('facilitator', sa.VARCHAR(length=200), nullable=True))
        batch_op.add_column(sa.Column('sources', sa.JSON(), nullable=False))
        batch_op.add_column(sa.Column('title', sa.JSON(), nullable=False))
        batch_op.drop_column('in_file')
        batch_op.drop_column('is_example')

    with op.batch_alter_table('authority_version', schema=None) as batch_op:
        batch_op.drop_column('change_reason')
        batch_op.drop_column('recorded_role')

    with op.batch_alter_table('agreement_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_version_fingerprint'))
        batch_op.drop_column('body')
        batch_op.drop_column('change_reason')
        batch_op.drop_column('recorded_role')
        batch_op.drop_column('fingerprint')
        batch_op.drop_column('asked_of_signer')
        batch_op.drop_column('may_sign')
        batch_op.drop_column('signing')
        batch_op.drop_column('documents')

    op.create_table('signature_authority',
    sa.Column('signature_id', sa.INTEGER(), nullable=False),
    sa.Column('authority_id', sa.INTEGER(), nullable=False),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_signature_authority_authority_id')),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_signature_authority_signature_id')),
    sa.PrimaryKeyConstraint('signature_id', 'authority_id', name=op.f('pk_signature_authority'))
    )
    with op.batch_alter_table('signature_authority', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signature_authority_authority_id'), ['authority_id'], unique=False)

    with op.batch_alter_table('signature_party', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signature_party_signature_version_id'))
        batch_op.drop_index(batch_op.f('ix_signature_party_authority_id'))

    op.drop_table('signature_party')
    with op.batch_alter_table('signature_correction', schema=None) as batch_op:
        batch_op.drop_index('ix_signature_correction_open')

    op.drop_table('signature_correction')
    with op.batch_alter_table('signing', schema=None) as batch_op:
        batch_op.drop_index('ix_signing_open')
        batch_op.drop_index(batch_op.f('ix_signing_authority_id'))

    op.drop_table('signing')
    op.drop_table('plan_draft')
    with op.batch_alter_table('duty_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_duty_version_superseded_at'))
        batch_op.drop_index(batch_op.f('ix_duty_version_recorded_at'))
        batch_op.drop_index('ix_duty_version_current')

    op.drop_table('duty_version')
    with op.batch_alter_table('certificate_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_certificate_version_superseded_at'))
        batch_op.drop_index(batch_op.f('ix_certificate_version_recorded_at'))
        batch_op.drop_index('ix_certificate_version_current')

    op.drop_table('certificate_version')
    with op.batch_alter_table('merger_choice', schema=None) as batch_op:
        batch_op.drop_index('ix_merger_choice_once')
        batch_op.drop_index(batch_op.f('ix_merger_choice_to_authority_id'))
        batch_op.drop_index(batch_op.f('ix_merger_choice_from_authority_id'))

    op.drop_table('merger_choice')
    with op.batch_alter_table('ledger_fingerprint', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_fingerprint_subject'))
        batch_op.drop_index(batch_op.f('ix_ledger_fingerprint_fingerprint'))

    op.drop_table('ledger_fingerprint')
    with op.batch_alter_table('duty', schema=None) as batch_op:
        batch_op.drop_index('ix_duty_agreement')

    op.drop_table('duty')
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_certificate_authority_id'))

    op.drop_table('certificate')
    with op.batch_alter_table('buyer_group_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_buyer_group_version_superseded_at'))
        batch_op.drop_index(batch_op.f('ix_buyer_group_version_recorded_at'))
        batch_op.drop_index('ix_buyer_group_version_current')

    op.drop_table('buyer_group_version')
    with op.batch_alter_table('buyer_group_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_buyer_group_member_superseded_at'))
        batch_op.drop_index(batch_op.f('ix_buyer_group_member_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_buyer_group_member_group_id'))
        batch_op.drop_index('ix_buyer_group_member_authority')

    op.drop_table('buyer_group_member')
    op.drop_table('agreement_draft')
    with op.batch_alter_table('site_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_check_checked_at'))

    op.drop_table('site_check')
    op.drop_table('ledger_checkpoint')
