import type { SideEffectKind } from './model';

/** Libraries whose calls leave the process, by the name that imports give them; with `only` no more than these members. */
const LIBRARIES: readonly {
  readonly names: readonly string[];
  readonly kind: SideEffectKind;
  readonly only?: RegExp;
}[] = [
  { names: ['requests'], kind: 'http', only: /^(request|get|post|put|patch|delete|head|options|session|Session)$/ },
  { names: ['urllib.request'], kind: 'http', only: /^(urlopen|urlretrieve)$/ },
  { names: ['httpx', 'aiohttp', 'urllib3', 'http.client', 'pycurl', 'zeep', 'websocket', 'websockets'], kind: 'http' },
  { names: ['openai', 'anthropic', 'google.cloud', 'googleapiclient', 'github', 'boto3', 'botocore'], kind: 'http' },
  {
    names: ['django.core.mail'],
    kind: 'email',
    only: /^(send_mail|send_mass_mail|mail_admins|mail_managers|EmailMessage|EmailMultiAlternatives|get_connection)$/,
  },
  { names: ['smtplib', 'sendgrid', 'mailgun', 'postmarker', 'mailjet_rest', 'sparkpost', 'resend'], kind: 'email' },
  { names: ['mailchimp_marketing', 'mailchimp_transactional', 'sib_api_v3_sdk', 'aiosmtplib'], kind: 'email' },
  { names: ['stripe', 'braintree', 'paypalrestsdk', 'adyen', 'Adyen', 'razorpay', 'mercadopago'], kind: 'payment' },
  { names: ['coinbase_commerce', 'conekta', 'culqi', 'squareup', 'mollie', 'gocardless_pro'], kind: 'payment' },
  { names: ['twilio', 'vonage', 'nexmo', 'messagebird', 'plivo'], kind: 'sms' },
  { names: ['slack_sdk', 'slack', 'slackclient', 'discord', 'telegram', 'firebase_admin.messaging'], kind: 'message' },
  { names: ['pywebpush', 'pyfcm', 'exponent_server_sdk', 'channels.layers'], kind: 'message' },
  { names: ['google.cloud.storage', 'azure.storage', 'cloudinary', 'ftplib'], kind: 'storage' },
  { names: ['paramiko', 'pysftp', 'minio', 'dropbox', 'django.core.files.storage.default_storage'], kind: 'storage' },
  { names: ['subprocess', 'fabric', 'sh'], kind: 'process' },
  { names: ['os'], kind: 'process', only: /^(system|popen|exec[lv]p?e?|spawn[lv]p?e?|posix_spawnp?|kill)$/ },
  { names: ['os'], kind: 'file', only: /^(remove|unlink|rename|replace|rmdir|removedirs|truncate)$/ },
  { names: ['shutil'], kind: 'file', only: /^(copy\w*|move|rmtree|make_archive|unpack_archive)$/ },
];

/** What is made of these, or found in these modules, calls no other system. */
const HARMLESS =
  /(?:Error|Exception|Warning|Timeout|Limits|Config|Auth|Field|Schema)$|^(?:exceptions?|errors?|types|parse|codes|utils|util)$/;
/** The last call of these gives something that talks: `client = boto3.client('s3')`; any other gives an answer. */
const MAKES_CLIENT = /^(?:[A-Z]\w*|client|resource|session|connect|get_connection|get_channel_layer)$/;

/** Names that say what a function does. Never more than a hint. */
const HINTS: readonly { readonly kind: SideEffectKind; readonly name: RegExp }[] = [
  { kind: 'email', name: /^(?:send|deliver|resend)(?:_\w*)?_?e?mails?(?:_|$)|^sendE?[mM]ail/ },
  { kind: 'sms', name: /^(?:send|deliver)(?:_\w+)?_?sms(?:_|$)/i },
  {
    kind: 'payment',
    name: /^(?:charge|refund|payout|pay|capture_payment|create_payment|create_charge|make_payment)(?:_|$)/,
  },
  {
    kind: 'message',
    name: /^(?:send|post|publish|push|deliver)_(?:\w+_)?(?:webhook|hook|slack|discord|whatsapp|notification|message|dm)s?(?:_|$)/,
  },
  { kind: 'storage', name: /^upload(?:_|$)/ },
];

/**
 * What a call of an imported name does outside, by its full name (`requests.post`); `undefined` for nothing that is known.
 * @param ofCall it is a member of what a call of that library gave: `r = requests.get(url); r.json()`
 */
export function outsideKind(parts: readonly string[], ofCall: boolean): SideEffectKind | undefined {
  const name = parts.join('.');
  let best: { readonly length: number; readonly kind: SideEffectKind } | undefined;
  for (const { names, kind, only } of LIBRARIES) {
    for (const library of names) {
      if (name !== library && !name.startsWith(`${library}.`)) continue;
      const members = name.slice(library.length + 1).split('.');
      if (members.some((member) => HARMLESS.test(member))) continue;
      if (only !== undefined && !only.test(members[0] ?? '')) continue;
      if (ofCall && !members.slice(0, -1).some((member) => MAKES_CLIENT.test(member))) continue;
      if (best === undefined || library.length > best.length) best = { length: library.length, kind };
    }
  }
  return best?.kind;
}

/** What a function's name promises; only a hint. */
export function hintedKind(functionName: string): SideEffectKind | undefined {
  return HINTS.find(({ name }) => name.test(functionName))?.kind;
}
