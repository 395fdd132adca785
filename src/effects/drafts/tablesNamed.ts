/** Tables whose names fit a word: `webhook` fits `assignments_learnpackwebhook`. */
import { quoteIdentifier } from '../../sql/identifiers';
import { findRelation, type Relation } from '../../sql/relation';
import type { Snapshot } from '../../ports/database';

/** A table that a word may mean. */
export interface NamedTable {
  /** As a rule writes it. */
  readonly name: string;
  /** How well the name fits: 0 is best. */
  readonly rank: number;
  readonly relation: Relation | 'missing' | 'forbidden';
  /** Columns that an index begins with. */
  readonly indexed: ReadonlySet<string>;
  /** Null where it was never counted. */
  readonly estimatedRows: number | null;
}

const MOST_NAMES = 300;

/**
 * Tables of this database alone (no views and no foreign tables: what a look-up costs there is not known), by the catalogue, which every
 * role may read. Those that the search_path leads to come first.
 */
const NAMED = `
  select n.nspname::text as schema, c.relname::text as name, pg_table_is_visible(c.oid)::text as visible,
         case when c.reltuples > 0 then c.reltuples::bigint end::text as estimate
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'm') and not c.relispartition
     and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and has_schema_privilege(n.oid, 'usage')
     and (pg_table_is_visible(c.oid) or quote_ident(n.nspname) = $2 or n.nspname = $2)
     and replace(lower(c.relname::text), '_', '') like any($1::text[])
   order by pg_table_is_visible(c.oid) desc, length(c.relname::text), c.relname, n.nspname
   limit ${String(MOST_NAMES)}`;

const INDEXED = `
  select a.attname::text as column
    from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
   where i.indrelid = to_regclass($1)::oid and i.indisvalid and i.indpred is null`;

/** The name of a table, as the catalogue has it. Its columns are looked up later. */
interface Name {
  readonly schema: string;
  readonly table: string;
  readonly visible: boolean;
  readonly estimatedRows: number | null;
}

/**
 * Looks tables up by words, and keeps what it found.
 * @param taskTable quoted and schema-qualified: its schema counts also where the search_path does not name it
 */
export class TablesNamed {
  private names: readonly Name[] = [];
  private asked = new Set<string>();
  private readonly looked = new Map<string, Promise<NamedTable>>();

  constructor(
    private readonly snapshot: Snapshot,
    private readonly taskTable: string,
  ) {}

  /** Reads the names of the tables that fit one of these words, in one question. @throws Problem */
  async ask(words: readonly string[]): Promise<void> {
    const fresh = [...new Set(words)].filter((word) => /^[a-z0-9]+$/.test(word) && !this.asked.has(word));
    if (fresh.length === 0) return;
    fresh.forEach((word) => this.asked.add(word));
    const patterns = fresh.flatMap(formsOf).map((form) => `%${form}`);
    const rows = await this.snapshot.query(NAMED, [patterns, schemaOf(this.taskTable)]);
    const found = rows.map((row): Name => ({
      schema: row.schema ?? '',
      table: row.name ?? '',
      visible: row.visible === 'true',
      estimatedRows: row.estimate == null ? null : Number(row.estimate),
    }));
    this.names = [...this.names, ...found];
  }

  /**
   * The tables whose names fit a word best, those of the task's own application first.
   * @param app the parts of the task's module; @param most so many at most
   */
  async fitting(word: string, app: readonly string[], most: number): Promise<NamedTable[]> {
    const ranked = new Map<string, { readonly name: Name; readonly rank: number }>();
    for (const name of this.names) {
      const rank = rankOf(name.table, word, app);
      const key = `${name.schema}.${name.table}`;
      if (rank !== undefined && this.taskTable !== sqlOf(name) && !ranked.has(key)) ranked.set(key, { name, rank });
    }
    const best = [...ranked.values()].sort((a, b) => a.rank - b.rank).slice(0, most);
    return await Promise.all(best.map(({ name, rank }) => this.look(name, rank)));
  }

  private async look(name: Name, rank: number): Promise<NamedTable> {
    const sql = sqlOf(name);
    const known = this.looked.get(sql) ?? this.read(name, sql);
    this.looked.set(sql, known);
    return { ...(await known), rank };
  }

  private async read(name: Name, sql: string): Promise<NamedTable> {
    const relation = await findRelation(this.snapshot, sql);
    const rows = await this.snapshot.query(INDEXED, [sql]);
    return {
      name: writtenName(name),
      rank: 0,
      relation,
      indexed: new Set(rows.map(({ column }) => column ?? '')),
      estimatedRows: name.estimatedRows,
    };
  }
}

function sqlOf({ schema, table }: Name): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}

function schemaOf(sql: string): string {
  return /^"((?:[^"]|"")*)"\./.exec(sql)?.[1]?.replaceAll('""', '"') ?? '';
}

/** As a person would write it. */
function writtenName({ schema, table, visible }: Name): string {
  const part = (name: string): string => (/^[^".\s:/]+$/.test(name) ? name : quoteIdentifier(name));
  return visible ? part(table) : `${part(schema)}.${part(table)}`;
}

/** A word and its plurals. */
function formsOf(word: string): string[] {
  return [word, `${word}s`, `${word}es`, ...(word.endsWith('y') ? [`${word.slice(0, -1)}ies`] : [])];
}

/** How well a table's name fits a word; undefined where it does not. Django's names are `app_model`. */
function rankOf(table: string, word: string, app: readonly string[]): number | undefined {
  const name = table.toLowerCase();
  const fits = formsOf(word).find((form) => name.replaceAll('_', '').endsWith(form));
  if (fits === undefined) return undefined;
  const own = app.find((part) => name.startsWith(`${part.toLowerCase()}_`));
  const model = name.slice(own === undefined ? name.indexOf('_') + 1 : own.length + 1).replaceAll('_', '');
  const forms = formsOf(word);
  const exact = forms.includes(model) || forms.includes(name.replaceAll('_', ''));
  return (exact ? 0 : 2) + (own === undefined ? 1 : 0);
}
