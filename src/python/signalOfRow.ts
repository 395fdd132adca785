import type { SignalNamed } from './model';

/** The task of the library that runs the receivers of a delayed signal. */
export const SIGNAL_TASK = 'execute_signal';
export const SIGNAL_MODULE = 'task_manager.django.tasks';

/** Of its parameters, the one with the primary key of the instance. */
export const SIGNAL_INSTANCE = 'instance_pk';

/** The parameters of `execute_signal`, in their order (celery-task-manager 1.11.4, `django/tasks.py`). */
export const SIGNAL_PARAMETERS = [
  'signal_module',
  'signal_name',
  'sender_module',
  'sender_name',
  SIGNAL_INSTANCE,
] as const;

/**
 * The signal and model that a row of `execute_signal` names; `undefined` for any other row, and where its arguments do not say.
 * @param argumentsText the row's `arguments` as JSON: `{"args": [...], "kwargs": {...}}`
 */
export function signalOfRow(taskName: string, argumentsText: string | null): SignalNamed | undefined {
  if (taskName !== SIGNAL_TASK || argumentsText === null) return undefined;
  const given = parsed(argumentsText);
  const args: readonly unknown[] = Array.isArray(given?.args) ? given.args : [];
  const kwargs = asObject(given?.kwargs);
  const [signalModule, signalName, senderModule, senderName] = SIGNAL_PARAMETERS.map(
    (name, at) => args[at] ?? kwargs?.[name],
  );
  if (!isText(signalModule) || !isText(signalName) || !isText(senderModule) || !isText(senderName)) return undefined;
  return { signalModule, signalName, senderModule, senderName };
}

function parsed(text: string): { readonly args?: unknown; readonly kwargs?: unknown } | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
