/**
 * A command with many arguments of one length (keys with UUIDs in them) as bytes of the protocol, where the driver would glue it together
 * from five pieces for each of them.
 * @returns undefined where they differ in length, or are not ASCII: a length is one of bytes
 */
export function bytesOfMany(name: string, args: readonly unknown[]): Buffer | undefined {
  const length = String(args[0]).length;
  for (const arg of args) if (typeof arg !== 'string' || arg.length !== length) return undefined;
  const before = `\r\n$${length}\r\n`;
  const text = `*${args.length + 1}\r\n$${name.length}\r\n${name}${before}${args.join(before)}\r\n`;
  const bytes = Buffer.from(text);
  return bytes.length === text.length ? bytes : undefined;
}
