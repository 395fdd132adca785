/** The published JSON Schemas, made of what `src/model/contract/` declares. `npm run schemas` writes them, a test compares them. */
import { recommendation, aboutRows, snippet } from '../../src/model/contract/advice';
import { exportedDiagnosis, infrastructure, parameters } from '../../src/model/contract/diagnosis';
import { cost, postgresFacts, queue, redisServer, sourceReport, worker } from '../../src/model/contract/systems';
import { lastRuns, otherStatus, outcome, rowDetails, taskType, timeline } from '../../src/model/contract/taskTypes';
import * as rules from '../../src/model/contract/effectRule';
import { ruleDrafts } from '../../src/model/contract/ruleDraft';
import { ruleCounts, ruleTest, ruleTests } from '../../src/model/contract/ruleTest';
import { taskStory } from '../../src/model/contract/story';
import * as values from '../../src/model/contract/values';
import { evidence, verification } from '../../src/model/contract/verification';
import { schemaOf, withDefinitions, type JsonSchema } from './jsonSchema';

const $schema = 'https://json-schema.org/draft/2020-12/schema';

const DIAGNOSIS = {
  time: values.time,
  timeOrNull: values.timeOrNull,
  textOrNull: values.textOrNull,
  integerOrNull: values.wholeOrNull,
  booleanOrNull: values.flagOrNull,
  count: values.count,
  size: values.size,
  sizeOrNull: values.sizeOrNull,
  timeline,
  lastRuns,
  outcome,
  parameters,
  taskType,
  sample: rowDetails,
  verification,
  verdict: values.verdict,
  confidence: values.confidence,
  cause: values.cause,
  otherStatus,
  source: sourceReport,
  infrastructure,
  redis: redisServer,
  queue,
  worker,
  postgres: postgresFacts,
  cost,
  recommendation,
  about: aboutRows,
  snippet,
  ruleTest,
  ruleCounts,
};

const STORY = {
  time: values.time,
  timeOrNull: values.timeOrNull,
  textOrNull: values.textOrNull,
  integerOrNull: values.wholeOrNull,
  verdict: values.verdict,
  confidence: values.confidence,
  cause: values.cause,
  evidence,
  verification,
  recommendation,
  about: aboutRows,
  snippet,
  source: sourceReport,
};

const EFFECTS = {
  rule: rules.effectRule,
  task: rules.task,
  table: rules.table,
  ownColumn: rules.ownColumn,
  findColumn: rules.findColumn,
  argumentTest: rules.argumentTest,
  column: rules.column,
  place: rules.place,
  places: rules.places,
  argument: rules.argument,
  scalar: rules.scalar,
  says: rules.says,
  strength: rules.strength,
  condition: rules.condition,
};

const RULE_TESTS = { ruleTest, ruleCounts };

/** By file: what it must hold. */
export function publishedSchemas(): Readonly<Record<string, JsonSchema>> {
  return {
    'schemas/diagnosis.schema.json': { $schema, ...withDefinitions(schemaOf(exportedDiagnosis), DIAGNOSIS) },
    'schemas/task.schema.json': { $schema, ...withDefinitions(schemaOf(taskStory), STORY) },
    'schemas/rule-tests.schema.json': { $schema, ...withDefinitions(schemaOf(ruleTests), RULE_TESTS) },
    'schemas/rule-drafts.schema.json': {
      $schema,
      ...withDefinitions(schemaOf(ruleDrafts), { ...EFFECTS, ...RULE_TESTS }),
    },
    'schemas/effects.schema.json': { $schema, ...withDefinitions(schemaOf(rules.effectRules), EFFECTS) },
  };
}

/** What `celeryTasks.effects` takes as an item: the editor resolves no `$ref` inside a setting, so the rule stands there in full. */
export function effectRuleSetting(): JsonSchema {
  return schemaOf(rules.effectRule);
}
