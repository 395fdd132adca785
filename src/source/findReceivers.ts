import { throwIfCancelled } from '../diagnosis/problem';
import type { ReceiverSearch, SignalNamed, SourceFiles } from './model';

/** The receivers that a delayed signal runs. Reads every Python file. @throws Problem `cancelled` */
export async function findReceivers(
  files: SourceFiles,
  named: SignalNamed,
  signal: AbortSignal,
): Promise<ReceiverSearch> {
  throwIfCancelled(signal);
  await files.find(`${named.signalModule}.py`, signal);
  return { receivers: [], definitions: [], looked: 'Not built yet.' };
}
