/** Made once: toLocaleString makes one for every number, which a page of thousands of them feels. */
const FORMAT = new Intl.NumberFormat('en-US');

/** `1,234,567`: numbers as people read them, the same in every text. */
export function number(value: number): string {
  return FORMAT.format(value);
}

/** `1 row`, `1,234 rows` */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
