import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { healthOf } from '../../../report/health';
import type { HealthLevel } from '../../../report/healthItem';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { LevelSign, type Level } from '../LevelSign';

const SIGNS: Readonly<Record<HealthLevel, Level>> = { alarm: 'alarm', warning: 'warning', unknown: 'info', ok: 'ok' };

/** The state of broker and workers, whatever is stuck: what cannot wait first. Nothing where no broker was to be read. */
export function HealthLine({ head }: { readonly head: DiagnosisHead }): JSX.Element | null {
  const health = useMemo(() => healthOf(head), [head]);
  if (!health) return null;
  const { level, headline, items } = health;
  const others = items.filter((item) => item.level !== 'alarm');
  return (
    <section class={`health health-${level}`} aria-label="Broker and workers">
      <LevelSign level={SIGNS[level]} />
      <p>
        {headline !== null && <strong class="health-headline">{headline}</strong>}
        {others.map((item, index) => (
          <>
            {(headline !== null || index > 0) && <span class="quiet"> · </span>}
            <span class={item.level === 'warning' ? 'health-item' : 'health-item quiet'}>{item.says}</span>
          </>
        ))}
      </p>
    </section>
  );
}
