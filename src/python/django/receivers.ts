/** Receivers of signals: `@receiver(post_save, sender=Model)` and `signal.connect(function, sender=Model)`. */
import type { Call, Expression, FunctionNode, Statement } from '../syntax/tree';
import type { Model, Models } from './models';
import { signalOf } from './signals';
import { partsOf, type ModuleTree, type Trees } from './trees';
import type { Signal } from './values';

export interface Receiver {
  readonly module: ModuleTree;
  readonly node: FunctionNode;
  readonly signal: Signal;
  /** The model whose signals it gets; undefined: any. */
  readonly sender: Model | undefined;
}

/** Where people put receivers. Django imports such a file in `ready()`; the whole workspace is not searched for others. */
const PLACES = ['receivers.py', 'receivers/__init__.py', 'signals.py', 'signals/__init__.py', 'handlers.py'];

/** Reads them when somebody first asks. */
export class Receivers {
  private reading: Promise<readonly Receiver[]> | undefined;

  constructor(
    private readonly trees: Trees,
    private readonly models: Models,
  ) {}

  all(): Promise<readonly Receiver[]> {
    return (this.reading ??= this.read());
  }

  /** Those that a signal runs for rows of a model. */
  async of(key: string, model: Model | undefined): Promise<readonly Receiver[]> {
    return (await this.all()).filter(
      ({ signal, sender }) => signal.key === key && (sender === undefined || sender.table === model?.table),
    );
  }

  private async read(): Promise<readonly Receiver[]> {
    const lists = await Promise.all(PLACES.map((place) => this.trees.find(place)));
    const found: Receiver[] = [];
    const modules = await Promise.all([...new Set(lists.flat())].map((file) => this.trees.module(file)));
    for (const module of modules) {
      if (module && !isTest(module)) found.push(...(await this.inModule(module)));
    }
    return found;
  }

  private async inModule(module: ModuleTree): Promise<Receiver[]> {
    const found: Receiver[] = [];
    for (const statement of module.statements) {
      if (statement.kind === 'function')
        for (const decorator of statement.decorators)
          if (decorator.kind === 'call' && partsOf(decorator.of)?.at(-1) === 'receiver')
            found.push(...(await this.connected(module, statement, signalsOf(decorator), decorator)));
      const connected = await this.connection(module, statement);
      if (connected) found.push(...connected);
    }
    return found;
  }

  /** `post_save.connect(function, sender=Model)` */
  private async connection(module: ModuleTree, statement: Statement): Promise<Receiver[] | undefined> {
    if (statement.kind !== 'expression' || statement.value.kind !== 'call') return undefined;
    const { value: call } = statement;
    if (call.of.kind !== 'attribute' || call.of.name !== 'connect') return undefined;
    const [first] = call.positional;
    const meaning = first && (await this.trees.chain(module, first));
    return meaning?.kind === 'function'
      ? await this.connected(meaning.module, meaning.node, [call.of.of], call, module)
      : undefined;
  }

  private async connected(
    module: ModuleTree,
    node: FunctionNode,
    signals: readonly Expression[],
    call: Call,
    from = module,
  ): Promise<Receiver[]> {
    const written = call.keywords.find(({ name }) => name === 'sender')?.value;
    const sender = written && (await this.senderOf(from, written));
    // A sender that is not understood is one of which it is not known whether the receiver runs.
    if (written && !sender) return [];
    const found: Receiver[] = [];
    for (const expression of signals) {
      const meaning = await this.trees.chain(from, expression);
      const signal = meaning && (await signalOf(this.trees, meaning));
      if (signal) found.push({ module, node, signal, sender });
    }
    return found;
  }

  private async senderOf(module: ModuleTree, written: Expression): Promise<Model | undefined> {
    if (written.kind === 'text') {
      const [app = '', name] = (written.value ?? '').split('.');
      return name === undefined ? undefined : await this.models.inApp(app, name);
    }
    const meaning = await this.trees.chain(module, written);
    if (meaning?.kind === 'outside') return this.models.outside(meaning.parts);
    return meaning?.kind === 'class' ? await this.models.of(meaning) : undefined;
  }
}

function signalsOf({ positional, keywords }: Call): readonly Expression[] {
  const given = positional[0] ?? keywords.find(({ name }) => name === 'signal')?.value;
  if (!given) return [];
  return given.kind === 'list' ? given.items : [given];
}

function isTest({ parts }: ModuleTree): boolean {
  return parts.some((part) => part === 'tests' || part === 'test' || part.startsWith('test_'));
}
