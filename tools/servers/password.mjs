// @ts-check
import { randomBytes } from 'node:crypto';

/**
 * Every password of our own servers begins with this, and so do those that tests make (test/support/canary.ts). It is used nowhere else, so the
 * test run can look for it in everything that was printed, logged or exported.
 */
export const CANARY = 'Kanari-7';

/** A new password; nothing in it must be encoded in a URL. */
export function newPassword() {
  return CANARY + randomBytes(18).toString('hex');
}
