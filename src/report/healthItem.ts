/** `alarm`: tasks cannot run; `warning`: messages were or may be lost; `unknown`: it was not or could not be read. */
export type HealthLevel = 'alarm' | 'warning' | 'ok' | 'unknown';

export interface HealthItem {
  readonly id:
    | 'workers'
    | 'idle'
    | 'queues'
    | 'unconsumed'
    | 'dead-letters'
    | 'oldest'
    | 'restarted'
    | 'flushed'
    | 'evicting'
    | 'replica'
    | 'blocked'
    | 'condition'
    | 'broker';
  readonly level: HealthLevel;
  /** A short sentence without its full stop. */
  readonly says: string;
}
