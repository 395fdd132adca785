import type { BinCounts, Timeline } from '../diagnosis/model';
import { BIN_WIDTHS, FIRST_BIN_TIME, FIRST_MONDAY, MOST_BINS, NARROWER, OLD_SHARE } from '../diagnosis/timeline';
import type { Row } from './snapshot';

const WEEK = 7 * 86_400;
const EARLIEST = `timestamptz '${FIRST_BIN_TIME}'`;

/** Seconds since 1970 as float8, on every version; exact to the microsecond for the years that a bin can be in. */
const epoch = (expression: string): string => `date_part('epoch', greatest(${expression}, ${EARLIEST}))`;
const place = (time: string): string => `floor((${time} - origin) / width)`;

/** Rows that are looked at to find where most of them begin; fewer than twice as many are all looked at. */
const PROBES = 4096;

/**
 * WITH queries behind `groups` (of the one pass): `axis` has one row, the narrowest bins that are few enough for the rows whose status is
 * in `statuses`, and none where there are no such rows; a few old rows are left out of its length. Where most rows begin is told by every
 * one row in each so-and-so-many of all groups in a row, because to sort all would cost more than the pass; which one is drawn by lot, for groups
 * of equal size would else all be asked for their newest. `edges` are the beginnings of the bins but the first.
 */
export function axisQueries(statuses: string): string {
  return `
  chosen as materialized (
    select runs, count, sum(count) over (rows unbounded preceding) - count as before, sum(count) over () / ${String(PROBES)} as apart
      from groups where status = any(${statuses})),
  begins as (
    select ${epoch(`percentile_disc(${String(OLD_SHARE)}) within group (order by runs[probe])`)} as most
      from chosen cross join lateral (select greatest(floor(apart), 1)::bigint as step) as steps
           cross join lateral generate_series(floor(before / step)::bigint, floor((before + count - 1) / step)::bigint) as part
           cross join lateral (select (part * step + abs(hashint8(part)::bigint) % step - before + 1)::int as probe) as probes
     where probe between 1 and count),
  ends as (
    select ${epoch('min(oldest)')} as oldest, ${epoch('max(newest)')} as newest
      from groups where status = any(${statuses}) having count(*) > 0),
  span as (
    select case when (newest - most) * ${String(NARROWER)} <= newest - oldest then most else oldest end as oldest, newest
      from ends cross join begins),
  axis as materialized (
    select width, ${place('oldest')} * width + origin as start, (${place('newest')} - ${place('oldest')})::int + 1 as bins
      from span cross join lateral (
        select width, case when width % ${String(WEEK)} = 0 then ${String(FIRST_MONDAY)} else 0 end as origin
          from unnest('{${BIN_WIDTHS.join(',')}}'::int[]) as natural_width(width)) as possible
     where ${place('newest')} - ${place('oldest')} < ${String(MOST_BINS)}
     order by width limit 1),
  edges as materialized (
    select array(select to_timestamp(start + bin * width) from generate_series(1, bins - 1) as bin) as edges from axis)`;
}

/**
 * Counts a group's rows by bin, as `bin:rows,…` in `last_runs`. Of four ways that were measured the cheapest: the array is unnested in the
 * select list, which keeps no copy of it, and a binary search over the edges finds the bin.
 */
export function binsOfGroup(statuses: string): string {
  return `
    left join lateral (
      select string_agg(bin || ':' || rows, ',') as last_runs from (
        select bin, count(*) as rows
          from (select width_bucket(unnest(runs)::timestamptz, edges) as bin from edges) as binned group by bin) as counted
    ) as bins on status = any(${statuses})`;
}

/** Columns of `axis`, in every row of the answer. */
export const AXIS_COLUMNS = `to_char(to_timestamp(start), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as axis_start,
         width::text as axis_width, bins::text as axis_bins`;

/** The timeline of an answer; undefined where nothing is stuck. */
export function toTimeline(row: Row | undefined): Timeline | undefined {
  if (row?.axis_start == null) return undefined;
  return {
    start: row.axis_start,
    binSeconds: Number(row.axis_width),
    bins: Number(row.axis_bins),
  };
}

/** `3:12,0:5` as counts by bin. */
export function toBins(text: string | null | undefined): BinCounts | undefined {
  if (text == null) return undefined;
  const bins: Record<number, number> = {};
  for (const pair of text.split(',')) {
    const [bin = NaN, rows = NaN] = pair.split(':').map(Number);
    bins[bin] = rows;
  }
  return bins;
}
