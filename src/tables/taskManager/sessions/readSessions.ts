import type { Around } from './around';
import { CLIENT_NAME } from '../../../base/clientName';
import { attemptAll, failureGap, reasonOf } from '../../../sql/savepoint';
import type { Row, Snapshot } from '../../../ports/database';
import type { TaskTable } from '../../table';
import type { SaveKind, SessionSave, SessionsView } from '../../../model/sessionFacts';
import { RowIndex } from '../../../model/rowIndex';
import type { SourceGap } from '../../../model/sources';
import { SAID, updateOf } from './saveSql';
import { sessionsNotRead } from '../../sessions';
import { doubtOf, reportOf } from './words';

/** A task's statements follow its session's beginning at once, unless the session was kept from an earlier task. */
const FIRST_SECONDS = 5;
/** Where sessions are not kept, one that is open is at work: it rests between two statements, or in a body. */
const REST_SECONDS = 2;
/** Behind a pooler our own session is older than our transaction; without one the transaction begins as soon as we are connected. */
const OWN_SECONDS = 15;

const SAME_CLIENT = 'other.usename = told.usename and other.application_name = told.application_name';

/**
 * One statement for all sessions, whose first row has what is known of them together.
 * $1 the pattern of an update of the table, $2 our name, $3 the table, quoted, $4 its bare name.
 * pg_stat_get_activity hides all but a few columns of other roles' sessions (pg_read_all_stats shows them). `octet_length`: the server cuts at
 * track_activity_query_size - 1 bytes, and then whole characters.
 */
const SESSIONS = `
  with theirs as materialized (
    select pid, state, usename, application_name, backend_start, query_start, state_change, query,
           query = '<insufficient privilege>' as hidden, coalesce(query ~* $1, false) as updates,
           octet_length(query) >= (select setting::int - 4 from pg_settings where name = 'track_activity_query_size') as cut
      from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and usesysid is not null
       and coalesce(backend_type, 'client backend') = 'client backend' and coalesce(application_name, '') <> $2),
  around as (
    select (select count(*) from theirs)::text as others,
           (select count(*) from theirs where hidden)::text as hidden,
           (select count(*) from theirs where state = 'disabled')::text as untracked,
           (select count(*) from theirs where concat(usename, ' ', application_name) ~* 'pgbouncer|pgcat|pgdog|odyssey|supavisor|pgpool|rdsproxy|rds proxy')::text as poolers,
           (select count(*) from pg_class c where c.relname = $4 and c.relkind in ('r', 'p') and c.oid <> to_regclass($3))::text as namesakes,
           (current_setting('default_transaction_read_only') = 'off' or exists (
             select from pg_stat_activity where pid = pg_backend_pid()
                    and xact_start - backend_start > interval '${String(OWN_SECONDS)} seconds'))::text as pooled,
           pg_is_in_recovery()::text as standby,
           (select extract(epoch from min(backend_start)) from theirs)::text as oldest,
           (select to_jsonb(d) ->> 'sessions_fatal' from pg_stat_database d where datname = current_database()) as fatal,
           (select to_jsonb(d) ->> 'sessions_killed' from pg_stat_database d where datname = current_database()) as killed,
           (select to_jsonb(d) ->> 'sessions_abandoned' from pg_stat_database d where datname = current_database()) as abandoned),
  said as (
    select shown.*, ${SAID},
           state = 'idle' and clock_timestamp() - state_change > interval '${String(REST_SECONDS)} seconds' as rests,
           query_start - backend_start > interval '${String(FIRST_SECONDS)} seconds' as older
      from (select pid, state, cut, usename, application_name, backend_start, query_start, state_change, updates,
                   case when updates then query end as query from theirs) as shown),
  told as (
    select said.*, coalesce(status = 'PENDING' or bound or updates and cut and status is null, false) as begins from said),
  saves as (
    select told.*, extract(epoch from query_start)::text as at,
           (not older
            and not exists (select from told as other where other.rests and not other.begins and ${SAME_CLIENT})
            and exists (select from told as other where other.pid <> told.pid and other.begins and ${SAME_CLIENT}))::text as closes
      from told where updates)
  select around.*, saves.row_id, saves.task_id, saves.task, saves.state, saves.at, saves.closes, saves.whole_row::text,
         case when bound then 'bound'
              when status is null then case when cut then 'cut' end
              when status = 'PENDING' and empty_message then 'before-body'
              when status = 'PENDING' and no_message then 'begun'
              when not whole_row then null
              when status = 'DONE' then 'done'
              when status in ('ERROR', 'ABORTED') then 'failed' end as save
    from around left join saves on true`;

