import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { textsIn, textsOfCode, textsOfDocument, textsOfJson, textsOfPicture, type Written } from '../../support/texts';

interface Rule {
  readonly name: string;
  readonly finds: RegExp;
  /** What is wrong with it, and what to write. */
  readonly why: string;
  /** A text that breaks the rule. */
  readonly example: string;
  /** Files that may have it, with the reason. */
  readonly except?: Readonly<Record<string, string>>;
}

const CODE = 'lines of code that a person copies';

/** Of all texts that somebody reads. */
const RULES: readonly Rule[] = [
  {
    name: 'cannot be told',
    finds: /can(?:no|')t be told/i,
    why: 'it is no English for "undetermined"',
    example: '49% cannot be told',
  },
  {
    name: 'a space before %',
    finds: /[\d}] %(?![a-z])/,
    why: 'write 49%, as VS Code does',
    example: '49 % lost',
  },
  {
    name: 'speaks for',
    finds: /\bspeaks? (?:for|of)\b/i,
    why: 'evidence points to a verdict',
    example: 'speaks for lost',
  },
  {
    name: 'nobody',
    finds: /\bnobody\b/i,
    why: 'name who: no worker, no session',
    example: 'nobody has taken it',
  },
  {
    name: 'must be done',
    finds: /\bmust be done\b/i,
    why: '"nothing must be done" reads as a prohibition: write "no action needed"',
    example: 'Nothing must be done.',
  },
  { name: 'is told', finds: /\bis told\b/i, why: 'say who says what', example: 'What is told of a task' },
  {
    name: 'by itself',
    finds: /\bby (?:itself|themselves)\b/i,
    why: 'what the product finds is detected, and a task runs once a worker is up',
    example: 'it is found by itself',
  },
  {
    name: 'thrown away',
    finds: /\bthr(?:ow|ows|ew|own)\b[^.]*\baway\b/i,
    why: 'a worker discards a message',
    example: 'A worker threw its message away.',
  },
  {
    name: 'the log of the worker',
    finds: /\blogs? of the workers?\b/i,
    why: "it is the worker's log",
    example: 'Read the log of the worker.',
  },
  {
    name: 'a space before a full stop or comma',
    finds: /[^\s-] [.,;:](?:\s|$)/,
    why: 'there is none in English',
    example: 'It ran .',
  },
  {
    name: 'two spaces',
    finds: /[^\s#}] {2,}[^\s#|{]/,
    why: 'words are parted by one',
    example: 'It  ran.',
    except: {
      'src/causes/circuitBreaker.ts': CODE,
      'src/causes/emptyException.ts': CODE,
      'src/causes/lostUpdate.ts': CODE,
      'src/causes/retryNotRecorded.ts': CODE,
      'src/cli/help.ts': 'flags and what they do in two columns',
    },
  },
];

const SQL = 'it is about SQL: what PostgreSQL reads, hides or holds';

/** A person has tasks. Where rows of a table are meant, the file is here. */
const ROWS: Rule = {
  name: 'rows',
  finds: /\brows\b/i,
  why: 'people have tasks; rows are only those of SQL',
  example: '12 rows wait',
  except: {
    'src/sql': SQL,
    'src/tables': SQL,
    'src/effects/lookUp.ts': SQL,
    'src/fixes': 'scripts change rows',
    'src/vscode/fix': 'scripts change rows',
    'src/model/contract': 'the JSON schema describes the table',
    'src/model/hidden.ts': 'rows that PostgreSQL hides from a role',
    'src/model/parameters.ts': 'a limit of rows that a query reads',
    'src/check': SQL,
    'src/results/allResults.ts': SQL,
    'src/report/story.ts': 'rows with the same Celery id',
    'src/report/summary.ts': 'rows that PostgreSQL hides from a role',
    'src/verdicts/wrongBroker.ts': 'rows that one transaction wrote',
    'src/verdicts/advice': 'rows that the library writes, and ids of rows',
    'src/page/model/words.ts': 'other rows of the table',
    'src/page/parts/facts': SQL,
    'src/vscode/connections': SQL,
    'src/vscode/tree': 'rows that PostgreSQL hides from a role',
    'package.nls.json': 'rows that PostgreSQL hides from a role, and the name of the table',
  },
};

const isExcept = ({ except = {} }: Rule, { file }: Written): boolean =>
  Object.keys(except).some((path) => file === path || file.startsWith(`${path}/`));

function broken(rule: Rule, texts: readonly Written[]): string[] {
  return texts
    .filter((written) => rule.finds.test(written.text) && !isExcept(rule, written))
    .map(({ place, text }) => `${place}: “${text.trim().slice(0, 120)}” – ${rule.why}`);
}

const named = (folder: string, ending: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

describe('tools/texts', () => {
  let code: readonly Written[];
  let contributed: readonly Written[];
  let documents: readonly Written[];
  let pictures: readonly Written[];

  before(() => {
    code = textsOfCode('src');
    contributed = [
      ...textsOfJson('package.nls.json'),
      ...textsOfJson('package.json').filter(({ place }) => !/: (scripts|devDependencies|keywords|files)\./.test(place)),
      ...named('src/effects/builtIn', '.json').flatMap(textsOfJson),
    ];
    documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', ...named('docs', '.md')].flatMap(
      textsOfDocument,
    );
    pictures = named('media/walkthrough', '.svg').flatMap(textsOfPicture);
  });

  it('texts that people read are found in code, settings, documents and pictures', () => {
    for (const texts of [code, contributed, documents, pictures]) assert.ok(texts.length > 10, String(texts.length));
    const found = textsIn(
      'a.tsx',
      "const a = <p title={`${many} tasks wait`}>Two\n  lines</p>; // no text 'of a comment'",
    );
    assert.deepEqual(
      found.map(({ text }) => text),
      ['{} tasks wait', 'Two lines'],
    );
  });

  for (const rule of RULES)
    it(`texts that people read never have: ${rule.name}`, () => {
      assert.match(rule.example, rule.finds);
      assert.deepEqual(broken(rule, [...code, ...contributed, ...documents, ...pictures]), []);
    });

  it('texts that people read speak of tasks, and of rows only where SQL is meant', () => {
    assert.match(ROWS.example, ROWS.finds);
    assert.deepEqual(broken(ROWS, [...code, ...contributed, ...pictures]), []);
  });

  it('walkthrough, settings and commands have no asterisk that would be shown as one', () => {
    // VS Code shows settings as Markdown; of a walkthrough it shows bold text and code alone.
    const italic = new Set(
      textsOfJson('package.json').flatMap(({ place, text }) => (place.endsWith('.markdownDescription') ? [text] : [])),
    );
    const texts = textsOfJson('package.nls.json').map(({ place, text }) => ({ key: place.split(': ')[1] ?? '', text }));
    const withAsterisk = texts.filter(({ text }) => text.includes('*'));
    assert.ok(withAsterisk.length > 0);
    const bare = withAsterisk.filter(({ key, text }) => {
      const plain = text.replace(/`[^`]*`|\*\*[^*]+\*\*/g, '');
      return (italic.has(`%${key}%`) ? plain.replace(/\*[^*\s][^*]*\*/g, '') : plain).includes('*');
    });
    assert.deepEqual(
      bare.map(({ key, text }) => `${key}: ${text}`),
      [],
    );
  });

  it('every exception is for a file or folder that exists', () => {
    const paths = [...RULES, ROWS].flatMap(({ except = {} }) => Object.keys(except));
    assert.deepEqual(
      paths.filter((path) => !existsSync(path)),
      [],
    );
    const needed = [...code, ...contributed];
    const idle = [...RULES, ROWS].flatMap((rule) =>
      Object.keys(rule.except ?? {}).filter(
        (path) =>
          !needed.some(({ file, text }) => (file === path || file.startsWith(`${path}/`)) && rule.finds.test(text)),
      ),
    );
    assert.deepEqual(idle, []);
  });

  it('the README stays short enough to be read', () => {
    assert.ok(readFileSync('README.md').length <= 9 * 1024);
    assert.ok(readFileSync('ARCHITECTURE.md').length <= 6 * 1024);
  });
});
