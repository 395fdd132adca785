/** Where offsets of a text stand, in lines as VS Code counts them: `\n`, `\r\n` and a lone `\r` end one. */
export class Lines {
  private readonly starts: readonly number[];

  constructor(private readonly text: string) {
    const starts = [0];
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
    }
    this.starts = starts;
  }

  /** Line and column of an offset, both from 0. */
  at(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.starts[low] ?? 0) };
  }

  /** The line at an offset, without the space around it. */
  textAt(offset: number): string {
    const { line } = this.at(offset);
    return this.text.slice(this.starts[line], this.starts[line + 1] ?? this.text.length).trim();
  }
}
