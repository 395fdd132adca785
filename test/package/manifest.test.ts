import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import {
  COMMANDS,
  CONNECTIONS_MENU,
  CONTEXT,
  COPY_MENU,
  LOG_LANGUAGE,
  OTHER_REPORT_PANEL,
  REPORT_PANEL,
  SECTION,
  SETTINGS,
  SHARE_MENU,
  VIEW,
} from '../../src/vscode/shared/contributions';
import { DEFAULT_MASKED_KEYS } from '../../src/base/jsonText';
import {
  DEFAULT_MAX_QUEUE_SCAN,
  DEFAULT_VERIFY_AT_MOST,
  DEFAULT_STATEMENT_TIMEOUT_SECONDS,
} from '../../src/model/parameters';
import { DEFAULT_PARAMETERS, DEFAULT_TABLE } from '../../src/tables/parameters';
import { LOG_URI_PATH } from '../../src/report/logOutline';

interface SettingShape {
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly items?: object;
}

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly activationEvents: readonly string[];
  readonly devDependencies: Record<string, string>;
  readonly contributes: {
    readonly commands: { command: string; title: string }[];
    readonly configuration: { readonly title: string; readonly properties: Record<string, SettingShape> }[];
    readonly views: Record<string, { id: string }[]>;
    readonly viewsWelcome: { when: string; contents: string }[];
    readonly submenus: { id: string }[];
    readonly menus: Record<string, { command?: string; submenu?: string }[]>;
    readonly languages: { id: string; filenames: string[] }[];
    readonly walkthroughs: readonly [
      {
        readonly id: string;
        readonly steps: readonly { id: string; media: { svg: string }; completionEvents: string[] }[];
      },
    ];
  };
  readonly capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
}

/** Submenus, in the order of the manifest. */
const MENUS: readonly string[] = [CONNECTIONS_MENU, SHARE_MENU, COPY_MENU];

const text = readFileSync('package.json', 'utf8');
const manifest = JSON.parse(text) as Manifest;
const { contributes, activationEvents } = manifest;
/** Of all groups. */
const settings: Readonly<Record<string, SettingShape>> = Object.fromEntries(
  contributes.configuration.flatMap(({ properties }) => Object.entries(properties)),
);
const words = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;

interface EffectsSchema {
  readonly $defs: Readonly<Record<string, object>>;
}

/** A schema with every `$ref` replaced by what it points to. */
function inlined(node: unknown, schema: EffectsSchema): unknown {
  if (Array.isArray(node)) return node.map((item) => inlined(item, schema));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, ...own } = node as { readonly $ref?: string };
  const base = $ref === undefined ? {} : (inlined(schema.$defs[$ref.slice('#/$defs/'.length)], schema) as object);
  return { ...base, ...Object.fromEntries(Object.entries(own).map(([key, value]) => [key, inlined(value, schema)])) };
}

