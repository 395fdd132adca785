import { inWords, isMet, targetOf, TARGETS } from '../targets';
import type { Measured } from './measured';

/** A measurement and where it was taken. */
export interface Kept extends Measured {
  readonly machine: string;
}

const HEAD = ['| what | floor | ours | measured | target | |', '|---|---|---|---|---|---|'];

/** Every measurement of a run, whatever its size. */
export function tableOf(measured: readonly Measured[]): string {
  return [...HEAD, ...measured.map(line)].join('\n');
}

/** Every target, with what was measured for it last, or that nothing was. */
export function targetTable(kept: readonly Kept[]): string {
  const rows = TARGETS.map((target) => {
    const found = kept.find(({ key }) => key === target.key);
    return found
      ? line(found)
      : `| ${target.what} | ${target.floor} | not run | not run | ${inWords(target)} | not run |`;
  });
  return [...HEAD, ...rows].join('\n');
}

/** What the time goes to, of each. */
export function details(measured: readonly Measured[]): string {
  return measured
    .map(({ what, details: lines }) => [`**${what}**`, '', ...lines.map((each) => `- ${each}`)].join('\n'))
    .join('\n\n');
}

/** Where they were measured: one line, or one for each machine and commit with its rows. */
export function places(kept: readonly Kept[]): string {
  const machines = [...new Set(kept.map((each) => each.machine))];
  if (machines.length === 1) return `Measured ${machines[0] ?? ''}.`;
  return machines
    .map((machine) => {
      const keys = kept.filter((each) => each.machine === machine).map(({ key }) => `\`${key}\``);
      return `- ${keys.join(', ')}: measured ${machine}.`;
    })
    .join('\n');
}

function line({ key, what, floor, ours, value }: Measured): string {
  const target = targetOf(key);
  const words = target ? [`${shown(value)} ${target.unit}`, inWords(target)] : [shown(value), '-'];
  const met = target ? (isMet(target, value) ? 'met' : '**not met**') : '-';
  return `| ${[what, floor ?? '-', ours, ...words, met].join(' | ')} |`;
}

function shown(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}
