import type { JSX } from 'preact';
import type { DiagnosisHead, PanelState } from '../../report/panelMessages';
import { bannersOf, screenOf } from '../model/states';
import { About } from './masthead/About';
import { Answer } from './masthead/Answer';
import { BannerLine } from './masthead/BannerLine';
import { EmptyPage } from './masthead/EmptyPage';
import { FirstStep } from './masthead/FirstStep';
import { JumpLine } from './masthead/JumpLine';
import { LookedAt } from './masthead/LookedAt';
import { Sources } from './masthead/Sources';
import { Toolbar } from './masthead/Toolbar';

interface MastheadProps {
  readonly panel: PanelState | null;
  readonly head: DiagnosisHead | undefined;
  /** Whether the editor has said if there is a Diagnosis. */
  readonly known: boolean;
}

/** The top of the page: the answer, how it came about and what to do with it; without a Diagnosis, why there is none. */
export function Masthead({ panel, head, known }: MastheadProps): JSX.Element {
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
      <Answer head={head} />
      <FirstStep panel={panel} head={head} />
      <Toolbar panel={panel} head={head} />
      <JumpLine stuck={head.taskTypes.length > 0} />
      <About panel={panel} head={head} />
      <Sources sources={head.sources} />
      <LookedAt head={head} />
    </header>
  );
}
