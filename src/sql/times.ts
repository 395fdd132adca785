/** The calendar that ISO 8601 and Python share: `infinity` and years BC, which PostgreSQL has besides, are shown as its ends. */
export const FIRST_TIME = `timestamptz '0001-01-01 00:00:00+00'`;
const LAST_TIME = `timestamptz '9999-12-31 23:59:59.999999+00'`;

/**
 * Times leave the server as PostgreSQL writes them, because JavaScript's Date would drop the microseconds and `to_char` costs the server
 * several times as much. The snapshot's TimeZone is UTC and its DateStyle ISO; `isoTime` reads them.
 */
export function timestamp(expression: string): string {
  return `${expression}::timestamptz::text`;
}

/** A time as seconds since 1970 in UTC, with microseconds; `infinity` as the ends of the calendar. */
export function epochSeconds(expression: string): string {
  return `extract(epoch from least(greatest(${expression}, ${FIRST_TIME}), ${LAST_TIME}))`;
}

/** The same as float8, exact to the microsecond for the years that a bin can be in; `extract` reckons with numeric, which costs several times as much. */
export function seconds(expression: string): string {
  return `date_part('epoch', least(greatest(${expression}, ${FIRST_TIME}), ${LAST_TIME}))`;
}

export function hoursSince(expression: string): string {
  return `(extract(epoch from now() - greatest(${expression}, ${FIRST_TIME})) / 3600)::text`;
}
