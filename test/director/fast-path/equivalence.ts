/** Whether the fast path does with frames what the core does with them. */

import { KEY_BYTES } from '../../../director/fast-path/layout.ts';
import { get16, isIpv4, put16, readIpv4, writeHeaderChecksum } from '../../../lab/frames/index.ts';
import type { Flows } from './flows.ts';
import type { Case } from './frames.ts';
import type { Path } from './paths.ts';

const ETHERNET_BYTES = 14;
const IP_ID = ETHERNET_BYTES + 4;
const TUNNELLED = 4;
const KEY_WORDS = KEY_BYTES / 4;

export interface Tally {
  frames: number;
  /** Of those, how many the fast path sent. */
  taken: number;
  /** What it must have counted of them: packets in and out, bytes in and out. */
  readonly counted: [number, number, number, number];
}

export function newTally(): Tally {
  return { frames: 0, taken: 0, counted: [0, 0, 0, 0] };
}

/** What is wrong about a frame's treatment, as a sentence; undefined if all is as it must be. */
export function problemWith(flows: Flows, path: Path, one: Case, tally: Tally): string | undefined {
  const output = path.send(one)?.slice();
  tally.frames++;
  if (output !== undefined) {
    tally.taken++;
    tally.counted[one.isReply ? 1 : 0]++;
    tally.counted[one.isReply ? 3 : 2] += get16(one.frame, ETHERNET_BYTES + 2);
  }
  const what = `${one.name}, ${one.flow.protocol} by ${one.flow.option}${one.isReply ? ', reply' : ''}`;
  const hasEnded = flows.maps.renew(one);
  if (one.expected === 'taken' && output === undefined) return `${what}: was left to the director`;
  if (one.expected === 'ends' && !hasEnded) return `${what}: its flow goes on`;
  if (hasEnded && output !== undefined) return `${what}: was taken, and its flow has ended`;
  if (one.expected === 'left' || one.expected === 'ends') {
    return output === undefined ? undefined : `${what}: was taken`;
  }
  const core = flows.core(one);
  if (output === undefined) return undefined;
  if (core === undefined) return `${what}: was taken, and the core does not send it`;
  const difference = differenceOf(output, core, one);
  return difference === undefined ? undefined : `${what}: ${difference}`;
}

function differenceOf(output: Uint8Array, core: Uint8Array, one: Case): string | undefined {
  if (output.length !== core.length) return `${output.length} bytes where the core sends ${core.length}`;
  const expected = core.slice();
  // Any identification will do for a packet that may be fragmented (RFC 6864): those of the core are counted up.
  if (expected[ETHERNET_BYTES + 9] === TUNNELLED && (get16(expected, ETHERNET_BYTES + 6) & 0x4000) === 0) {
    put16(expected, IP_ID, get16(output, IP_ID));
    writeHeaderChecksum(expected.subarray(ETHERNET_BYTES));
  }
  // Of a merged packet the checksum is hardware's to complete.
  if (one.segmentBytes > 0) {
    const at = ETHERNET_BYTES + 20 + (one.flow.protocol === 'tcp' ? 16 : 6);
    put16(expected, at, get16(output, at));
  }
  const at = expected.findIndex((byte, i) => byte !== output[i]);
  if (at < 0) return isIpv4(output.subarray(ETHERNET_BYTES)) ? undefined : 'the IP header is wrong';
  const { source, destination } = readIpv4(expected.subarray(ETHERNET_BYTES));
  return `byte ${at} is ${output[at]}, the core sends ${expected[at]} (${source} to ${destination})`;
}

/**
 * What is wrong with what the programs have left behind, after frames none of which was merged, and with what they do where a
 * flow is none any more.
 */
export function problemLeft(flows: Flows, path: Path, { counted }: Tally): string | undefined {
  const { totals, shortcut } = flows.director.core.state;
  const known = () => [totals.inPackets, totals.outPackets, totals.inBytes, totals.outBytes];
  const before = known();
  shortcut?.harvest();
  const harvested = known().map((value, i) => value - (before[i] as number));
  if (harvested.join() !== counted.join()) return `counted ${harvested}, expected ${counted}`;
  const [flow] = flows.flows;
  if (flow === undefined) return 'there is no flow';
  const [epoch, ready, port, way, ...others] = flows.maps.whileOdd(flow, () =>
    path.send(flows.caseOf(flow, false)) === undefined ? 'left' : 'taken',
  );
  const odd = [epoch, ready, port, way, ...others.slice(0, KEY_WORDS)];
  if (odd.some((seen) => seen !== 'left')) return `a flow that is none any more: ${odd}`;
  const elsewhere = others.slice(KEY_WORDS).filter((seen) => seen !== '');
  if (elsewhere.some((seen) => seen !== 'taken')) return `a flow in another place of its group: ${elsewhere}`;
  return undefined;
}
