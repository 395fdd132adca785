import type { Rule } from '../claim';

/** An operator paused it. The library throws its message away when it comes, and marks the row `killed`. */
export const paused: Rule = {
  name: 'paused',
  situations: [20],
  apply: ({ row, messages }) => {
    if (row.status !== 'PAUSED') return undefined;
    const place = messages.some((message) => message.place === 'unacked') ? 'held' : 'waiting';
    const claim = {
      cause: 'paused',
      decidedBy: 'the operator who paused it',
    } as const;
    if (messages.length > 0)
      return {
        ...claim,
        verdict: place,
        confidence: 'proven',
        why: 'An operator paused it: its message is still there and will be thrown away when it comes.',
      };
    return {
      ...claim,
      verdict: 'lost',
      confidence: row.killed === true ? 'proven' : 'likely',
      ifNowhere: 'anywhere',
      why: 'An operator paused it, and its message is gone: it stays so until somebody decides.',
    };
  },
};
