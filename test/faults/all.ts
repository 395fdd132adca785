import type { Fault } from './fault';
import { LOG_FAULTS, withoutFileSystems } from './logFaults';
import { PERSON_FAULTS } from './personFaults';
import { POSTGRES_FAULTS } from './postgresFaults';
import { RABBIT_FAULTS } from './rabbitFaults';
import { REDIS_FAULTS } from './redisFaults';

/** Every fault that can be made on this machine. @param say gets one line about those that cannot */
export function faults(say: (line: string) => void): readonly Fault[] {
  const all = [...POSTGRES_FAULTS, ...REDIS_FAULTS, ...RABBIT_FAULTS, ...LOG_FAULTS, ...PERSON_FAULTS];
  const doubles = all.filter((one, index) => all.findIndex(({ name }) => name === one.name) !== index);
  if (doubles.length > 0) throw new Error(`two faults are called ${doubles[0]!.name}`);
  const why = all.some(({ needsMount }) => needsMount) ? withoutFileSystems() : undefined;
  if (why === undefined) return all;
  const without = all.filter(({ needsMount }) => needsMount);
  say(`Not tried here: ${without.map(({ name }) => name).join('; ')}: ${why}.`);
  return all.filter(({ needsMount }) => !needsMount);
}
