import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The columns and statuses of celery-task-manager, as its table and our rows write them. */
const WORDS =
  /\b(?:task_manager\w*|status_message|last_run|task_module|exception_name|current_page|total_pages|currentPage|totalPages|managerIdInArguments|circuit-open|SCHEDULED|PENDING|PAUSED|DONE|REVERSED|ABORTED|CANCELLED)\b|'ERROR'/g;

interface Allowed {
  /** Files below `src`. */
  readonly files: RegExp;
  readonly words?: RegExp;
  readonly because: string;
}

const WIRE = /^(task_manager\w*|total_pages)$/;
const FIELDS = /^(currentPage|totalPages)$/;
const ALLOWED: readonly Allowed[] = [
  { files: /^tables\/taskManager\//, because: 'it is that table' },
  { files: /^causes\//, because: 'the rules of the library, and what is said of its causes' },
  { files: /^fixes\//, because: 'scripts change rows of that table' },
  {
    files: /^model\/contract\//,
    words: /^(currentPage|totalPages|last_run)$/,
    because: 'the JSON contract and its words',
  },
  { files: /^vscode\/tree\/tooltips\.ts$/, words: FIELDS, because: 'shows these fields' },
  { files: /^report\/storyText\.ts$/, words: FIELDS, because: 'shows these fields' },
  { files: /^vscode\/tree\/tooltips\.ts$/, words: FIELDS, because: 'shows these fields' },
  { files: /^page\/parts\/types\/Fields\.tsx$/, words: FIELDS, because: 'shows these fields' },
  { files: /^verdicts\/sentences\//, because: 'words for people about these columns' },
  { files: /^verdicts\/advice\//, because: 'advice for people about that library' },
  { files: /^report\/csv\.ts$/, because: 'headers of columns, as the table calls them' },
  { files: /^vscode\/code\/sideEffects\.ts$/, words: /^PENDING$/, because: 'words for people about the library' },
  { files: /^tables\/parameters\.ts$/, words: /^SCHEDULED$/, because: 'an example in a comment' },
  { files: /^base\/libraryKwargs\.ts$/, words: WIRE, because: 'keyword arguments that the library puts into messages' },
  { files: /^base\/secrets\.ts$/, words: WIRE, because: 'an example in a comment' },
  { files: /^results\/traceback\.ts$/, because: "lines of the library's code in tracebacks" },
  { files: /^effects\//, words: /^(DONE|PENDING|'ERROR')$/, because: 'statuses in tables of an application' },
  {
    files: /^effects\/drafts\//,
    words: /^(task_manager_taskmanager|task_module)$/,
    because: 'a rule may ask the task table for the tasks that a task sends',
  },
  { files: /^python\/signalOfRow\.ts$/, words: /^task_manager$/, because: "the module of the library's task" },
  { files: /^python\/django\//, words: /^(DONE|PENDING)$/, because: 'statuses of an application, as examples' },
];

describe('tables/libraryWords', () => {
  const found = readdirSync('src', { recursive: true })
    .map((file) => String(file).split(sep).join('/'))
    .filter((file) => /\.(tsx?|json)$/.test(file))
    .flatMap((file) => (readFileSync(join('src', file), 'utf8').match(WORDS) ?? []).map((word) => ({ file, word })));
  const allows = ({ files, words }: Allowed, { file, word }: { file: string; word: string }): boolean =>
    files.test(file) && (words?.test(word) ?? true);

  it('the columns and statuses of the library are named in its folder, its causes and fixes, and where a reason is given', () => {
    assert.deepEqual(
      found.filter((mention) => !ALLOWED.some((allowed) => allows(allowed, mention))),
      [],
    );
  });

  it('the columns and statuses of the library are named in each place for which a reason is given', () => {
    const unused = ALLOWED.filter((allowed) => !found.some((mention) => allows(allowed, mention)));
    assert.deepEqual(
      unused.map(({ files }) => files),
      [],
    );
  });
});
