import type { SourceFiles } from './model';

/** Folders that hold other people's code, or none. */
export const NOT_OURS: readonly string[] = [
  ...['venv', '.venv', 'env', '.env', 'virtualenv', 'site-packages', 'dist-packages', 'node_modules'],
  ...['.git', '.hg', '.tox', '.nox', '__pycache__', '.mypy_cache', '.pytest_cache'],
];

/** The same files, listed once and each read once, both when somebody first asks: for several questions about one state of the code. */
export function listedOnce(files: SourceFiles): SourceFiles {
  let list: Promise<readonly string[]> | undefined;
  let byName: Promise<ReadonlyMap<string, readonly string[]>> | undefined;
  const texts = new Map<string, Promise<string>>();
  const python = (signal: AbortSignal): Promise<readonly string[]> => (list ??= files.python(signal));
  return {
    python,
    find: async (ending, signal) => {
      byName ??= python(signal).then((all) => grouped(all, (file) => nameOf(files.path(file))));
      const named = (await byName).get(nameOf(ending)) ?? [];
      return named.filter((file) => `/${files.path(file)}`.endsWith(`/${ending}`));
    },
    read: (file) => {
      const text = texts.get(file) ?? files.read(file);
      texts.set(file, text);
      return text;
    },
    path: (file) => files.path(file),
  };
}

function grouped(all: readonly string[], nameFor: (file: string) => string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const file of all) {
    const name = nameFor(file);
    const group = groups.get(name);
    if (group) group.push(file);
    else groups.set(name, [file]);
  }
  return groups;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
