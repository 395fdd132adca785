/** Effect rules that a person makes of a table, the column that leads to its row, and the column that shows the run. */
import type { EffectRule } from '../model/effectRule';

/** What a column can show of a run. */
export type ShownBy = 'time' | 'flag' | 'value' | 'row';

/** What a person chose. */
export interface ChosenParts {
  /** `module.name`. */
  readonly task: string;
  /** As a rule writes it. */
  readonly table: string;
  /** The column that holds the value of an argument. */
  readonly key: string;
  /** Where the arguments hold it. */
  readonly argument: string;
  /** The column that shows the run; of `row` the key stands for it. */
  readonly column: string;
  readonly by: ShownBy;
}

/** What a column of this type can show: what tells most first. @param type of PostgreSQL, without length */
export function shownBy(type: string): ShownBy {
  if (type === 'boolean') return 'flag';
  return type.startsWith('timestamp') ? 'time' : 'value';
}

/** The rule of these parts. It is likely at most: nobody says that only this task can have left the effect. */
export function ruleByHand({ task, table, key, argument, column, by }: ChosenParts): EffectRule {
  const base = { task, table, find: { [key]: argument } };
  const unset = {
    when: [{ column, null: true }],
    says: 'not-executed',
    text: `${column} of ${key} {${key}} has no value.`,
  } as const;
  switch (by) {
    case 'time':
      return {
        ...base,
        outcomes: [
          {
            when: [{ column, atOrAfter: 'created_at' }],
            says: 'executed',
            text: `${column} of ${key} {${key}} is {${column}}, after this task was created.`,
          },
          unset,
        ],
      };
    case 'flag':
      return {
        ...base,
        outcomes: [
          { when: [{ column, equals: true }], says: 'executed', text: `${column} of ${key} {${key}} is true.` },
          { when: [{ column, equals: false }], says: 'not-executed', text: `${column} of ${key} {${key}} is false.` },
        ],
      };
    case 'value':
      return {
        ...base,
        outcomes: [
          {
            when: [{ column, null: false }],
            says: 'executed',
            text: `${column} of ${key} {${key}} has the value {${column}}.`,
          },
          unset,
        ],
      };
    case 'row':
      return {
        ...base,
        outcomes: [{ says: 'executed', text: `${table} has a row whose ${key} is {${key}}.` }],
        noRow: { says: 'not-executed', text: `${table} has no row whose ${key} is {${key}}.` },
      };
  }
}

/** A place in the arguments with a value that a rule can look for. */
export interface ArgumentValue {
  /** `args[0]`, `kwargs.invoice_id` */
  readonly place: string;
  /** As JSON. */
  readonly example: string;
}

const NAME = /^[A-Za-z_]\w{0,99}$/;

/** The places of arguments that hold a text or a number, in their order. @param rawJSON of a sample's arguments */
export function argumentValues(rawJSON: string | null): ArgumentValue[] {
  const value = parsed(rawJSON);
  const args: readonly unknown[] = Array.isArray(value.args) ? value.args : [];
  const kwargs = typeof value.kwargs === 'object' && value.kwargs !== null ? Object.entries(value.kwargs) : [];
  const found = [
    ...args.map((one, index) => [`args[${String(index)}]`, one] as const),
    ...kwargs.filter(([name]) => NAME.test(name)).map(([name, one]) => [`kwargs.${name}`, one] as const),
  ];
  return found
    .filter(([, one]) => typeof one === 'number' || typeof one === 'string')
    .map(([place, one]) => ({ place, example: JSON.stringify(one) }));
}

function parsed(rawJSON: string | null): { readonly args?: unknown; readonly kwargs?: unknown } {
  try {
    const value: unknown = JSON.parse(rawJSON ?? 'null');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
