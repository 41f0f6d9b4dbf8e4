/** What is measured of a director's performance, and how to read each figure. */

import type { Mode } from '../lab/index.ts';
import { MODES } from '../lab/modes.ts';

/** What every measure has. */
export interface Measured {
  /** Part of the result's ids: `throughput/<id>/<mode>/<director>`. */
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  /** What the figure is, for the report. */
  readonly definition: string;
}

/** The highest rate of UDP frames that come through to the servers with no more lost than may be. */
export interface PacketMeasure extends Measured {
  readonly kind: 'packets';
  /** As Ethernet counts, check sequence included. */
  readonly frameBytes: (mode: Mode) => number;
  /** How many flows they are of. */
  readonly flows: number;
  /** Share that may be lost. */
  readonly lossLimit: number;
  /** Whether the rate that is found has to hold for longer than it is tried while it is searched for. */
  readonly isConfirmed: boolean;
}

/** HTTP requests, as many as are answered. */
export interface FullSpeedMeasure extends Measured {
  readonly kind: 'full speed';
  readonly connections: number;
  /** A connection of its own for each request. */
  readonly newConnections: boolean;
}

/** HTTP requests at a fixed rate: how long after its time each one is answered. */
export interface FixedRateMeasure extends Measured {
  readonly kind: 'fixed rate';
  readonly connections: number;
  readonly newConnections: boolean;
  readonly perSecond: number;
  /** What the figure is of: the median latency, or how many a second were answered. */
  readonly figure: 'latency' | 'rate';
}

/** Measured on a network. */
export type Measure = PacketMeasure | FullSpeedMeasure | FixedRateMeasure;

/** What carries it. */
export function protocolOf({ kind }: Measure): 'tcp' | 'udp' {
  return kind === 'packets' ? 'udp' : 'tcp';
}

/** Measures that one search answers: frames of one size and of as many flows, by how many may be lost. Others stand by themselves. */
export function measuredTogether(
  chosen: readonly Measure[],
  mode: Mode,
): (readonly [Measure, ...Measure[]])[] {
  const groups = Map.groupBy(chosen, (measure) =>
    measure.kind === 'packets'
      ? `${measure.flows} flows, frames of ${measure.frameBytes(mode)} bytes`
      : measure.id,
  );
  return [...groups.values()].map((group) => group as [Measure, ...Measure[]]);
}

/** A rate that is given says nothing of a director that keeps it: what is compared then is the latency. */
export function rateIsGiven(measure: Measure): boolean {
  return measure.kind === 'fixed rate' && measure.figure === 'rate';
}

const SMALLEST_FRAME_BYTES = 64;
const LARGEST_FRAME_BYTES = 1518;

const USUAL_FLOWS = 4096;

const TOLERATED = 0.001;
/** As FD.io's CSIT has it. */
const PARTIAL_DROP = 0.005;

const BISECTED =
  'Found by bisection to 4 %. Where even the generator’s full speed comes through, that is the figure.';

const CARRIED =
  'The highest rate of UDP frames of 4,096 flows at which at most one in a thousand is lost between the switch’s port to the director and the port to the servers’ sink, counted until the last one has arrived. ' +
  `${BISECTED} The kernel’s own forwarding happens in the name and on the core of whoever sends; a director that is a process has a core of its own where there are two.`;

const CONFIRMED =
  'of UDP frames of 64 bytes and 4,096 flows between the switch’s port to the director and the port to the servers’ sink. ' +
  'Found by bisection to 4 % with short trials, which all measures of this frame size share; the rate that is found must hold once more for longer, or the search goes on below it (docs/figures.md has the durations).';

