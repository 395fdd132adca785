/** Signals: those of Django's models, `Signal()`, and `Emisor('module').signal('name')` of celery-task-manager. */
import { partsOf, type Meaning, type Trees } from './trees';
import type { Signal } from './values';

const OF_MODELS = /^(pre|post)_(save|delete|init)$|^m2m_changed$/;

/** The signal that a name means; undefined where it is none. */
export async function signalOf(trees: Trees, meaning: Meaning): Promise<Signal | undefined> {
  if (meaning.kind === 'outside') {
    const name = meaning.parts.at(-1) ?? '';
    return OF_MODELS.test(name) ? { kind: 'signal', key: name } : undefined;
  }
  if (meaning.kind !== 'value' || meaning.value.kind !== 'call') return undefined;
  const { module, value: call } = meaning;
  const key = `${module.file}:${String(call.at)}`;
  const made = partsOf(call.of)?.at(-1);
  if (made === 'Signal' || made === 'ModelSignal') return { kind: 'signal', key };
  if (made !== 'signal' || call.of.kind !== 'attribute') return undefined;
  const [given] = call.positional;
  const maker = await trees.chain(module, call.of.of);
  const [emisor] = maker?.kind === 'value' && maker.value.kind === 'call' ? maker.value.positional : [];
  if (given?.kind !== 'text' || given.value === null || emisor?.kind !== 'text' || emisor.value === null)
    return { kind: 'signal', key };
  return { kind: 'signal', key, emisor: { module: emisor.value, name: given.value } };
}
