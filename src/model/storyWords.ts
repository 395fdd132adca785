/** Where an id may be known that no row has. The words are those of the JSON (schemas/task.schema.json). */
export const ELSEWHERE = ['broker', 'workers', 'results'] as const;
