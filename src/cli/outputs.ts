/** Standard output or standard error, as far as the command needs to know it. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  /** Of a terminal. It changes when the person resizes the window. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What most terminals have, for those that do not say. */
const DEFAULT_COLUMNS = 80;

/** The width of a terminal. */
export function columnsOf({ columns }: Output): number {
  // Some say 0.
  return columns === undefined || columns < 1 ? DEFAULT_COLUMNS : columns;
}

/**
 * Whether to use colors: on a terminal, unless it has none. FORCE_COLOR counts more than NO_COLOR, as in Node itself
 * (https://nodejs.org/api/cli.html#force_color1-2-3, https://no-color.org).
 */
export function hasColors(output: Output, { FORCE_COLOR, NO_COLOR, TERM }: Environment): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return output.isTTY === true && TERM !== 'dumb';
}

/** Whether a line can be rewritten in place. */
export function canRewrite(output: Output, { TERM }: Environment): boolean {
  return output.isTTY === true && TERM !== 'dumb';
}
