/**
 * The toolkit's components that the report uses, one by one: what is not named here is not in the bundle. Tables, links, details
 * and badges are the browser's own, because the toolkit's are worse (their measurements: archived project, version 1.4.0).
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import type { ComponentChildren } from 'preact';
import type { HTMLAttributes } from 'preact';

/** Must run before the window's `load` event: the toolkit reads the theme then. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodePanels(),
    vsCodePanelTab(),
    vsCodePanelView(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

type ToolkitElement<Extra = object> = HTMLAttributes & Extra & { readonly children?: ComponentChildren };

declare module 'preact' {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- that is how JSX learns of elements
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ToolkitElement<{
        appearance?: 'primary' | 'secondary' | 'icon';
        disabled?: boolean;
        title?: string;
      }>;
      'vscode-dropdown': ToolkitElement<{ value?: string; disabled?: boolean }>;
      'vscode-option': ToolkitElement<{ value?: string; selected?: boolean }>;
      'vscode-panels': ToolkitElement<{ activeid?: string }>;
      'vscode-panel-tab': ToolkitElement;
      'vscode-panel-view': ToolkitElement;
      'vscode-progress-ring': ToolkitElement;
      'vscode-text-field': ToolkitElement<{ value?: string; placeholder?: string; type?: string }>;
    }
  }
}
