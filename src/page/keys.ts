/** `/` goes to the filter by name, as in many lists; not where one types. */
export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const field = document.querySelector<HTMLElement>('#task-types vscode-text-field');
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: 'center' });
    field.focus({ preventScroll: true });
  });
}

/** Fields of the toolkit hold theirs in a tree of their own. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLInputElement && target.type !== 'range';
}
