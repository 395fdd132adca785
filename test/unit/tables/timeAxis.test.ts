import assert from 'node:assert/strict';
import { binOf, BIN_WIDTHS, MOST_BINS } from '../../../src/model/timeline';
import { axisOf, countTimes, type GroupTimes, type TimeAxis } from '../../../src/tables/timeAxis';
import { Random } from '../../support/random';

const NOW = Date.parse('2026-11-24T03:00:00Z') / 1000;

/** As PostgreSQL's width_bucket counts: how many edges are at or before the time. */
function counted(times: readonly number[], { edges }: TimeAxis): GroupTimes {
  const counts = new Map<number, number>();
  for (const time of times) {
    const edge = edges.filter((each) => each <= time).length;
    counts.set(edge, (counts.get(edge) ?? 0) + 1);
  }
  return { oldest: Math.min(...times), newest: Math.max(...times), counts };
}

function exact(times: readonly number[]): GroupTimes {
  return { oldest: Math.min(...times), newest: Math.max(...times), times };
}

function byBin(times: readonly number[], bin: (time: number) => number): Record<number, number> {
  const bins: Record<number, number> = {};
  for (const time of times) bins[bin(time)] = (bins[bin(time)] ?? 0) + 1;
  return bins;
}

describe('tables/timeAxis', () => {
  it('the axis of the pass counts every row in the bin that its time is in, whatever the sample told', () => {
    const random = new Random(77);
    for (let round = 0; round < 300; round++) {
      const span = random.pick([60, 3600, 86_400, 30 * 86_400, 3 * 365 * 86_400]);
      const end = NOW - random.pick([0, 3600, 40 * 86_400]);
      const times = Array.from({ length: random.integer(1, 400) }, () => end - random.next() * span);
      // A trickle after the incident, and some before it, that few samples meet.
      if (random.next() < 0.5) times.push(...Array.from({ length: 3 }, () => end + random.next() * (NOW - end)));
      if (random.next() < 0.5) times.push(end - span - random.next() * 400 * 86_400);
      const sample = times.filter(() => random.next() < 0.2);
      const axis = axisOf(sample.length > 0 ? sample : [times[0]!], NOW, 10);
      const half = Math.floor(times.length / 2);
      const groups = [times.slice(0, half), times.slice(half)].filter((group) => group.length > 0);
      const found = countTimes(
        groups.map((group) => counted(group, axis)),
        axis,
      );
      assert.ok(found);
      const bin = binOf(found.timeline);
      const first = axis.edges[0]!;
      groups.forEach((group, index) => {
        // What is older than all that was sampled is with the oldest.
        const want = byBin(group, (time) => (time < first ? 0 : bin(time)));
        assert.deepEqual(found.bins[index], want, `round ${String(round)}`);
      });
      assert.ok(found.timeline.bins <= MOST_BINS && BIN_WIDTHS.includes(found.timeline.binSeconds));
      assert.ok(Object.keys(found.bins.reduce((a, b) => ({ ...a, ...b }), {})).includes('0'), 'the first bin is empty');
      assert.equal(bin(Math.max(...times)), found.timeline.bins - 1);
    }
  });

  it('the axis of the pass is the timeline of the times themselves where all of them were sampled', () => {
    const random = new Random(5);
    for (let round = 0; round < 100; round++) {
      const span = random.pick([600, 36_000, 40 * 86_400]);
      const times = Array.from({ length: 500 }, () => NOW - 1000 - random.next() * span);
      const axis = axisOf(times, NOW, 10);
      const [ofCounts, ofTimes] = [countTimes([counted(times, axis)], axis), countTimes([exact(times)], undefined)];
      assert.equal(ofCounts?.timeline.binSeconds, ofTimes?.timeline.binSeconds);
      assert.deepEqual(ofCounts, ofTimes);
    }
  });

  it('the axis of the pass has few edges, also where the newest row may be months after the others', () => {
    const axis = axisOf(
      Array.from({ length: 1000 }, (_, second) => NOW - 300 * 86_400 + second),
      NOW,
      10,
    );
    assert.ok(axis.edges.length <= 3 * MOST_BINS, String(axis.edges.length));
    assert.ok(axis.edges.every((edge, index) => index === 0 || edge > axis.edges[index - 1]!));
    assert.ok(axis.edges.at(-1)! <= NOW);
  });

  it('the axis of the pass is coarser where there are so many types that each bin would be a group of its own', () => {
    const times = Array.from({ length: 1000 }, (_, index) => NOW - index * 100);
    const widths = [10, 400, 100_000].map((types) => axisOf(times, NOW, types).width);
    assert.deepEqual(widths, [900, 3600, 10_800]);
  });

  it('the axis of the pass has no timeline where there is nothing', () => {
    assert.equal(countTimes([], undefined), undefined);
  });
});
