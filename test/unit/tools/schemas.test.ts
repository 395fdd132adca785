import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { schemaOf, withDefinitions } from '../../../tools/schemas/jsonSchema';
import { effectRuleSetting, publishedSchemas } from '../../../tools/schemas';
import { about, byKind, object, published, record } from '../../../src/base/shape';

const OUTDATED = 'it differs from the contract: run npm run schemas';

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

describe('tools/schemas', () => {
  for (const [file, schema] of Object.entries(publishedSchemas()))
    it(`${file} is what the contract says`, () => {
      // Also the order of keywords: it is a file for people.
      assert.equal(JSON.stringify(json(file)), JSON.stringify(schema), OUTDATED);
    });

  it('package.json completes effect rules by what the contract says', () => {
    const { contributes } = json('package.json') as {
      contributes: { configuration: { properties: Record<string, { items: object }> }[] };
    };
    const { items } = contributes.configuration
      .flatMap(({ properties }) => properties['celeryTasks.effects'] ?? [])
      .at(0)!;
    assert.equal(JSON.stringify(items), JSON.stringify(effectRuleSetting()), OUTDATED);
  });

  it('a JSON Schema says what is written, also where the reader takes more', () => {
    const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
    const shape = object({
      a: published(size, { minimum: 1 }),
      b: v.exactOptional(about('Words.', v.nullable(v.string()))),
    });
    assert.deepEqual(schemaOf(shape), {
      type: 'object',
      required: ['a'],
      additionalProperties: false,
      properties: { a: { type: 'integer', minimum: 1 }, b: { description: 'Words.', type: ['string', 'null'] } },
    });
  });

  it('a JSON Schema joins alternatives of different types, but not a list of words with another type', () => {
    const words = v.picklist(['x', 'y']);
    assert.deepEqual(schemaOf(byKind({ text: v.string(), array: v.array(words) }, '')), {
      type: ['string', 'array'],
      items: { enum: ['x', 'y'] },
    });
    assert.deepEqual(schemaOf(v.nullable(words)), { anyOf: [{ enum: ['x', 'y'] }, { type: 'null' }] });
    assert.deepEqual(schemaOf(v.nullable(v.unknown())), {});
  });

  it('a JSON Schema refers to its definitions, with a description of its own where it has one', () => {
    const size = about('A size.', v.pipe(v.number(), v.minValue(0)));
    const sizes = record(v.string(), size);
    const shape = object({ one: size, other: about('Another.', size), all: sizes });
    const { properties, $defs } = withDefinitions(schemaOf(shape), { sizes, size });
    assert.deepEqual(properties, {
      one: { $ref: '#/$defs/size' },
      other: { description: 'Another.', $ref: '#/$defs/size' },
      all: { $ref: '#/$defs/sizes' },
    });
    assert.deepEqual($defs, {
      sizes: { type: 'object', additionalProperties: { $ref: '#/$defs/size' } },
      size: { description: 'A size.', type: 'number', minimum: 0 },
    });
  });
});
