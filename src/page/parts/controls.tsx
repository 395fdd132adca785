import type { ComponentChildren, JSX } from 'preact';

interface ButtonProps {
  readonly onClick: () => void;
  readonly children: ComponentChildren;
  /** The one act that fits best is primary; the rest is secondary. */
  readonly appearance?: 'primary' | 'secondary';
  readonly disabled?: boolean;
  /** What a screen reader says where the visible words alone do not tell; it must contain them. */
  readonly label?: string;
}

/** A button of the toolkit. */
export function Button({
  onClick,
  children,
  appearance = 'secondary',
  disabled = false,
  label,
}: ButtonProps): JSX.Element {
  return (
    <vscode-button appearance={appearance} disabled={disabled} aria-label={label} onClick={onClick}>
      {children}
    </vscode-button>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChange: (value: string) => void;
}

/** One of several, with its label in front. */
export function Choice({ label, value, options, onChange }: ChoiceProps): JSX.Element {
  return (
    <div class="choice">
      <span class="choice-label" aria-hidden="true">
        {label}
      </span>
      <vscode-dropdown
        aria-label={label}
        value={value}
        onChange={(event: Event) => {
          onChange((event.currentTarget as unknown as { value: string }).value);
        }}
      >
        {options.map((option) => (
          <vscode-option key={option.value} value={option.value} selected={option.value === value}>
            {option.text}
          </vscode-option>
        ))}
      </vscode-dropdown>
    </div>
  );
}
