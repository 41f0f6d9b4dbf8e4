import { expect, it } from 'vitest';
import { judgedBy } from '../../harness/run/case-result.ts';
import { noServer } from '../../scenarios/conformance/packets/no-server.ts';

const limited = noServer.find(({ name }) => name === 'no-server/limited');

/** What the check is given of packets that came at these times, in seconds. */
const seenAt = (fromClients: readonly number[], toClients: readonly number[]) =>
  ({
    ...{ vip: '10.0.1.100', toServers: [] },
    fromClients: fromClients.map((time) => ({ time })),
    toClients: toClients.map((time) => ({ time })),
  }) as never;

it('a burst that a busy machine drew out is not held against the director', () => {
  const judged = (seen: never) => judgedBy(() => limited!.check(seen, []), '.');
  expect(judged(seenAt([0.1, 1.2], []))).toMatchObject({
    status: 'error',
    reason: expect.stringMatching(/^packets and answers took more than 1 s/),
  });
  expect(judged(seenAt([0.1, 0.2], [1.15])).status).toBe('error');
  expect(judged(seenAt([0.1, 0.2], [])).reason ?? '').not.toContain('took more than');
});