describe('the manifest', () => {
  it('contributes exactly the commands that the code knows', () => {
    assert.deepEqual(contributes.commands.map((entry) => entry.command).sort(), Object.values(COMMANDS).sort());
  });

  it('contributes exactly the settings that the code reads', () => {
    const expected = Object.values(SETTINGS).map((key) => `${SECTION}.${key}`);
    assert.deepEqual(
      contributes.configuration.flatMap(({ properties }) => Object.keys(properties)).sort(),
      expected.sort(),
    );
  });

  it('has its settings in groups', () => {
    assert.deepEqual(
      contributes.configuration.map(({ title }) => words[title.slice(1, -1)]),
      ['Connections', 'What Counts as Stuck', 'Verification', 'Report', 'Limits and Safety'],
    );
  });

  it('has the defaults that the command line has', () => {
    const of = (key: string): unknown => settings[`${SECTION}.${key}`]?.default;
    assert.equal(of('hours'), DEFAULT_PARAMETERS.hours);
    assert.equal(of('limit'), DEFAULT_PARAMETERS.limit);
    assert.deepEqual(of('statuses'), DEFAULT_PARAMETERS.statuses);
    assert.equal(of('table'), DEFAULT_TABLE);
    assert.equal(of('statementTimeout'), DEFAULT_STATEMENT_TIMEOUT_SECONDS);
    assert.deepEqual(of('maskedArguments'), DEFAULT_MASKED_KEYS);
    assert.equal(of('maxQueueScan'), DEFAULT_MAX_QUEUE_SCAN);
    assert.equal(of('verifyAtMost'), DEFAULT_VERIFY_AT_MOST);
  });

  it('verifies, and asks workers, only when that is turned on', () => {
    const of = (key: string): unknown => settings[`${SECTION}.${key}`]?.default;
    assert.deepEqual([of('checkExecution'), of('askWorkers'), of('effects')], [false, false, []]);
  });

  it('says of asking the workers that it publishes, and what', () => {
    const { 'setting.askWorkers': text = '' } = words;
    for (const word of [
      'publishes',
      'ping',
      'active',
      'reserved',
      'scheduled',
      'active_queues',
      'registered',
      'stats',
      'revoked',
    ])
      assert.ok(text.includes(word), word);
  });

  it('completes effect rules in the settings by the schema of their files', () => {
    const schema = JSON.parse(readFileSync('schemas/effects.schema.json', 'utf8')) as EffectsSchema;
    const { items } = settings['celeryTasks.effects'] ?? {};
    // The editor resolves no $ref inside a setting, so the rule stands there in full.
    assert.deepEqual(items, inlined(schema.$defs.rule, schema));
  });

  it('uses only commands, views and context keys that exist', () => {
    const commands = new Set<string>(Object.values(COMMANDS));
    for (const entries of Object.values(contributes.menus)) {
      for (const { command, submenu } of entries)
        assert.ok(command === undefined ? MENUS.includes(submenu ?? '') : commands.has(command), command ?? submenu);
    }
    assert.deepEqual(
      contributes.submenus.map(({ id }) => id),
      MENUS,
    );
    assert.deepEqual(
      contributes.views.celeryTasks?.map((view) => view.id),
      [VIEW],
    );
    const known = new Set<string>([
      ...Object.values(CONTEXT),
      ...commands,
      VIEW,
      SECTION,
      REPORT_PANEL,
      OTHER_REPORT_PANEL,
      ...MENUS,
    ]);
    for (const [key] of text.matchAll(/\bceleryTasks\.[A-Za-z]+/g)) {
      assert.ok(known.has(key) || key in settings, key);
    }
  });

  it('has a text for every %key%, and no text that nobody uses', () => {
    const used = [...text.matchAll(/%([a-z][A-Za-z.]+)%/g)].map((match) => match[1]);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(words).sort());
    for (const match of Object.values(words)
      .join(' ')
      .matchAll(/\(command:(celeryTasks\.\w+)\)/g)) {
      assert.ok(
        Object.values(COMMANDS).some((command) => command === match[1]),
        match[1],
      );
    }
  });

  it('has a walkthrough whose steps complete themselves when they are true already, and whose opening lets that be seen', () => {
    const [{ id, steps }] = contributes.walkthroughs;
    assert.ok(activationEvents.includes(`onWalkthrough:${id}`), 'without it no context key is set');
    const contexts = Object.fromEntries(
      steps.map((step) => [step.id, step.completionEvents.filter((event) => event.startsWith('onContext:')).length]),
    );
    assert.deepEqual(contexts, { sample: 1, connect: 1, check: 1, read: 1, save: 0 });
  });

  it('has a walkthrough without literal asterisks, with pictures in colours that every theme has opaque', () => {
    for (const [key, value] of Object.entries(words))
      if (key.startsWith('walkthrough.')) assert.doesNotMatch(value, /\*/, key);
    for (const { media } of contributes.walkthroughs[0].steps) {
      const picture = readFileSync(media.svg, 'utf8');
      for (const theme of ['dark-modern', 'light-modern', 'high-contrast', 'high-contrast-light']) {
        const { variables } = JSON.parse(readFileSync(`test/fixtures/themes/${theme}.json`, 'utf8')) as {
          variables: Record<string, string>;
        };
        for (const [, name = ''] of picture.matchAll(/var\((--vscode-charts-(?!lines)[a-z]+)/g))
          assert.match(variables[name] ?? '', /^#[0-9a-f]{6}$/, `${name} in ${theme}: ${media.svg}`);
      }
    }
  });

  it('is typed by the oldest VS Code that it runs on', () => {
    assert.equal(manifest.engines.vscode, `^${String(manifest.devDependencies['@types/vscode'])}`);
  });

  it('pins every dependency', () => {
    for (const [name, version] of Object.entries(manifest.devDependencies)) assert.match(version, /^\d/, name);
  });

  it('ties the log language to the name of the log document', () => {
    const language = contributes.languages.find((entry) => entry.id === LOG_LANGUAGE);
    assert.deepEqual(
      language?.filenames.map((name) => `/${name}`),
      [LOG_URI_PATH],
    );
  });

  it('restricts every setting in an untrusted workspace, but those that only choose what is shown', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const harmless = ['hours', 'limit', 'statuses', 'openReportAfterCheck', 'codeLens'];
    // Who adds a setting has to decide here.
    const expected = Object.values(SETTINGS).filter((key) => !harmless.includes(key));
    assert.deepEqual([...restrictedConfigurations].sort(), expected.map((key) => `${SECTION}.${key}`).sort());
    for (const key of ['connections', 'envFile'])
      assert.ok(
        expected.some((one) => one === key),
        key,
      );
  });

  it('names only files that exist', () => {
    for (const [, path] of text.matchAll(/"\.?\/?((?:media|syntaxes|schemas)\/[^"]+)"/g))
      assert.ok(existsSync(path!), path);
  });
});
