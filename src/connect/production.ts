import type { PostgresTarget } from './postgres/postgresUrl';

/** A word of a name, not a piece of one: `db-prod-1` and `shop_production`, not `product` or `alive`. */
const LIVE = /(?<![a-z])(?:prod|prd|production|live)(?![a-z])/i;
/** Names of what is only like production: `non-prod`, `pre_production`, `not-live`. */
const ALMOST = /(?<![a-z])(?:non|not|pre)[-_. ]?(?:prod|prd|production|live)(?![a-z])/gi;
/** Where Django projects say which environment they are. */
const ENVIRONMENT_NAMES = ['DJANGO_ENV', 'ENVIRONMENT', 'APP_ENV', 'DJANGO_SETTINGS_MODULE'] as const;

/** Whether any of these names says that production is behind it: a guess for who did not say it. */
export function looksLikeProduction(names: readonly string[]): boolean {
  // `ordersProd` is two words.
  return names.some((name) => LIVE.test(name.replace(/([a-z])([A-Z])/g, '$1-$2').replace(ALMOST, '')));
}

/** The names that a connection goes by: its own, its host's and its database's. */
export function namesOf(name: string, { host, database }: PostgresTarget): string[] {
  return [name, host, database];
}

/** What the variables of a project call its environment. */
export function environmentNames(variables: Readonly<Record<string, string | undefined>>): string[] {
  return ENVIRONMENT_NAMES.map((name) => variables[name] ?? '');
}
