/** What a host made a packet of: the packet that it had received before and sends on. */
import { get16, ICMP, isIcmpError, SCTP, TCP, UDP } from '../../frames/index.ts';
import type { DecodedPacket } from '../decoded-packet.ts';
import type { IpLayer } from '../ip-layer.ts';

/** Packets that one host received and that are not yet known to have been sent on, in the order in which they came. */
export class Received {
  readonly #bySubstance = new Map<string, DecodedPacket[]>();
  /** The last one of each end. */
  readonly #byEnd = new Map<string, DecodedPacket>();

  add(packet: DecodedPacket): void {
    const { payload } = packet;
    if (payload === undefined) return;
    for (const end of endsOf(payload)) this.#byEnd.set(end, packet);
    const key = substanceOf(payload);
    const alike = this.#bySubstance.get(key);
    if (alike === undefined) this.#bySubstance.set(key, [packet]);
    else alike.push(packet);
  }

  /**
   * The packet with the same substance and the same client’s end: of several the one whose header a router would have made
   * this one of, else the first. Where there is none, the last one of the same protocol with that end: a host may have
   * changed what it should have left alone, or cut the packet in pieces.
   */
  originOf({ payload }: DecodedPacket): DecodedPacket | undefined {
    if (payload === undefined) return undefined;
    const ends = endsOf(payload);
    const alike = this.#bySubstance.get(substanceOf(payload)) ?? [];
    const sharesEnd = ({ payload: before }: DecodedPacket) =>
      before !== undefined && endsOf(before).some((end) => ends.includes(end));
    const likely = alike.findIndex((one) => sharesEnd(one) && isOneHopBefore(one.payload, payload));
    const at = likely >= 0 ? likely : alike.findIndex(sharesEnd);
    if (at >= 0) return alike.splice(at, 1)[0];
    return ends.map((end) => this.#byEnd.get(end)).find((one) => one !== undefined);
  }
}

function isOneHopBefore(before: IpLayer | undefined, after: IpLayer): boolean {
  return (
    before !== undefined &&
    before.ttl === after.ttl + 1 &&
    before.tos === after.tos &&
    before.dontFragment === after.dontFragment
  );
}

/** Whoever sends a packet on leaves one of its ends as it is: requests keep their source, replies their destination. */
function endsOf({ protocol, source, sourcePort, destination, destinationPort }: IpLayer): [string, string] {
  return [`${protocol} from ${source} ${sourcePort}`, `${protocol} to ${destination} ${destinationPort}`];
}

/** Where the checksum of the protocols stands that begin with ports. */
const CHECKSUM_AT: Readonly<Record<number, readonly [at: number, bytes: number]>> = {
  [TCP]: [16, 2],
  [UDP]: [6, 2],
  [SCTP]: [8, 4],
};

/** All that forwarding leaves alone: identification, and what the packet carries, without ports and checksum. */
function substanceOf(ip: IpLayer): string {
  const head = `${ip.protocol} ${ip.id} ${ip.fragmentOffsetBytes}`;
  const carried = Uint8Array.from(ip.bytes.subarray(ip.l4, ip.l4 + ip.l4Bytes));
  if (ip.protocol === ICMP && isIcmpError(ip.icmpType ?? 0)) {
    // The quoted packet is rewritten too, but for its identification.
    return `${head} ${ip.icmpType} ${ip.icmpCode} ${ip.icmpRest} ${get16(ip.icmpQuote, 4)}`;
  }
  const checksum = CHECKSUM_AT[ip.protocol];
  if (checksum !== undefined && ip.fragmentOffsetBytes === 0) {
    carried.fill(0, 0, 4);
    carried.fill(0, checksum[0], checksum[0] + checksum[1]);
  }
  return `${head} ${Buffer.from(carried).toString('latin1')}`;
}
