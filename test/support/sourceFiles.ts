import type { SourceFiles } from '../../src/python/model';

/** A project in memory, with what was read of it. */
export interface Project extends SourceFiles {
  /** The files that were read, in their order. */
  readonly readFiles: string[];
}

/**
 * A project of files by path. A text is made when it is read, so that a large tree costs no memory.
 * @param folders where there are several workspace folders: the first part of each path is one
 */
export function project(texts: ReadonlyMap<string, () => string>, folders = false): Project {
  const names = [...texts.keys()];
  const readFiles: string[] = [];
  const inside = (name: string): string => (folders ? name.slice(name.indexOf('/') + 1) : name);
  return {
    readFiles,
    find: (ending) => Promise.resolve(names.filter((name) => `/${inside(name)}`.endsWith(`/${ending}`)).map(uri)),
    python: () => Promise.resolve(names.filter((name) => name.endsWith('.py')).map(uri)),
    read: (file) => {
      readFiles.push(file);
      const text = texts.get(path(file));
      return text === undefined ? Promise.reject(new Error(`no file ${file}`)) : Promise.resolve(text());
    },
    path,
  };
}

/** The same of texts that are there. */
export function files(texts: Readonly<Record<string, string>>, folders = false): Project {
  return project(new Map(Object.entries(texts).map(([name, text]) => [name, () => text])), folders);
}

/** Files are opaque to the reader, so they do not look like paths. */
export function uri(name: string): string {
  return `memory:${encodeURIComponent(name)}`;
}

export function path(file: string): string {
  return decodeURIComponent(file.slice('memory:'.length));
}
