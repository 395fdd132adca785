import { readFileSync } from 'node:fs';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';

let validate: ValidateFunction | undefined;

/** What the published JSON Schema has against `value`: empty when it fits. Tests run from the repository's root. */
export function schemaErrors(value: unknown): string[] {
  validate ??= new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync('schemas/diagnosis.schema.json', 'utf8')) as object,
  );
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath}: ${error.message ?? ''}`);
}
