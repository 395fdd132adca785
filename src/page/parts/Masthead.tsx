import type { ComponentChildren, JSX } from 'preact';
import type { DiagnosisHead, PanelState } from '../../report/panelMessages';
import { bannersOf, screenOf } from '../model/states';
import { About } from './masthead/About';
import { Answer, Why } from './masthead/Answer';
import { BannerLine } from './masthead/BannerLine';
import { EmptyPage } from './masthead/EmptyPage';
import { FirstStep } from './masthead/FirstStep';
import { HealthLine } from './masthead/HealthLine';
import { LookedAt } from './masthead/LookedAt';
import { Toolbar } from './masthead/Toolbar';

interface MastheadProps {
  readonly panel: PanelState | null;
  readonly head: DiagnosisHead | undefined;
  /** Whether the editor has said if there is a Diagnosis. */
  readonly known: boolean;
  /** The picture of the verdicts; nothing where none was given. */
  readonly verdicts: ComponentChildren;
}

/** The top of the page: the answer, how it came about and what to do with it; without a Diagnosis, why there is none. */
export function Masthead({ panel, head, known, verdicts }: MastheadProps): JSX.Element {
  const screen = screenOf(panel, known ? head !== undefined : undefined);
  if (panel === null || screen === 'opening')
    return (
      <p class="loading" role="status">
        Opening the report…
      </p>
    );
  if (screen !== 'result' || head === undefined) return <EmptyPage screen={screen} panel={panel} />;
  return (
    <header class="masthead">
      {bannersOf(panel).map((banner) => (
        <BannerLine key={banner} banner={banner} panel={panel} head={head} />
      ))}
      <HealthLine head={head} />
      <Answer panel={panel} head={head} />
      {verdicts}
      <FirstStep panel={panel} head={head} />
      <Why head={head} />
      <Toolbar panel={panel} head={head} />
      <About panel={panel} head={head} />
      <LookedAt head={head} />
    </header>
  );
}
