import { readFileSync } from 'node:fs';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';

const compiled = new Map<string, ValidateFunction>();

/** What the published JSON Schema has against `value`: empty when it fits. Tests run from the repository's root. */
export function schemaErrors(
  value: unknown,
  schema: 'diagnosis' | 'task' | 'rule-tests' | 'rule-drafts' = 'diagnosis',
): string[] {
  const validate = compiled.get(schema) ?? compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath}: ${error.message ?? ''}`);
}

function compile(schema: string): ValidateFunction {
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false }).compile(
    JSON.parse(readFileSync(`schemas/${schema}.schema.json`, 'utf8')) as object,
  );
  compiled.set(schema, validate);
  return validate;
}
