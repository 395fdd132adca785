import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** A text that somebody may read, and where it is written. */
export interface Written {
  /** `src/report/why.ts:42` or `package.nls.json: some.key` */
  readonly place: string;
  readonly file: string;
  /** With `{}` for each value that is put into it. */
  readonly text: string;
}

/** Every text with a space in it that stands in the product's code, comments left out; text between tags of the page is one too. */
export function textsOfCode(folder: string): Written[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`)
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => textsIn(file, readFileSync(file, 'utf8')));
}

/** @param file its name tells TypeScript from TSX */
export function textsIn(file: string, code: string): Written[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest);
  const found: Written[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text?.includes(' ')) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      found.push({ place: `${file}:${String(line)}`, file, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('');
  // As a browser shows it.
  if (ts.isJsxText(node)) return node.text.replace(/\s+/g, ' ').trim();
  return undefined;
}

/** Every text of a JSON file, by its path of keys. */
export function textsOfJson(file: string): Written[] {
  const walk = (value: unknown, path: string): Written[] => {
    if (typeof value === 'string') return [{ place: `${file}: ${path}`, file, text: value }];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => walk(inner, path === '' ? key : `${path}.${key}`));
  };
  return walk(JSON.parse(readFileSync(file, 'utf8')) as unknown, '');
}

/** The paragraphs of a document, without code. */
export function textsOfDocument(file: string): Written[] {
  const prose = readFileSync(file, 'utf8').replace(/```[\s\S]*?```|`[^`\n]*`|<!--[\s\S]*?-->/g, (code) =>
    code.replace(/[^\n]/g, 'x'),
  );
  return prose
    .split('\n')
    .map((line, index) => ({ line, index }))
    .filter(({ line }) => !/^ {4}/.test(line))
    .map(({ line: text, index }) => ({ place: `${file}:${String(index + 1)}`, file, text }));
}

/** What a picture of the walkthrough says. */
export function textsOfPicture(file: string): Written[] {
  return [...readFileSync(file, 'utf8').matchAll(/>([^<>]*\S[^<>]*)</g)].map(([, text = '']) => ({
    place: file,
    file,
    text: text.trim(),
  }));
}
