import { managementCheckOf } from '../../brokers';
import { fillReferences } from '../../connect/env/references';
import { ofManagement, type ConnectionDraft } from './connectionDraft';
import { references } from './connections';
import { askUrl } from './urlField';
import type { BACK, StepPosition } from './steps';

type Passwords = ConnectionDraft['fromUrls'];

/** The URL of the broker's API for administrators, as it was entered. */
export interface EnteredManagement {
  /** Without its password; empty where its address follows from the broker's URL. */
  readonly text: string;
  readonly passwords: Passwords;
}

interface ManagementQuestion {
  readonly broker: string;
  /** Why the addresses that follow from the broker's URL are not enough, in a sentence. */
  readonly tried?: string | undefined;
  readonly value: string;
  readonly fromUrls: Passwords;
  readonly anyway?: string;
  readonly attempt: (text: string, passwords: Passwords, signal: AbortSignal) => Promise<string | undefined>;
}

/** Asks for the URL of the broker's management API. */
export async function askManagement(
  position: Pick<StepPosition, 'title'> & Partial<StepPosition>,
  { broker, tried, fromUrls, ...question }: ManagementQuestion,
): Promise<EnteredManagement | typeof BACK | undefined> {
  const check = await managementCheckOf(broker);
  return await askUrl<never>({ fromUrls }, position, {
    ...question,
    prompt: "URL of RabbitMQ's management API (leave empty to derive it from the broker's URL)",
    placeholder: 'https://user@host:15671',
    note: tried,
    read: (text) => {
      if (text.trim() === '') return;
      const [url = '', own = ''] = [broker, text].map((one) => fillReferences(one, references(), 'This URL'));
      check?.(url, own, 'This URL');
    },
    passwordOf: ofManagement,
  });
}
