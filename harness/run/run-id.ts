/** What runs are called: by the second in which they began, and something that no other run of that second has. */
import { randomBytes } from 'node:crypto';

/** `20260301T120000-7f3a` */
export function newRunId(startedAt: Date): string {
  const stamp = startedAt.toISOString().replace(/[-:]/g, '').slice(0, 15);
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}
