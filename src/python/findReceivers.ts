import { escapeUnsafe } from '../base/unsafeText';
import type { CodePlace, Receiver, ReceiverSearch, SignalNamed, SourceFiles } from './model';
import {
  argumentsAt,
  chainAt,
  chainOf,
  chainsIn,
  cut,
  isCalled,
  itemsOf,
  stringOf,
  type Arguments,
} from './expressions';
import { identifier } from './identifiers';
import { Modules, type Answer, type Symbol } from './modules';
import { functionOf, resolve } from './names';
import type { PythonFile } from './pythonFile';
import { countsText, readAll } from './readAll';
import type { Span } from './statements';

/** The longest list of arguments that a call of interest has, in words. */
const LONGEST_CALL = 2000;
/** What stands for a model without naming it. */
const SOME_MODEL = new Set(['AUTH_USER_MODEL', 'get_user_model', 'get_model']);

/**
 * The receivers that a delayed signal runs, for its model (`@receiver(signal, sender=Model)`, `signal.connect(function, sender=Model)`).
 * Reads every Python file once, and those that name the signal twice.
 * @throws Problem `cancelled`
 */
export async function findReceivers(
  files: SourceFiles,
  asked: SignalNamed,
  signal: AbortSignal,
): Promise<ReceiverSearch> {
  const named: SignalNamed = {
    signalModule: asked.signalModule,
    signalName: identifier(asked.signalName),
    senderModule: identifier(asked.senderModule),
    senderName: identifier(asked.senderName),
  };
  const modules = new Modules(files, signal);
  const all = await files.python(signal);
  const made: Made[] = [];
  const naming = new Set<string>();
  const counts = await readAll(
    files,
    all,
    (text) => text.includes(named.signalName),
    (py) => {
      naming.add(py.file);
      made.push(...signalsMade(py, named).map((one) => ({ ...one, module: modules.moduleOf(py.file).parts })));
    },
    signal,
  );
  const symbols = made.map(({ module, name }) => ({ module, name }));
  // The variable may have another name than the signal: then it is looked for everywhere.
  const others = symbols.filter(({ name }) => !name.includes(named.signalName));
  const again = others.length === 0 ? all.filter((file) => naming.has(file)) : all;
  const wantedNames = new Set([named.signalName, ...symbols.map(({ name }) => name)]);
  const byFile = new Map<string, readonly Receiver[]>();
  await readAll(
    files,
    again,
    (text) => [...wantedNames].some((name) => text.includes(name)),
    async (py) => {
      byFile.set(py.file, await receiversIn(modules, py, named, symbols));
    },
    signal,
  );
  const receivers = all.flatMap((file) => byFile.get(file) ?? []);
  return {
    receivers,
    definitions: made.map(({ place }) => place),
    looked: escapeUnsafe(
      `Looked for receivers of ${named.signalName} for ${named.senderName} in ${countsText(counts)}.`,
    ),
  };
}

interface Made {
  readonly place: CodePlace;
  readonly name: string;
  readonly module: readonly string[];
}

/** `x = emisor.signal('x')`, where that Emisor has the right name or comes from elsewhere. */
function signalsMade(py: PythonFile, { signalModule, signalName }: SignalNamed): readonly Omit<Made, 'module'>[] {
  return assignedCalls(py).flatMap(({ token, name, parts, call }) => {
    const given = call.keywords.find((keyword) => keyword.name === 'name')?.value ?? call.positional[0];
    if (parts.at(-1) !== 'signal' || given === undefined) return [];
    if (identifier(stringOf(py.tokens, given) ?? '') !== signalName) return [];
    const emisor = assignedCalls(py).find((one) => one.name === parts[0] && one.parts.at(-1) === 'Emisor');
    const [first] = emisor?.call.positional ?? [];
    const module = first === undefined ? undefined : stringOf(py.tokens, first);
    return module === undefined || module === signalModule ? [{ place: py.place(token), name }] : [];
  });
}

interface AssignedCall {
  readonly token: number;
  readonly name: string;
  readonly parts: readonly string[];
  readonly call: Arguments;
}

/** Every `name = a.b(...)` at the top of a file. */
function assignedCalls(py: PythonFile): readonly AssignedCall[] {
  return [...(py.bindings.get(-1) ?? [])].flatMap(([name, binding]) => {
    if (binding.kind !== 'value' || !binding.called) return [];
    const { chain } = binding;
    const call = argumentsAt(py.tokens, chain.to, chain.to + LONGEST_CALL);
    return [{ token: chain.from, name, parts: chain.parts, call }];
  });
}

