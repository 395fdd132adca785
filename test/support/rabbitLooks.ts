import { readMoving, readState } from '../../src/brokers/rabbitmq/read';
import type { Looks } from '../../src/brokers/rabbitmq/view';
import { addressOf, apiAt, fakeApi, type Reply } from './rabbitApi';

export type Answers = (path: string) => Reply | undefined;

/** Reads a server twice. @param apart milliseconds between the readings, by the reader's clock */
export async function looksAt(
  first: Answers,
  second: Answers = first,
  apart = 12_000,
): Promise<Required<Omit<Looks, 'asked'>>> {
  let now = 1000;
  let answers = first;
  const server = await fakeApi((path) => answers(path));
  const api = apiAt(addressOf(server.port), {}, '/');
  try {
    const state = await readState(api, 1000, () => now);
    answers = second;
    now += apart;
    const moving = await readMoving(api, state.server, 1000, () => now);
    return { address: 'h:5672/', first: state, second: moving, others: [] };
  } finally {
    api.close();
    await server.close();
  }
}

/** With another answer for some paths. */
export function but(answers: Answers, change: (path: string, usual: Reply | undefined) => Reply | undefined): Answers {
  return (path) => change(path, answers(path));
}

/** The items of an answer with a page. */
export function listOf(reply: Reply | undefined): Record<string, unknown>[] {
  return (reply?.body as { items: Record<string, unknown>[] }).items;
}
