import type { ProblemKind } from '../../base/problem';

/** How a failure is recognised, its kind, and its sentence. @param reason in the words of the driver, bounded */
export type Failure<Asked> = readonly [RegExp, ProblemKind, (asked: Asked, reason: string) => string];

/**
 * A certificate that was not accepted, by the codes of OpenSSL and Node. A name that does not fit is Celery's exception: py-amqp checks the
 * chain and not the host's name (measured with kombu 5.2 and 5.5), so its workers connect where we do not.
 * @param where the server that was asked, for people
 */
export function certificateFailures<Asked>(where: (asked: Asked) => string): readonly Failure<Asked>[] {
  return [
    [
      /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
      'tls',
      (asked, reason) => `The TLS certificate of ${where(asked)} has expired or isn't valid yet (${reason}). Renew it.`,
    ],
    [
      /ALTNAME_INVALID|HOSTNAME_MISMATCH/,
      'tls',
      (asked, reason) =>
        `The TLS certificate of ${where(asked)} is for another host (${reason}). Celery's workers may connect all the same, because they don't check the name: use the name in the certificate.`,
    ],
    [
      /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|self.signed|unable to (get|verify)/i,
      'tls',
      (asked, reason) =>
        `This machine doesn't trust the TLS certificate of ${where(asked)} (${reason}). Add ?ssl_ca_certs=/path/ca.pem with its authority to the broker's URL.`,
    ],
  ];
}
