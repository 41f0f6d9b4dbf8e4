/**
 * Checks of packet cases read whatever a wrong director sends without falling over. Those that compare packets to the byte: any bit of any packet that they judge may be wrong, any such
 * packet missing or there twice, and they must say so.
 */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../director/random.ts';
import { caseId } from '../../harness/requirement.ts';
import { get16 } from '../../lab/frames/index.ts';
import { wireCases } from '../../scenarios/conformance/packets/index.ts';
import { play, withBitTurned } from './fixtures/tampering.ts';

/** Cases by what they judge to the byte: what goes to the servers, or what goes to the clients. */
const TO_SERVERS = [
  /^request\/(?!many|source-route|truncated|sctp)/,
  /^fragment\/(request|any-order|interleaved|small|dont-fragment-kept|one-server)$/,
  /^mtu\/(at|above-no-df|tunnel-above-no-df|tunnel-pmtu-disc-off)$/,
  /^outer\/(gre|gre-checksum|gue|gue-checksum)$/,
  /^neighbour\/waiting$/,
  /^route\/(not-local|requests-without-ip-forward)$/,
];
const TO_CLIENTS = [
  /^reply\/(?!many|without-ip-forward)/,
  /^ttl\/expired$/,
  /^fragment\/(reply|dont-fragment-too-large|incomplete)$/,
  /^mtu\/(above-df|tunnel-1480|gre-1476|gre-checksum-1472|gue-1468|reply-above-no-df)$/,
  /^icmp\/(echo|from-server-side|left-alone|tunnel-error|tunnel-fragmentation-needed)$/,
  /^no-server\//,
  /^neighbour\/silent$/,
  /^route\/no-connection$/,
];
const FLIPS = 6;

const matches =
  (patterns: readonly RegExp[]) =>
  ({ name }: { name: string }) =>
    patterns.some((pattern) => pattern.test(name));

describe.each([
  { side: 'toServers' as const, cases: wireCases.filter(matches(TO_SERVERS)) },
  { side: 'toClients' as const, cases: wireCases.filter(matches(TO_CLIENTS)) },
])('$side', ({ side, cases }) => {
  const ids = cases.flatMap((one) => one.modes.map((mode) => caseId(one, mode)));

  it.each(ids)('%s notices any damage', async (id) => {
    const played = await play(id);
    const numbers = new Set(played.seen[side].map(({ bytes }) => bytes));
    const judged = played.sent.filter(({ frame }) => numbers.has(frame));
    expect(judged.length).toBeGreaterThan(0);
    const random = seededRandom(id.length);
    const below = (limit: number) => (random() >>> 0) % limit;
    for (let i = 0; i < FLIPS; i++) {
      const one = judged[below(judged.length)] as (typeof judged)[number];
      const at = below(get16(one.frame, 16));
      const bit = below(8);
      const { findings } = played.judgeWith(one, withBitTurned(one.frame, at, bit));
      expect(findings.length, `byte ${at}, bit ${bit}`).toBeGreaterThan(0);
    }
    const one = judged[below(judged.length)] as (typeof judged)[number];
    expect(played.judgeWith(one).findings.length, 'a packet is missing').toBeGreaterThan(0);
    expect(
      played.judgeWith(one, one.frame, one.frame).findings.length,
      'a packet is there twice',
    ).toBeGreaterThan(0);
  });
});

describe('a check', () => {
  const ids = wireCases.flatMap((one) => one.modes.map((mode) => caseId(one, mode)));

  it.each(ids.filter((id) => !id.includes('/many')))('%s survives any damage', async (id) => {
    const played = await play(id);
    const random = seededRandom(id.length);
    const below = (limit: number) => (random() >>> 0) % limit;
    for (let i = 0; i < FLIPS && played.sent.length > 0; i++) {
      const one = played.sent[below(played.sent.length)] as (typeof played.sent)[number];
      const frame = withBitTurned(one.frame, below(24), below(8));
      expect(() => played.judgeWith(one, frame)).not.toThrow();
      expect(() => played.judgeWith(one, frame.slice(0, 14 + below(40)))).not.toThrow();
    }
  });
});