/**
 * Reads the last statements of the other sessions in this database. It must be the first question of a snapshot: then a row that is
 * unchanged in the snapshot had not been saved when its session was seen, and a task that ends later does not fall between the two.
 * @returns a view with a report `unavailable` where nothing could be read
 * @throws Problem when the snapshot itself failed
 */
export async function readSessions(snapshot: Snapshot, table: TaskTable): Promise<SessionsView> {
  const [schema = '', name = ''] = [...table.sql.matchAll(/"((?:[^"]|"")*)"/g)].map(([, part = '']) =>
    part.replaceAll('""', '"'),
  );
  const values = [updateOf(schema, name), CLIENT_NAME, table.sql, name];
  const { answers, error } = await attemptAll(snapshot, [{ text: SESSIONS, values }]);
  const [first, ...more] = answers[0] ?? [];
  if (!first) return sessionsNotRead(failureGap(error, reasonOf(error)));
  const saves = [first, ...more].filter(({ at }) => at != null);
  const around = readAround(first, saves);
  if (around.standby) return sessionsNotRead(STANDBY);
  return {
    ...viewOf(saves),
    report: reportOf(around),
    doubt: doubtOf(around),
    since: sinceOf(first, around),
    killed: around.killed,
    abandoned: around.abandoned,
  };
}

const STANDBY: SourceGap = {
  kind: 'replica',
  says: 'this server is a standby: the sessions of the tasks are on its primary',
};

/**
 * A body that runs has the session in which its row was saved before it, unless that was ended under its hands. A client that vanished took
 * its body along.
 */
function sinceOf({ oldest, fatal }: Row, { others, hidden, poolers, pooled, killed }: Around): SessionsView['since'] {
  if (hidden > 0 || poolers > 0 || pooled || killed !== 0 || fatal !== '0') return null;
  if (others === 0) return 'none';
  return oldest == null ? null : Number(oldest);
}

function readAround(row: Row, saves: readonly Row[]): Around {
  const count = (kind: string): number => saves.filter(({ save }) => save === kind).length;
  const counter = (text: string | null | undefined): number | null => (text == null ? null : Number(text));
  return {
    others: Number(row.others),
    hidden: Number(row.hidden),
    untracked: Number(row.untracked),
    poolers: Number(row.poolers),
    namesakes: Number(row.namesakes),
    pooled: row.pooled === 'true',
    standby: row.standby === 'true',
    cut: saves.filter((one) => isUntold(one) && one.save !== 'bound').length,
    bound: count('bound'),
    killed: counter(row.killed),
    abandoned: counter(row.abandoned),
  };
}

/** It may be before a body, and does not name its row. A statement by hand that names several rows is none. */
function isUntold({ save, row_id, task_id, whole_row }: Row): boolean {
  if (save === 'bound' || save === 'cut') return true;
  return save === 'before-body' && whole_row === 'true' && row_id == null && task_id == null;
}

const KINDS: Readonly<Record<string, SaveKind | undefined>> = {
  'before-body': 'before-body',
  begun: 'begun',
  done: 'done',
  failed: 'failed',
};

/** A transaction that failed and was not ended yet says nothing: its client may be about to try again. */
const STATES: Readonly<Record<string, SessionSave['state'] | undefined>> = {
  active: 'active',
  idle: 'idle',
  'idle in transaction': 'in-transaction',
};

interface Named extends SessionSave {
  readonly taskId: string;
  readonly managerId: number | null;
}

function viewOf(rows: readonly Row[]): Pick<SessionsView, 'untold' | 'find'> {
  const index = new RowIndex<Named>();
  const tasks = new Set<string>();
  let anyTask = 0;
  for (const row of rows) {
    const state = STATES[row.state ?? ''];
    if (state === undefined) continue;
    if (isUntold(row)) {
      if (row.task == null) anyTask++;
      else tasks.add(row.task);
      continue;
    }
    const save = KINDS[row.save ?? ''];
    const managerId = row.row_id == null ? null : Number(row.row_id);
    if (save === undefined) continue;
    const [wholeRow, closes] = [row.whole_row === 'true', row.closes === 'true'];
    index.add({ save, state, wholeRow, closes, at: Number(row.at), taskId: row.task_id ?? '', managerId });
  }
  const order = ({ save, state }: SessionSave): number => ORDER.indexOf(save) * 3 + STRENGTH.indexOf(state);
  return {
    untold: { tasks, anyTask },
    find: (row) => {
      const found = index.find(row);
      return found.length < 2 ? found : [...found].sort((a, b) => order(a) - order(b));
    },
  };
}

const ORDER: readonly SaveKind[] = ['before-body', 'begun', 'done', 'failed'];
const STRENGTH: readonly SessionSave['state'][] = ['in-transaction', 'active', 'idle'];
