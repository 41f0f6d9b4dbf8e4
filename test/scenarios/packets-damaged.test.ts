/**
 * Checks of packet cases read whatever a mutant sends without falling over. Those that compare packets to the
 * byte notice when any bit of any packet that they judge is wrong, or such a packet is missing or there twice.
 */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../director/random.ts';
import { get16 } from '../../lab/frames/index.ts';
import type { CapturedFrame } from '../../lab/memory/index.ts';
import { forwardingCases } from '../../scenarios/conformance/packets/index.ts';
import { caseId, type Requirement } from '../../scenarios/kit/requirement.ts';
import { type PlayedCase, play, withBitTurned } from './fixtures/tampering.ts';

/** Cases by what they judge to the byte: what goes to the servers, or what goes to the clients. */
const TO_SERVERS = [
  /^request\/(?!many|source-route|wrong-options|truncated|broadcast|sctp|ipsec)/,
  /^fragment\/(request|any-order|interleaved|small|dont-fragment-kept|one-server)$/,
  /^mtu\/(at|above-no-df|options-cut|tunnel-above-no-df|tunnel-pmtu-disc-off)$/,
  /^outer\/(gre|gre-checksum|gue|gue-checksum)$/,
  /^neighbour\/waiting$/,
  /^route\/(not-local|requests-without-ip-forward)$/,
];
const TO_CLIENTS = [
  /^reply\/(?!many|without-ip-forward|truncated)/,
  /^ttl\/expired$/,
  /^fragment\/(reply|dont-fragment-too-large|incomplete)$/,
  /^mtu\/(above-df|tunnel-1480|gre-1476|gre-checksum-1472|gue-1468|reply-above-no-df)$/,
  /^icmp\/(echo|from-server-side|left-alone|tunnel-error|tunnel-fragmentation-needed)$/,
  /^no-server\//,
  /^neighbour\/silent$/,
  /^route\/(no-connection|no-route)$/,
];
/** Thousands of packets: they take as long as all others together, and their check is that of the others. */
const LONG = /^(request|reply)\/many/;
const TRIES = 5;

describe('a check', () => {
  const cases = forwardingCases.filter(({ name }) => !LONG.test(name));
  const ids = cases.flatMap((one) => one.modes.map((mode) => ({ id: caseId(one, mode), one })));

  it.each(ids)('$id notices damage', async ({ id, one }) => {
    const played = await play(id);
    const random = seededRandom(id.length);
    const below = (limit: number) => (random() >>> 0) % limit;
    const anyOf = (frames: readonly CapturedFrame[]) => frames[below(frames.length)] as CapturedFrame;

    for (let i = 0; i < TRIES && played.sent.length > 0; i++) {
      const frame = anyOf(played.sent);
      expect(() => played.judgeWith(frame, withBitTurned(frame.frame, below(24), below(8)))).not.toThrow();
      expect(() => played.judgeWith(frame, frame.frame.slice(0, 14 + below(40)))).not.toThrow();
    }

    const judged = judgedIn(played, one);
    if (judged.length === 0) return;
    for (let i = 0; i < TRIES; i++) {
      const frame = anyOf(judged);
      const [at, bit] = [below(get16(frame.frame, 16)), below(8)];
      const { findings } = played.judgeWith(frame, withBitTurned(frame.frame, at, bit));
      expect(findings.length, `byte ${at}, bit ${bit}`).toBeGreaterThan(0);
    }
    const frame = anyOf(judged);
    expect(played.judgeWith(frame).findings.length, 'a packet is missing').toBeGreaterThan(0);
    const twice = played.judgeWith(frame, frame.frame, frame.frame);
    expect(twice.findings.length, 'a packet is there twice').toBeGreaterThan(0);
  });

  it('judges packets to the byte in most cases', () => {
    const exact = cases.filter(({ name }) => matches(TO_SERVERS, name) || matches(TO_CLIENTS, name));
    expect(exact.length).toBeGreaterThan(cases.length / 2);
  });
});

/** Packets of the director that the case judges to the byte. */
function judgedIn(played: PlayedCase, { name }: Requirement): readonly CapturedFrame[] {
  const { toServers, toClients } = played.seen;
  const judged = new Set(
    [...(matches(TO_SERVERS, name) ? toServers : []), ...(matches(TO_CLIENTS, name) ? toClients : [])].map(
      ({ bytes }) => bytes,
    ),
  );
  return played.sent.filter(({ frame }) => judged.has(frame));
}

function matches(patterns: readonly RegExp[], name: string): boolean {
  return patterns.some((pattern) => pattern.test(name));
}
