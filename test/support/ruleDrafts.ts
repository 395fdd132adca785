import type { RuleDraft } from '../../src/model/ruleTest';
import { A_RULE_TEST } from './ruleTests';

/** A draft from code that was tested. */
export const A_DRAFT: RuleDraft = {
  task: 'shop.tasks.send_invoice',
  rules: [
    {
      task: 'shop.tasks.send_invoice',
      table: 'billing_invoice',
      find: { id: ['args[0]', 'kwargs.invoice_id'] },
      outcomes: [
        {
          when: [{ column: 'sent_at', atOrAfter: 'created_at' }],
          says: 'executed',
          strength: 'proven',
          text: 'Invoice {id} was sent at {sent_at}.',
        },
        { when: [{ column: 'sent_at', null: true }], says: 'not-executed', text: 'Invoice {id} was never sent.' },
      ],
      noRow: { says: 'cannot-say', text: 'Invoice {id} is gone.' },
    },
  ],
  from: 'code',
  why: [
    { says: 'The argument invoice_id is the primary key of Invoice.', file: 'shop/tasks.py', line: 12 },
    { says: 'It sets sent_at to the current time and saves.', file: 'shop/services/invoices.py', line: 40 },
    { says: 'Invoice is the table billing_invoice.', file: 'billing/models.py', line: 7 },
    { says: 'The database has this table and its columns.' },
  ],
  tested: { ...A_RULE_TEST, origin: 'drafted' },
};

/** A task without an effect. */
export const NO_DRAFT: RuleDraft = {
  task: 'shop.tasks.ping_partner',
  rules: [],
  from: 'code',
  why: [{ says: 'It sends a request to another service and writes nothing.', file: 'shop/tasks.py', line: 80 }],
  because: 'Its code leaves nothing in the database.',
};

/** What Restricted Mode gives: nothing was connected. */
export const AN_UNTESTED_DRAFT: RuleDraft = {
  task: A_DRAFT.task,
  rules: A_DRAFT.rules,
  from: 'code',
  why: A_DRAFT.why,
  because: 'The rule is not tested, because no database was read.',
};