export const measures: readonly Measure[] = [
  {
    id: 'packets',
    kind: 'packets',
    title: 'Packets, 64-byte frames',
    unit: 'packets/s',
    higherIsBetter: true,
    frameBytes: () => SMALLEST_FRAME_BYTES,
    flows: USUAL_FLOWS,
    lossLimit: TOLERATED,
    isConfirmed: false,
    definition: CARRIED,
  },
  {
    id: 'packets-pdr',
    kind: 'packets',
    title: 'Partial drop rate (PDR), 64-byte frames',
    unit: 'packets/s',
    higherIsBetter: true,
    frameBytes: () => SMALLEST_FRAME_BYTES,
    flows: USUAL_FLOWS,
    lossLimit: PARTIAL_DROP,
    isConfirmed: true,
    definition: `The highest rate at which at most 0.5 % is lost (partial drop rate) ${CONFIRMED}`,
  },
  {
    id: 'packets-ndr',
    kind: 'packets',
    title: 'Non-drop rate (NDR), 64-byte frames',
    unit: 'packets/s',
    higherIsBetter: true,
    frameBytes: () => SMALLEST_FRAME_BYTES,
    flows: USUAL_FLOWS,
    lossLimit: 0,
    isConfirmed: true,
    definition: `The highest rate at which not one is lost (non-drop rate; RFC 2544 §26.1 calls it throughput) ${CONFIRMED}`,
  },
  {
    id: 'packets-mtu',
    kind: 'packets',
    title: 'Packets, frames as large as the MTU allows',
    unit: 'packets/s',
    higherIsBetter: true,
    frameBytes: (mode) => LARGEST_FRAME_BYTES - MODES[mode].outerHeaderBytes,
    flows: USUAL_FLOWS,
    lossLimit: TOLERATED,
    isConfirmed: false,
    definition: `${CARRIED} Frames of 1,518 bytes, 20 less where a tunnel’s header must fit.`,
  },
  {
    id: 'requests',
    kind: 'full speed',
    title: 'HTTP requests over 32 lasting connections, full speed',
    unit: 'requests/s',
    higherIsBetter: true,
    connections: 32,
    newConnections: false,
    definition: 'Requests answered per second, each connection asking again as soon as it is answered.',
  },
  {
    id: 'connections',
    kind: 'full speed',
    title: 'HTTP requests with a new connection each, full speed',
    unit: 'connections/s',
    higherIsBetter: true,
    connections: 32,
    newConnections: true,
    definition: 'Connections per second that were opened, asked one request, and answered; 32 at a time.',
  },
  {
    id: 'latency',
    kind: 'fixed rate',
    title: 'Latency at 1,000 requests/s over lasting connections',
    unit: 'ms',
    higherIsBetter: false,
    connections: 16,
    newConnections: false,
    perSecond: 1000,
    figure: 'latency',
    definition:
      'Median time from the moment a request was due to its answer. Requests are due at even intervals whatever becomes of those before, so one that has to wait for a connection counts its waiting.',
  },
  {
    id: 'connections-fixed',
    kind: 'fixed rate',
    title: 'New connections at a fixed rate of 400/s',
    unit: 'connections/s',
    higherIsBetter: true,
    connections: 32,
    newConnections: true,
    perSecond: 400,
    figure: 'rate',
    definition:
      'Connections per second that were opened and answered when 400 a second are due; latency from when each one was due, handshake included. As the rate is given, it is the latency that is compared.',
  },
];

/** Nanoseconds that the director's core takes for a packet, in a process of its own, without a network. */
export const coreMeasure: Measured = {
  id: 'core',
  title: 'The core’s time for a packet of an established connection',
  unit: 'ns',
  higherIsBetter: false,
  definition:
    'Time from a frame to the frame that leaves, without a network: of requests, in NAT of requests and replies in turns. The reference is the Internet checksum of 1,500 bytes, computed in turns with it in the same process. Every turn is a process of its own, because Node compiles the same code a little differently each time.',
};

const GROWTH_FLOWS = [1, 1_000, 100_000, 1_000_000];
const GROWTH_SIZES = [
  { name: '64', title: '64-byte frames', bytes: () => SMALLEST_FRAME_BYTES },
  { name: '512', title: '512-byte frames', bytes: () => 512 },
  {
    name: 'mtu',
    title: 'frames as large as the MTU allows',
    bytes: (mode: Mode) => LARGEST_FRAME_BYTES - MODES[mode].outerHeaderBytes,
  },
];

/** How the rate changes with the number of flows and the size of frames. */
export const growthMeasures: readonly PacketMeasure[] = GROWTH_FLOWS.flatMap((flows) =>
  GROWTH_SIZES.map(({ name, title, bytes }) => ({
    id: `growth-${name}-${flows}`,
    kind: 'packets',
    title: `${title[0]!.toUpperCase()}${title.slice(1)}, ${flows.toLocaleString('en')} ${flows === 1 ? 'flow' : 'flows'}`,
    unit: 'packets/s',
    higherIsBetter: true,
    frameBytes: bytes,
    flows,
    lossLimit: TOLERATED,
    isConfirmed: false,
    definition: `The highest rate of UDP frames at which at most one in a thousand is lost, ${title} of ${flows.toLocaleString('en')} ${flows === 1 ? 'flow' : 'flows, any of them at random'}, once the director has seen each of them. ${BISECTED}`,
  })),
);
