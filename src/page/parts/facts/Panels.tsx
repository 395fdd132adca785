import type { JSX } from 'preact';
import { useNarrow } from '../hooks';

export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly content: JSX.Element;
}

/** Panels behind tabs. On narrow pages one below the other: the toolkit cuts off tabs for which there is no room. */
export function Panels({ panels }: { readonly panels: readonly Panel[] }): JSX.Element {
  if (useNarrow())
    return (
      <>
        {panels.map(({ id, title, content }) => (
          <div key={id} class="panel">
            <h3>{title}</h3>
            {content}
          </div>
        ))}
      </>
    );
  return (
    <vscode-panels aria-label="Queues, workers and servers">
      {panels.flatMap(({ id, title, content }) => [
        <vscode-panel-tab key={`tab-${id}`} id={`tab-${id}`}>
          {title}
        </vscode-panel-tab>,
        <vscode-panel-view key={`view-${id}`} id={`view-${id}`}>
          <div class="panel">{content}</div>
        </vscode-panel-view>,
      ])}
    </vscode-panels>
  );
}