async function receiversIn(
  modules: Modules,
  py: PythonFile,
  named: SignalNamed,
  symbols: readonly Symbol[],
): Promise<readonly Receiver[]> {
  const found: { readonly token: number; readonly receiver: Receiver }[] = [];
  for (const connection of connectionsIn(py)) {
    const { token, scope, signals, sender, functionName, shown } = connection;
    const answers = await Promise.all(signals.map((parts) => isSignal(modules, py, scope, parts, named, symbols)));
    const signal = answers.includes('yes') ? 'yes' : answers.includes('unclear') ? 'unclear' : 'no';
    const matches = signal === 'no' ? 'no' : await isSender(modules, py, scope, sender, named);
    if (matches === 'no') continue;
    const known = { yes: 'model', any: 'any', unclear: 'unclear' } as const;
    const text = cut(py.lineText(token));
    const receiver = { functionName, place: py.place(shown), sender: known[matches], text, certain: signal === 'yes' };
    found.push({ token, receiver });
  }
  return found.sort((a, b) => a.token - b.token).map(({ receiver }) => receiver);
}

interface Connection {
  /** Where it is connected. */
  readonly token: number;
  readonly scope: number;
  readonly signals: readonly (readonly string[])[];
  readonly sender: Span | undefined;
  readonly functionName: string;
  /** The function's name, or the connection where the function is elsewhere. */
  readonly shown: number;
}

function* connectionsIn(py: PythonFile): Generator<Connection> {
  for (const definition of py.definitions) {
    for (const decorator of definition.decorators) {
      const chain = chainAt(py.tokens, decorator.from);
      if (chain === undefined || !isCalled(py.tokens, chain)) continue;
      const resolved = resolve(py, definition.parent, chain.parts);
      if ((resolved.kind === 'import' ? resolved.parts : chain.parts).at(-1) !== 'receiver') continue;
      const { positional, keywords } = argumentsAt(py.tokens, chain.to, decorator.to);
      const given = positional[0] ?? keywords.find(({ name }) => name === 'signal')?.value;
      yield {
        token: decorator.from,
        scope: definition.parent,
        signals: given === undefined ? [] : itemsOf(py.tokens, given).map((item) => partsOf(py, item) ?? []),
        sender: keywords.find(({ name }) => name === 'sender')?.value,
        functionName: definition.name,
        shown: definition.at,
      };
    }
  }
  for (const chain of chainsIn(py.tokens, { from: 0, to: py.tokens.length })) {
    if (chain.parts.at(-1) !== 'connect' || chain.parts.length < 2 || !isCalled(py.tokens, chain)) continue;
    const { positional, keywords } = argumentsAt(py.tokens, chain.to, chain.to + LONGEST_CALL);
    const given = positional[0] ?? keywords.find(({ name }) => name === 'receiver')?.value;
    const receiver = given === undefined ? undefined : chainOf(py.tokens, given);
    const scope = py.scopeAt(chain.from);
    const resolved = receiver === undefined ? undefined : resolve(py, scope, receiver.parts);
    const own = resolved?.kind === 'own' ? functionOf(py, resolved.definition, resolved.rest) : undefined;
    yield {
      token: chain.from,
      scope,
      // Without its `.connect`.
      signals: [chain.parts.slice(0, -1)],
      sender: keywords.find(({ name }) => name === 'sender')?.value ?? positional[1],
      functionName: receiver?.parts.join('.') ?? 'a function made on the spot',
      shown: (own === undefined ? undefined : py.definitions[own]?.at) ?? chain.from,
    };
  }
}

async function isSignal(
  modules: Modules,
  py: PythonFile,
  scope: number,
  parts: readonly string[],
  { signalName }: SignalNamed,
  symbols: readonly Symbol[],
): Promise<Answer> {
  const resolved = resolve(py, scope, parts);
  for (const symbol of symbols) {
    const answer = await modules.means(py, resolved, parts, symbol);
    if (answer !== 'no') return answer;
  }
  // Its definition was not found: only its name can tell.
  return symbols.length === 0 && parts.at(-1) === signalName ? 'unclear' : 'no';
}

async function isSender(
  modules: Modules,
  py: PythonFile,
  scope: number,
  sender: Span | undefined,
  { senderModule, senderName }: SignalNamed,
): Promise<Answer | 'any'> {
  if (sender === undefined || py.tokens[sender.from]?.text === 'None') return 'any';
  const text = stringOf(py.tokens, sender);
  // `'app.Model'`, as Django's model signals take it.
  if (text !== undefined) return identifier(text).split('.').at(-1) === senderName ? 'yes' : 'no';
  const parts = partsOf(py, sender);
  if (parts === undefined) return 'unclear';
  const resolved = resolve(py, scope, parts);
  const last = (resolved.kind === 'import' ? resolved.parts : parts).at(-1) ?? '';
  if (SOME_MODEL.has(last)) return 'unclear';
  // A variable, as in `for model in models:`; models are classes, whose names begin with a capital.
  const isVariable = parts.length === 1 && !/^\p{Lu}/u.test(last);
  if (isVariable && (resolved.kind === 'other' || resolved.kind === 'free')) return 'unclear';
  return modules.means(py, resolved, parts, { module: senderModule.split('.'), name: senderName });
}

function partsOf(py: PythonFile, span: Span): readonly string[] | undefined {
  const chain = chainAt(py.tokens, span.from);
  return chain === undefined || chain.to > span.to ? undefined : chain.parts;
}
