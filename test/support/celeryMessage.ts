/** One message as Celery 5 puts it into a Redis list (protocol 2). */
export function celeryMessage(
  id: string,
  { task = 'shop.tasks.send', kwargs = {} }: { readonly task?: string; readonly kwargs?: object } = {},
): string {
  const body = [[], kwargs, { callbacks: null, errbacks: null, chain: null, chord: null }];
  return JSON.stringify({
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: { lang: 'py', task, id, eta: null, expires: null, retries: 0, kwargsrepr: '{}' },
    properties: {
      correlation_id: id,
      delivery_info: { exchange: '', routing_key: 'celery' },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: id,
    },
  });
}
