import { schemaList } from './otherSchemas';
import { quoteIdentifier } from './identifiers';
import { guarded, reasonOf } from './savepoint';
import type { Row, Snapshot } from '../ports/database';
import { viewMayHide } from './viewText';

/** Why rows may be in the database that this role does not see in a table. Then a row that is not seen proves nothing. */
export interface Hiding {
  readonly kind: 'row-security' | 'view' | 'other-server' | 'other-schemas' | 'not-known';
  /** What hides them, as a clause that begins with a small letter. */
  readonly says: string;
  /** The table or view that hides them, quoted and schema-qualified; absent where that is not one. */
  readonly relation?: string;
}

/**
 * For each name in $1: the relation and everything beneath it, each with what may keep rows of it back.
 *
 * Row security asks who reads: the rules of a view read as its owner, those of a security_invoker view as this role, also where a view of
 * another owner stands over it (tried on PostgreSQL 18). The test is that of check_enable_rls (src/backend/utils/misc/rls.c): superusers and roles with BYPASSRLS see everything, and so
 * does the owner unless row security is forced. A permissive policy with the condition `true` lets every row through where no restrictive
 * policy applies. Partitions and children are read through their parent, whose row security alone counts.
 * For this role itself row_security_active decides, which needs no right.
 */
const HIDING = `
  with recursive asked as (
    select place, to_regclass(name)::oid as oid from unnest($1::text[]) with ordinality as list(name, place)),
  beneath (place, oid, reader, own, depth) as (
    select place, oid, quote_ident(current_user)::regrole::oid, true, 0 from asked where oid is not null
    union
    select b.place, d.refobjid, case when v.invoker then quote_ident(current_user)::regrole::oid else v.relowner end, v.invoker, b.depth + 1
      from beneath b
      join (select oid, relowner, relkind = 'v' and exists (
                     select from unnest(reloptions) as o where o ~* '^security_invoker=(t|y|on|1)') as invoker
              from pg_class where relkind in ('v', 'm')) v on v.oid = b.oid
      join pg_rewrite r on r.ev_class = v.oid
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
       and d.refclassid = 'pg_class'::regclass and d.refobjid <> v.oid
     where b.depth < 30),
  found as (
    select b.place, b.depth, b.own, b.reader, c.oid, c.relkind, c.relowner, c.relforcerowsecurity, n.nspname, c.relname,
           case when not c.relrowsecurity or c.relkind not in ('r', 'p') then false
                when b.own then row_security_active(c.oid)
                else not exists (select from pg_roles where oid = b.reader and (rolsuper or rolbypassrls))
                     and (c.relforcerowsecurity or not pg_has_role(b.reader, c.relowner, 'usage')) end as secured
      from beneath b join pg_class c on c.oid = b.oid join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f')),
  policies as (
    select f.place, f.oid, f.reader, p.polpermissive as permissive, pg_get_expr(p.polqual, p.polrelid) is not distinct from 'true' as everything
      from found f join pg_policy p on p.polrelid = f.oid and f.secured and p.polcmd in ('r', '*')
       and exists (select from unnest(p.polroles) as role
                    where case when role = 0 then true else pg_has_role(f.reader, role, 'usage') end))
  select distinct f.place::text, f.depth::text, f.nspname::text as schema, f.relname::text as name, f.relkind::text as kind,
         case when not f.own then pg_get_userbyid(f.reader)::text end as reader,
         (f.secured and (not exists (select from policies p where p.place = f.place and p.oid = f.oid and p.reader = f.reader and permissive and everything)
                         or exists (select from policies p where p.place = f.place and p.oid = f.oid and p.reader = f.reader and not permissive and not everything)))::text as secured,
         exists (select from policies p where p.place = f.place and p.oid = f.oid and p.reader = f.reader and permissive)::text as some,
         case when f.relkind in ('v', 'm') then pg_get_viewdef(f.oid) end as definition,
         null::text as schemas
    from found f
   union all
  select a.place::text, '0', null, null, 'others', null, null, null, null, others.schemas
    from asked a join pg_class own on own.oid = a.oid and own.relname = any($2::text[])
   cross join lateral (
     select json_agg(n.nspname order by n.nspname)::text as schemas
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      where c.relname = own.relname and c.oid <> own.oid and c.relkind in ('r', 'p', 'f')
        and not exists (select from beneath b where b.place = a.place and b.oid = c.oid)
        and not exists (select from pg_inherits i where i.inhrelid = c.oid and i.inhparent = own.oid)) others
   where others.schemas is not null
   order by 1, 2, 3, 4`;

/**
 * What may hide rows of some tables or views from this role, in one question. It needs no right but to connect.
 * @param names quoted and schema-qualified
 * @param chosenByPath table names (not quoted) that the user wrote without a schema: others of that name may hold the rows that are meant
 * @returns in the order of `names`; an empty list where every row is seen
 * @throws Problem when the snapshot itself failed
 */
export async function findHiding(
  snapshot: Snapshot,
  names: readonly string[],
  chosenByPath: readonly string[] = [],
): Promise<Hiding[][]> {
  if (names.length === 0) return [];
  const answer = await guarded(snapshot, 'hiding', { text: HIDING, values: [names, chosenByPath] });
  if ('error' in answer) {
    const says = `whether row security or a view hides rows could not be told (${reasonOf(answer.error)})`;
    return names.map(() => [{ kind: 'not-known', says }]);
  }
  const rows = answer.value;
  return names.map((_, index) => rows.filter(({ place }) => Number(place) === index + 1).flatMap(hidingOf));
}

function hidingOf({ kind, schema, name: table, reader, secured, some, definition, schemas }: Row): Hiding[] {
  const name = `${quoteIdentifier(schema ?? '')}.${quoteIdentifier(table ?? '')}`;
  switch (kind ?? '') {
    case 'others':
      return [
        {
          kind: 'other-schemas',
          says: `a table of this name is also in ${schemaList(JSON.parse(schemas ?? '[]') as string[])}, and was not read there`,
        },
      ];
    case 'v':
      if (!viewMayHide(definition ?? '')) return [];
      return [{ kind: 'view', relation: name, says: `the view ${name} may leave rows out` }];
    case 'm':
      return [{ kind: 'view', relation: name, says: `the materialized view ${name} has the rows of its last refresh` }];
    case 'f':
      return [
        {
          kind: 'other-server',
          relation: name,
          says: `${name} is a foreign table, and what its server hides is not known here`,
        },
      ];
    default: {
      if (secured !== 'true') return [];
      const whom = reader == null ? 'this role' : `role ${quoteIdentifier(reader)}, as which the view reads it,`;
      const what = some === 'true' ? `only the rows that its policies allow` : 'no row';
      return [{ kind: 'row-security', relation: name, says: `row security on ${name} shows ${whom} ${what}` }];
    }
  }
}

/** Whether rows of the table itself may be hidden: tables of the same name in other schemas have others. */
export function hidesOwnRows({ hiding }: { readonly hiding: readonly Hiding[] }): boolean {
  return hiding.some(({ kind }) => kind !== 'other-schemas');
}

/** All of them as one clause. */
export function hidingText(hiding: readonly Hiding[]): string {
  return [...new Set(hiding.map(({ says }) => says))].join('; ');
}
