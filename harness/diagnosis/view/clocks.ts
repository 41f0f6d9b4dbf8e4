/**
 * How far apart the clocks of two hosts are, from packets that both captured. A packet takes some time from one to the
 * other, so packets of both directions are needed to tell that time from a difference of clocks.
 */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { packetsOf, type SiteHost } from '../site.ts';
import type { Flow, Leg } from './flow.ts';

export interface ClockDifference {
  /** Seconds by which the second host’s clock is ahead of the first one’s. */
  readonly ahead: number;
  /** It may be as much more or less, in seconds. */
  readonly uncertainty: number;
}

/** Undefined where both have no packet in common. */
export function clockDifference(
  flows: readonly Flow[],
  a: SiteHost,
  b: SiteHost,
): ClockDifference | undefined {
  const there = deltas(flows, a, b, ['asked', 'forwarded']);
  const back = deltas(flows, a, b, ['answered', 'returned']);
  const all = [...there, ...back, ...arpDeltas(a, b)];
  if (all.length === 0) return undefined;
  if (there.length === 0 || back.length === 0) {
    const [least, most] = [Math.min(...all), Math.max(...all)];
    return { ahead: (least + most) / 2, uncertainty: (most - least) / 2 + ONE_WAY_S };
  }
  // The fastest packet of each direction: what they differ by is the way, and half of their sum the clocks.
  const [a1, a2] = [nearest(there), nearest(back)];
  return { ahead: (a1 + a2) / 2, uncertainty: Math.abs(a1 - a2) / 2 };
}

/** What a packet may take between two hosts of a site, with room. */
const ONE_WAY_S = 0.5;

/** Of a direction’s differences the one with the least delay: the smallest if time runs that way, else the largest. */
function nearest(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function deltas(
  flows: readonly Flow[],
  a: SiteHost,
  b: SiteHost,
  forms: readonly (keyof Omit<Leg, 'host'>)[],
): number[] {
  return flows.flatMap((flow) => {
    const [first, second] = [flow.legs.get(a.host), flow.legs.get(b.host)];
    if (first === undefined || second === undefined) return [];
    return common(
      forms.flatMap((form) => first[form]),
      forms.flatMap((form) => second[form]),
      segmentKey,
    );
  });
}

function arpDeltas(a: SiteHost, b: SiteHost): number[] {
  const arp = (host: SiteHost) => packetsOf(host).filter((packet) => packet.arp !== undefined);
  return common(
    arp(a),
    arp(b),
    ({ sourceMac, arp: said }) => `${sourceMac} ${said?.senderIp} ${said?.targetIp} ${said?.isReply}`,
  );
}

/** Differences of times of packets that stand once in each list, or, for a packet that passes a host twice, its first time. */
function common(
  a: readonly DecodedPacket[],
  b: readonly DecodedPacket[],
  keyOf: (packet: DecodedPacket) => string,
): number[] {
  const [ofA, ofB] = [Map.groupBy(a, keyOf), Map.groupBy(b, keyOf)];
  return [...ofA].flatMap(([key, [packet, ...more]]) => {
    const [other, ...others] = ofB.get(key) ?? [];
    const isRepeated = [...more, ...others].some(
      ({ time }) => Math.abs(time - (packet as DecodedPacket).time) > REPEATED_AFTER_S,
    );
    return packet === undefined || other === undefined || (isRepeated && more.length > 0)
      ? []
      : [other.time - packet.time];
  });
}

/** The same packet so much later at the same host was sent anew. */
const REPEATED_AFTER_S = 0.1;

/** What NAT leaves as it is. */
function segmentKey({ payload }: DecodedPacket): string {
  return `${payload?.tcpSequence} ${payload?.tcpAcknowledgement} ${payload?.tcpFlags} ${payload?.l4Bytes} ${payload?.id}`;
}
