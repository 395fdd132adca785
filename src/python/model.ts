/**
 * What is reported about the Python code of a task. All of it is read as text: nothing is imported or run, so what is found is where the code
 * stands now, which may be another version than the one that the workers run.
 */

/** The user's Python files, as the reader sees them. A `file` is an opaque text (a URI, in the editor); only this port knows what it means. */
export interface SourceFiles {
  /**
   * The files whose path is `ending` or ends with `/` + `ending` (`a/b/tasks.py`), in the order of the workspace's folders,
   * without environments, caches and node_modules.
   */
  find(ending: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Every Python file, in the order of the workspace's folders, without environments, caches and node_modules. */
  python(signal: AbortSignal): Promise<readonly string[]>;
  /** The text of a file, decoded as Python does (`decodePython`). Rejects where it cannot be read; the search goes on without it and says so. */
  read(file: string): Promise<string>;
  /** The path of a file inside its workspace folder, with `/`; where there are several folders, the folder's name stands before it. */
  path(file: string): string;
}

/** A task as its row names it: `function.__module__` and `function.__name__` (celery-task-manager 1.11.4, `core/actions.py` `get_fn_desc`). */
export interface TaskNamed {
  readonly taskModule: string;
  readonly taskName: string;
}

/** A place in a file: line and column from 0, in UTF-16 units, as VS Code counts them. */
export interface CodePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An option of the task's decorator: `priority=TaskPriority.STUDENT.value`. */
export interface TaskOption {
  readonly name: string;
  /** The value as it is written, on one line, cut where it is long. */
  readonly text: string;
  readonly place: CodePlace;
  /** What it means for running the task again; only for the options that matter. */
  readonly means?: string;
}

export type SideEffectKind =
  | 'http'
  | 'email'
  | 'payment'
  | 'sms'
  | 'message'
  | 'storage'
  | 'file'
  | 'process'
  /** Another task, or a delayed signal, is sent to Celery. */
  | 'task';

/** A call that leaves the process: what it did is not taken back by a database, and happens once more when the task runs again. */
export interface SideEffect {
  readonly kind: SideEffectKind;
  /** As it is written: `requests.post`, `client.messages.create`. */
  readonly call: string;
  readonly place: CodePlace;
  /** The functions between the task and the call, outermost first; empty where the task itself calls. */
  readonly via: readonly string[];
  /** `true`: an import names the library. `false`: only the name looks like it. */
  readonly certain: boolean;
}

/** A place where a task raises `RetryTask`, itself or in a function of the same file (cause `retry-not-recorded`). */
export interface Raise {
  readonly place: CodePlace;
  readonly via: readonly string[];
}

/** A function that is, or stands for, a task. */
export interface TaskFunction {
  readonly functionName: string;
  /** With what it is in: `Invoices.charge`, `register.<locals>.charge`; as Python's `__qualname__`. */
  readonly qualifiedName: string;
  /** Given by `name=`; absent where Celery makes it from module and function. */
  readonly celeryName?: string;
  /** The decorator as it is written without its options: `shared_task`, `app.task`; absent for a function that nothing shows to be a task. */
  readonly decorator?: string;
  /** The name that a task made by a call goes by: `add` of `add = app.task(f)`. */
  readonly assignedTo?: string;
  /** The function's name in its `def`; for a task made by a call (`add = app.task(f)`) whose function is elsewhere, that call. */
  readonly place: CodePlace;
  /** The line of the first decorator, or of the `def`: where a CodeLens belongs. */
  readonly top: CodePlace;
  readonly options: readonly TaskOption[];
  readonly raisesRetry: readonly Raise[];
  /** Those of the same file; `findSideEffects` knows those of imported modules too. */
  readonly sideEffects: readonly SideEffect[];
}

/** How a candidate came to be one, best first. */
export type FoundHow =
  /** Its module has the path that the row names, and the function this name. */
  | 'module'
  /** `name=` gives it the Celery name that module and function would have. */
  | 'name'
  /** The module of the row imports it from where it stands. */
  | 're-export'
  /** A task of the same name in another module: perhaps it was moved. */
  | 'elsewhere';

export interface FoundTask {
  readonly task: TaskFunction;
  readonly how: FoundHow;
}

export interface TaskSearch {
  /** Best first; all of the first `how` that has any. More than one: let the user pick. */
  readonly found: readonly FoundTask[];
  /** One sentence: where it was looked. */
  readonly looked: string;
}

export type CallHow =
  | 'delay'
  | 'apply_async'
  /** `.s`, `.si`, `.signature`, `.subtask`, `.map`, `.starmap`, `.chunks` or `signature('name')`. */
  | 'signature'
  | 'send_task'
  /** Called like a function: celery-task-manager then makes a row and sends the message, as `.delay` does. */
  | 'call'
  /** Its name stands as a value of `'task'`, as in a beat schedule, or `schedule_task` gets it. */
  | 'schedule'
  /** The full name stands there as a text of its own. */
  | 'name';

export interface Caller {
  readonly place: CodePlace;
  readonly how: CallHow;
  /** The line of code, without its indentation, cut where it is long. */
  readonly text: string;
  /** The function it is in; absent at the top of a module. */
  readonly inFunction?: string;
  /** `false`: only the name agrees; where it comes from could not be followed. */
  readonly certain: boolean;
  /** The file looks like a test. Those come last. */
  readonly inTest: boolean;
}

export interface CallerSearch {
  readonly callers: readonly Caller[];
  /** Where its full name stands and nothing shows that it is sent: a route, a list. */
  readonly mentions: readonly Caller[];
  readonly looked: string;
}

/** A signal and a model, as the arguments of `execute_signal` name them (celery-task-manager 1.11.4, `django/tasks.py`). */
export interface SignalNamed {
  /** The name given to `Emisor(...)`, which need not be a module. */
  readonly signalModule: string;
  readonly signalName: string;
  /** The model's module and class. */
  readonly senderModule: string;
  readonly senderName: string;
}

export interface Receiver {
  readonly functionName: string;
  /** The function's name in its `def`, or the `connect` call where the function is elsewhere. */
  readonly place: CodePlace;
  /** `model`: for this model; `any`: for every sender; `unclear`: the sender could not be followed. */
  readonly sender: 'model' | 'any' | 'unclear';
  readonly text: string;
  /** `false`: the signal has the right name, but where it comes from could not be followed. */
  readonly certain: boolean;
}

export interface ReceiverSearch {
  readonly receivers: readonly Receiver[];
  /** Where the signal is made: `x = emisor.signal('x')`. */
  readonly definitions: readonly CodePlace[];
  readonly looked: string;
}
