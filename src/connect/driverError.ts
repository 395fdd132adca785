/** What a driver or Node's sockets throw; a name with several addresses fails with one error for each. */
interface Failure<Itself> {
  readonly message?: string;
  readonly errors?: readonly Itself[];
}

/** The error that says why: of an AggregateError the first, because its own message is empty. What is no error at all is its message. */
export function firstError<E extends Failure<E>>(error: unknown): E {
  if (typeof error !== 'object' || error === null) return { message: typeof error === 'string' ? error : '' } as E;
  const failure = error as E;
  return failure.errors?.[0] ?? failure;
}
