/**
 * What the fast path's program takes for a packet in XDP, with as many flows as there may be visited in any order, beside
 * the reference of the throughput figures, which looks nothing up. As root only.
 */

import { stayOnOneProcessor } from '../../native/affinity.ts';
import { loadProgram, PROGRAM_TYPE } from '../../native/bpf/program.ts';
import { CAPABILITY, withOnly } from '../../native/capabilities.ts';
import { close } from '../../native/sockets.ts';
import { count } from '../../statistics/number-text.ts';
import { type Redirection, redirectProgram } from '../directors/xdp-redirect/program.ts';
import { KernelFlows, REDIRECTION, REPLY_BY_NAT, REQUEST } from './fast-path/kernel-flows.ts';
import { packetTimes, type Subject } from './fast-path/packet-time.ts';
import type { Figure } from './measure.ts';

const FLOWS = [1, 1_000, 100_000, 1_000_000];
/** Of one flow, whose memory is always in the cache. */
const GOAL_NS = 60;
const OUTER_BYTES = 20;

const KINDS = [
  { option: '-m', directions: { 'NAT request': REQUEST, 'NAT reply': REPLY_BY_NAT }, grownBytes: 0 },
  { option: '-g', directions: { 'DR request': REQUEST }, grownBytes: 0 },
  { option: '-i', directions: { 'TUN request': REQUEST }, grownBytes: OUTER_BYTES },
] as const;

export async function* fastPath(): AsyncGenerator<Figure> {
  const letGo = stayOnOneProcessor();
  try {
    for (const flows of FLOWS) for (const kind of KINDS) yield* timesOf(kind, flows);
  } finally {
    letGo();
  }
}

function* timesOf(
  { option, directions, grownBytes }: (typeof KINDS)[number],
  flows: number,
): Generator<Figure> {
  const entries = Object.entries(directions);
  const kernelFlows = new KernelFlows(option, Object.values(directions), flows);
  // As the director has them.
  const program = withOnly([CAPABILITY.network, CAPABILITY.bpf], () => kernelFlows.kernel.xdp);
  const bare = loadProgram(redirectProgram(redirectionBy(option)), PROGRAM_TYPE.xdp);
  const own = entries.map(([name, direction]): Subject => ({ name, program, direction, grownBytes }));
  const reference = { name: 'xdp-redirect', program: bare, direction: REQUEST, grownBytes };
  const times = packetTimes([...own, reference], flows);
  close(bare);
  kernelFlows.close();
  for (const [i, { name }] of own.entries()) {
    yield {
      group: 'packet in XDP',
      name: `${name}, ${count(flows)} ${flows === 1 ? 'flow' : 'flows'}`,
      unit: 'ns',
      value: times[i] as number,
      reference: { name: reference.name, value: times.at(-1) as number },
      goal: flows === 1 ? GOAL_NS : undefined,
    };
  }
}

function redirectionBy(option: (typeof KINDS)[number]['option']): Redirection {
  const { virtual, server, own, stationMac, interfaceIndex } = REDIRECTION;
  return {
    ...virtual,
    ...(option === '-m' && { rewritten: server }),
    ...(option === '-i' && { outer: { source: own.address, destination: server.address } }),
    interfaceIndex,
    sourceMac: own.mac,
    destinationMac: stationMac,
  };
}
