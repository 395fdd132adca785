import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { typeKey } from '../../../model/taskType';
import type { SelectedType } from '../../model/select';
import { openType } from '../../store';
import { CauseCell, CountCell, HoursCell, VerdictsCell } from './cells';
import { Chevron } from '../Chevron';
import { TypeDetails } from './TypeDetails';

interface TypeRowProps {
  readonly id: string;
  readonly head: DiagnosisHead;
  readonly selected: SelectedType;
  readonly open: boolean;
  readonly openSamples: readonly number[];
  /** 1: the page is narrow. */
  readonly columns: number;
  readonly verified: boolean;
  readonly filtered: boolean;
}

/** A task type: its row, and below it what it opens to. */
export function TypeRow(props: TypeRowProps): JSX.Element {
  const { id, head, selected, open, openSamples, columns, verified, filtered } = props;
  // The same element again is not looked at by Preact: 2,000 rows are sorted without drawing one.
  const row = useMemo(
    () => <Head selected={selected} open={open} narrow={columns === 1} verified={verified} filtered={filtered} />,
    [selected, open, columns, verified, filtered],
  );
  return (
    <>
      {row}
      {open && (
        <tr class="details">
          <td colSpan={columns} id={`details-${selected.index}`}>
            <TypeDetails id={id} head={head} selected={selected} openSamples={openSamples} />
          </td>
        </tr>
      )}
    </>
  );
}

type HeadProps = Pick<TypeRowProps, 'selected' | 'open' | 'verified' | 'filtered'> & { readonly narrow: boolean };

function Head({ selected, open, narrow, verified, filtered }: HeadProps): JSX.Element {
  const { type, index } = selected;
  const toggle = (): void => {
    openType(typeKey(type), !open);
  };
  const cells = [
    <CountCell key="count" selected={selected} filtered={filtered} narrow={narrow} />,
    <HoursCell key="hours" selected={selected} narrow={narrow} />,
    ...(verified
      ? [
          <VerdictsCell key="verdicts" selected={selected} />,
          <CauseCell key="cause" selected={selected} narrow={narrow} />,
        ]
      : []),
  ];
  return (
    <tr
      id={`type-${index}`}
      class={open ? 'type open' : 'type'}
      onClick={(event) => {
        if (isMeant(event)) toggle();
      }}
    >
      <th scope="row">
        <button
          type="button"
          class="toggle"
          aria-expanded={open}
          {...(open ? { 'aria-controls': `details-${index}` } : {})}
          onClick={toggle}
        >
          <Chevron />
          <bdi>
            <span class="module">
              {escapeUnsafe(type.taskModule)
                .split('.')
                .map((part) => (
                  <>
                    {part}.<wbr />
                  </>
                ))}
            </span>
            {escapeUnsafe(type.taskName)}
          </bdi>
        </button>
        {narrow && <div class="folded">{cells}</div>}
      </th>
      {!narrow && cells.map((cell, at) => <td class={at < 2 ? 'number' : undefined}>{cell}</td>)}
    </tr>
  );
}

/** A press on the row itself: not on a button in it, and not the end of marking text. */
function isMeant({ target }: MouseEvent): boolean {
  return !(target instanceof Element && target.closest('button')) && window.getSelection()?.isCollapsed !== false;
}
