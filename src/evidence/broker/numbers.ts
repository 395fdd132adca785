/** `1,234,567` */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 message`, `3,275 messages` */
export function counted(value: number, thing: string): string {
  return `${number(value)} ${thing}${value === 1 ? '' : 's'}`;
}
