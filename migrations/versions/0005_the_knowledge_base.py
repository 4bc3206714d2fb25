"""Issue 6: the knowledge base. The links in guides are written down, so that what leads to a guide is one question."""

import json
import re
from html import unescape

import sqlalchemy as sa
from alembic import op

import common.database

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('link_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('checked_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('trouble', sa.String(length=80), nullable=True),
    sa.Column('broken_since', common.database.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_check')),
    sa.UniqueConstraint('url', name=op.f('uq_link_check_url'))
    )
    op.create_table('search_miss',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asked', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('times', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_miss')),
    sa.UniqueConstraint('asked', 'language', 'day', name=op.f('uq_search_miss_asked_language_day'))
    )
    op.create_table('search_synonym',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(length=2), server_default=sa.text("'nl'"), nullable=False),
    sa.Column('added_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('removed_at', common.database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['user.id'], name=op.f('fk_search_synonym_added_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_synonym'))
    )
    op.create_table('guide_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=120), nullable=False),
    sa.Column('guide_id', sa.Integer(), nullable=False),
    sa.Column('left_at', common.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['guide_id'], ['guide.id'], name=op.f('fk_guide_address_guide_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_address')),
    sa.UniqueConstraint('slug', name=op.f('uq_guide_address_slug'))
    )
    with op.batch_alter_table('guide_address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guide_address_guide_id'), ['guide_id'], unique=False)

    op.create_table('guide_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('guide_id', sa.Integer(), nullable=False),
    sa.Column('answers_id', sa.Integer(), nullable=True),
    sa.Column('revision_number', sa.Integer(), nullable=False),
    sa.Column('section', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.Column('section_title', sa.String(length=300), server_default=sa.text("''"), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('said_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('edited_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('resolved_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('resolved_by_id', sa.Integer(), nullable=True),
    sa.Column('removed_at', common.database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['answers_id'], ['guide_comment.id'], name=op.f('fk_guide_comment_answers_id')),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_guide_comment_author_id')),
    sa.ForeignKeyConstraint(['guide_id'], ['guide.id'], name=op.f('fk_guide_comment_guide_id')),
    sa.ForeignKeyConstraint(['resolved_by_id'], ['user.id'], name=op.f('fk_guide_comment_resolved_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_comment'))
    )
    with op.batch_alter_table('guide_comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guide_comment_answers_id'), ['answers_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guide_comment_author_id'), ['author_id'], unique=False)
        batch_op.create_index('ix_guide_comment_open', ['guide_id', 'resolved_at'], unique=False)

    op.create_table('guide_ending',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('guide_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('withdrawn', 'unpublished', 'back', name='ending_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('instead', sa.String(length=120), nullable=True),
    sa.Column('recorded_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('superseded_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('recorded_role', sa.String(length=32), server_default=sa.text("'systeem'"), nullable=False),
    sa.Column('change_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['guide_id'], ['guide.id'], name=op.f('fk_guide_ending_guide_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_ending'))
    )
    with op.batch_alter_table('guide_ending', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guide_ending_guide_id'), ['guide_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guide_ending_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_guide_ending_superseded_at'), ['superseded_at'], unique=False)

    op.create_table('guide_vote',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('guide_id', sa.Integer(), nullable=False),
    sa.Column('revision_number', sa.Integer(), nullable=False),
    sa.Column('useful', sa.Boolean(), nullable=False),
    sa.Column('sentence', sa.String(length=300), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('hidden_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('hidden_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['guide_id'], ['guide.id'], name=op.f('fk_guide_vote_guide_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_vote'))
    )
    with op.batch_alter_table('guide_vote', schema=None) as batch_op:
        batch_op.create_index('ix_guide_vote_guide_day', ['guide_id', 'day'], unique=False)

    op.create_table('proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.Enum('change', 'new', 'example', name='proposal_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('draft', 'in_review', 'changes_asked', 'approved', 'merged', 'declined', 'withdrawn', name='proposal_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('guide_id', sa.Integer(), nullable=True),
    sa.Column('base_number', sa.Integer(), nullable=True),
    sa.Column('section', sa.String(length=120), nullable=True),
    sa.Column('slug', sa.String(length=120), nullable=True),
    sa.Column('authority_code', sa.String(length=40), nullable=True),
    sa.Column('origin', sa.String(length=200), nullable=True),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('authors_content', sa.JSON(), nullable=True),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('why', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('is_correction', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('named', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('reviewer_id', sa.Integer(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('merged_number', sa.Integer(), nullable=True),
    sa.Column('created_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('saved_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('submitted_at', common.database.UtcDateTime(), nullable=True),
    sa.Column('decided_at', common.database.UtcDateTime(), nullable=True),
    sa.CheckConstraint("kind <> 'change' OR guide_id IS NOT NULL", name=op.f('ck_proposal_change_of_a_guide')),
    sa.CheckConstraint("merged_number IS NULL OR state = 'merged'", name=op.f('ck_proposal_merged_has_a_number')),
    sa.CheckConstraint('reviewer_id IS NULL OR reviewer_id <> author_id', name=op.f('ck_proposal_nobody_reviews_his_own')),
    sa.CheckConstraint(
        "state NOT IN ('approved', 'declined', 'merged') OR decided_by_id IS NOT NULL",
        name=op.f('ck_proposal_decided_by_somebody'),
    ),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> author_id', name=op.f('ck_proposal_nobody_decides_on_his_own')),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_proposal_author_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_proposal_decided_by_id')),
    sa.ForeignKeyConstraint(['guide_id'], ['guide.id'], name=op.f('fk_proposal_guide_id')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['user.id'], name=op.f('fk_proposal_reviewer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal')),
    sa.UniqueConstraint('key', name=op.f('uq_proposal_key'))
    )
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_authority_code'), ['authority_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_guide_id'), ['guide_id'], unique=False)
        batch_op.create_index('ix_proposal_state', ['state', 'submitted_at'], unique=False)

    op.create_table('guide_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('guide', 'page', 'file', 'outside', name='link_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('target', sa.String(length=2000), nullable=False),
    sa.Column('anchor', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.Column('words', sa.String(length=300), server_default=sa.text("''"), nullable=False),
    sa.CheckConstraint("target <> ''", name=op.f('ck_guide_link_leads_somewhere')),
    sa.ForeignKeyConstraint(['revision_id'], ['guide_revision.id'], name=op.f('fk_guide_link_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_link'))
    )
    with op.batch_alter_table('guide_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guide_link_revision_id'), ['revision_id'], unique=False)
        batch_op.create_index('ix_guide_link_target', ['kind', 'target'], unique=False)

    op.create_table('proposal_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('event', sa.String(length=32), nullable=False),
    sa.Column('section', sa.String(length=300), server_default=sa.text("''"), nullable=False),
    sa.Column('text', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('by_staff', sa.Boolean(), nullable=False),
    sa.Column('at', common.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_proposal_message_author_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_message_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_message'))
    )
    with op.batch_alter_table('proposal_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_message_proposal_id'), ['proposal_id'], unique=False)

    op.create_table('proposal_preview',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=True),
    sa.Column('revision_id', sa.Integer(), nullable=True),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('expires_at', common.database.UtcDateTime(), nullable=False),
    sa.Column('ended_at', common.database.UtcDateTime(), nullable=True),
    sa.CheckConstraint('(proposal_id IS NULL) <> (revision_id IS NULL)', name=op.f('ck_proposal_preview_of_one_text')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_proposal_preview_made_by_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_preview_proposal_id')),
    sa.ForeignKeyConstraint(['revision_id'], ['guide_revision.id'], name=op.f('fk_proposal_preview_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_preview')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_proposal_preview_token_hash'))
    )
    with op.batch_alter_table('proposal_preview', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_preview_proposal_id'), ['proposal_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_preview_revision_id'), ['revision_id'], unique=False)

    with op.batch_alter_table('guide', schema=None) as batch_op:
        batch_op.add_column(sa.Column('translation_of_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('four_eyes', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('keeper_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('reminded_for', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_guide_translation_of_id'), ['translation_of_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_guide_keeper_id'), 'user', ['keeper_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_guide_translation_of_id'), 'guide', ['translation_of_id'], ['id'])

    with op.batch_alter_table('guide_revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reviewed_by', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('publish_at', common.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('scheduled_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('seconded_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('is_correction', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('restored_from', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('merged_with', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_guide_revision_publish_at'), ['publish_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_guide_revision_scheduled_by_id'), 'user', ['scheduled_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_guide_revision_seconded_by_id'), 'user', ['seconded_by_id'], ['id'])
        batch_op.create_check_constraint('seconded_by_another', 'seconded_by_id IS NULL OR author_id IS NULL OR seconded_by_id <> author_id')

    _write_down_links(op.get_bind())


def _write_down_links(connection: sa.Connection) -> None:
    links = sa.table('guide_link', *(sa.column(name) for name in ('revision_id', 'kind', 'target', 'anchor', 'words')))
    revisions = connection.execute(sa.text('SELECT id, html, sources FROM guide_revision')).all()
    for revision_id, html, sources in revisions:
        found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', html, re.S)
        found += [(address, '') for address in re.findall(r'<img [^>]*?src="([^"]*)"', html)]
        told = json.loads(sources) if isinstance(sources, str) else sources
        found += [(source['url'], source['title']) for source in told or []]
        seen = set()
        for address, words in found:
            place = _place(unescape(address))
            if place and place not in seen:
                seen.add(place)
                plain = ' '.join(unescape(re.sub(r'<[^>]+>', ' ', words)).split())[:300]
                row = dict(zip(('kind', 'target', 'anchor'), place, strict=True))
                connection.execute(links.insert().values(revision_id=revision_id, words=plain, **row))


def _place(address: str) -> tuple[str, str, str] | None:
    path, _, anchor = address.partition('#')
    anchor = anchor[:120]
    if re.match(r'https?://[^/]', path):
        return 'outside', path[:2000], anchor
    if not path.startswith('/') or path.startswith('//'):
        return None
    path = path.removeprefix('/en') if path.startswith('/en/') else path
    if file := re.match(r'/bestanden/(\d{1,10})/', path):
        return 'file', file.group(1), ''
    if guide := re.match(r'/kennisbank/([a-z0-9]+(?:-[a-z0-9]+)*)$', path):
        return 'guide', guide.group(1), anchor
    return 'page', path.partition('?')[0][:2000], anchor


def downgrade() -> None:
    with op.batch_alter_table('guide_revision', schema=None) as batch_op:
        batch_op.drop_constraint('seconded_by_another', type_='check')
        batch_op.drop_constraint(batch_op.f('fk_guide_revision_seconded_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_guide_revision_scheduled_by_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_guide_revision_publish_at'))
        for column in ('merged_with', 'restored_from', 'is_correction', 'seconded_by_id', 'scheduled_by_id', 'publish_at', 'reviewed_by'):
            batch_op.drop_column(column)

    with op.batch_alter_table('guide', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_guide_translation_of_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_guide_keeper_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_guide_translation_of_id'))
        for column in ('reminded_for', 'keeper_id', 'four_eyes', 'translation_of_id'):
            batch_op.drop_column(column)

    for table in (
        'proposal_preview', 'proposal_message', 'guide_link', 'proposal', 'guide_vote', 'guide_ending', 'guide_comment', 'guide_address',
        'search_synonym', 'search_miss', 'link_check',
    ):
        op.drop_table(table)
