import type { SideEffect, Raise } from './model';
import { isSentByCall, makerOf } from './decorators';
import { argumentsAt, chainsIn, isCalled, isRest, stringOf, type Chain } from './expressions';
import { functionOf, qualifiedName, resolve, type Resolved } from './names';
import { hintedKind, outsideKind } from './libraries';
import type { PythonFile } from './pythonFile';

/** What a function does that matters when it runs again, with the functions that it calls in its file. */
export interface Reach {
  readonly sideEffects: readonly SideEffect[];
  readonly raises: readonly Raise[];
  /** Calls of what is imported and no known library: another module of the workspace, perhaps. */
  readonly imported: readonly ImportedCall[];
}

export interface ImportedCall {
  readonly parts: readonly string[];
  readonly level: number;
  readonly via: readonly string[];
}

/** How many calls deep it is followed, and how many effects of one task are listed: more of them would not call for more care. */
const DEEPEST = 8;
const MOST = 100;
const SENT = { kind: 'task', certain: true } as const;
const SENDS = /^(?:delay|apply_async|adelay|aapply_async|delay_on_commit|apply_async_on_commit)$/;

/** Follows a function through its file. @param via the functions on the way to it */
export function reachOf(py: PythonFile, definition: number, via: readonly string[] = []): Reach {
  const sideEffects: SideEffect[] = [];
  const raises: Raise[] = [];
  const imported: ImportedCall[] = [];
  const seen = new Set([definition]);
  // The nearest calls first, so that the shortest way to each is reported.
  const queue = [{ definition, via }];
  for (const { definition: at, via: way } of queue) {
    const body = py.definitions[at]?.body;
    if (body === undefined) continue;
    for (const chain of chainsIn(py.tokens, body)) {
      if (py.scopeAt(chain.from) !== at || isKeywordName(py, chain)) continue;
      const resolved = resolve(py, at, chain.parts);
      const place = py.place(chain.from);
      if (py.tokens[chain.from - 1]?.text === 'raise' && isRetryTask(resolved, chain)) raises.push({ place, via: way });
      const next = resolved.kind === 'own' ? functionOf(py, resolved.definition, resolved.rest) : undefined;
      const maker = next === undefined ? undefined : makerOf(py, next);
      const sent = maker !== undefined && isSentByCall(maker);
      const sideEffect = sent && isCalled(py.tokens, chain) ? SENT : sideEffectOf(py, chain, resolved);
      if (sideEffect !== undefined && sideEffects.length < MOST)
        sideEffects.push({ ...sideEffect, call: chain.parts.join('.'), place, via: way });
      if (isRest(py.tokens, chain)) continue;
      if (next !== undefined && !sent && !seen.has(next) && way.length - via.length < DEEPEST && seen.size < MOST) {
        seen.add(next);
        queue.push({ definition: next, via: [...way, qualifiedName(py, next)] });
      }
      if (resolved.kind === 'import' && isCalled(py.tokens, chain) && imported.length < MOST)
        imported.push({ parts: resolved.parts, level: resolved.level, via: way });
    }
  }
  return { sideEffects, raises, imported };
}

function sideEffectOf(
  py: PythonFile,
  chain: Chain,
  resolved: Resolved,
): Pick<SideEffect, 'kind' | 'certain'> | undefined {
  const last = chain.parts.at(-1) ?? '';
  const rest = isRest(py.tokens, chain);
  // `transaction.on_commit(charge.delay)` hands it on without calling it.
  if (SENDS.test(last) && (chain.parts.length > 1 || rest))
    return { kind: 'task', certain: !rest && (resolved.kind === 'import' || resolved.kind === 'own') };
  if (!isCalled(py.tokens, chain)) return undefined;
  if (last === 'schedule_task' || (last === 'send_task' && chain.parts.length > 1))
    return { kind: 'task', certain: resolved.kind === 'import' };
  if (resolved.kind === 'import' && resolved.level === 0 && !rest) {
    const kind = outsideKind(resolved.parts, resolved.ofCall);
    if (kind !== undefined) return { kind, certain: true };
  }
  if (resolved.kind === 'free' && chain.parts.join() === 'open' && !rest)
    return writes(py, chain) ? { kind: 'file', certain: true } : undefined;
  // A function of this file is looked into; its name need not be believed.
  if (resolved.kind === 'own' && !rest) return undefined;
  const kind = hintedKind(last);
  return kind === undefined ? undefined : { kind, certain: false };
}

/** `open(path, 'w')` and other modes that write. */
function writes(py: PythonFile, chain: Chain): boolean {
  const { positional, keywords } = argumentsAt(py.tokens, chain.to, chain.to + 200);
  const mode = keywords.find(({ name }) => name === 'mode')?.value ?? positional[1];
  return mode !== undefined && /[wax+]/.test(stringOf(py.tokens, mode) ?? '');
}

function isRetryTask(resolved: Resolved, chain: Chain): boolean {
  const parts = resolved.kind === 'import' ? resolved.parts : chain.parts;
  return parts.at(-1) === 'RetryTask';
}

/** The `x` of an argument `x=1`. */
function isKeywordName(py: PythonFile, chain: Chain): boolean {
  const before = py.tokens[chain.from - 1]?.text;
  return py.tokens[chain.to]?.text === '=' && chain.parts.length === 1 && (before === '(' || before === ',');
}
