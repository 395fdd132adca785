import assert from 'node:assert/strict';
import type { walk } from './focus';

/** Fails unless Tab went once through everything that can be used, in document order, with the focus seen at each stop. */
export function assertWalk({ expected, stops, trapped }: Awaited<ReturnType<typeof walk>>): void {
  assert.equal(trapped, false, `the focus is held: ${stops.map(({ what }) => what).join(', ')}`);
  const reached = stops.map(({ what }) => what);
  assert.deepEqual(reached, expected, 'what Tab reaches, in order');
  assert.deepEqual(
    stops.filter(({ shown }) => !shown).map(({ what }) => what),
    [],
    'stops at which no focus is seen',
  );
}
