/**
 * What to call folders so that no two are called the same: by their name, and by as much of the path before it as it takes.
 * @param paths of the folders, with `/`
 */
export function folderNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split('/').filter((part) => part !== ''));
  const nameOf = (index: number, length: number): string => (parts[index] ?? []).slice(-length).join('/');
  return parts.map((own, index) => {
    for (let length = 1; length < own.length; length++) {
      const name = nameOf(index, length);
      if (parts.every((_, other) => other === index || nameOf(other, length) !== name)) return name;
    }
    return own.join('/');
  });
}
