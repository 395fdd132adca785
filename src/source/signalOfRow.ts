import type { SignalNamed } from './model';

/** The signal and model that a row of `execute_signal` names; `undefined` for any other row. @param argumentsText the row's `arguments`, as JSON text */
export function signalOfRow(taskName: string, argumentsText: string | null): SignalNamed | undefined {
  void [taskName, argumentsText];
  return undefined;
}
