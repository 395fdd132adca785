/** From an answer to `registered`: the task's name and its serializer, `shop.tasks.send [serializer=json]`. */
export function registeredTask(line: string): { readonly name: string; readonly serializer: string | null } {
  const end = line.endsWith(']') ? line.indexOf(' [') : -1;
  if (end < 0) return { name: line, serializer: null };
  return { name: line.slice(0, end), serializer: /^serializer=([^\]]*)/.exec(line.slice(end + 2))?.[1] ?? null };
}
