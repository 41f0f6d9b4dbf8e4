/** Feeds the frames of a capture to a director in memory, at the times of the capture, and keeps what it sends. */
import {
  formatMac,
  parseSetting,
  prefixMask,
  UNSPECIFIED,
  VERDICT,
  type VirtualService,
} from '../../../director/index.ts';

import { CaptureError, type DecodedCapture } from '../../../lab/captures/read-capture.ts';
import type { TimedFrame } from '../../../lab/captures/write-capture.ts';
import { type RoutedNetwork, type RouteEntry, UNCONNECTED } from '../../../lab/memory/route-table.ts';
import { VirtualDirector } from '../../../lab/memory/virtual-director.ts';
import { CapturedStations, deriveNetwork } from './captured-network.ts';
import { withDirectorsMac } from './directors-mac.ts';
import { type GivenPort, type GivenRoute, NetworkOptionError } from './network-options.ts';

export interface CaptureReplayOptions {
  /** Text for `ipvsadm -R`. */
  readonly rules: string;
  /** If there are none, they are derived from the capture. */
  readonly ports: readonly GivenPort[];
  readonly routes: readonly GivenRoute[];
  /** `NAME=VALUE` of `net.ipv4.vs`. */
  readonly settings: readonly string[];
}

export interface CaptureReplay {
  readonly ports: readonly GivenPort[];
  readonly sent: readonly TimedFrame[];
  /**
   * Frames to the director, by what became of them. `kept` are fragments, which are sent on together or not at all;
   * `left` went to the machine's own stack.
   */
  readonly received: {
    readonly forwarded: number;
    readonly dropped: number;
    readonly kept: number;
    readonly left: number;
  };
  /** Frames that were not replayed: those that the director's own ports had sent, and those between others. */
  readonly leftOut: { readonly sentByDirector: number; readonly forOthers: number };
  /** Frames that the director dropped, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  /** IP addresses whose MAC address the capture does not show; it was made up. */
  readonly unknownStations: readonly string[];
}

const MAX_CONNECTIONS = 1 << 20;
/** No timer of a director is longer: a month. */
const MAX_PAUSE_MS = 31 * 86_400_000;
/** Metric of the route of last resort. */
const LAST_RESORT_METRIC = 0x7fffffff;

/**
 * @throws RuleError for a line of the rules or a setting, CaptureError if the capture cannot be replayed,
 * NetworkOptionError if the network does not fit together.
 */
export function replayCapture(given: DecodedCapture, options: CaptureReplayOptions): CaptureReplay {
  const capture = withDirectorsMac(given, options.ports);
  const stations = new CapturedStations();
  const director = new VirtualDirector({
    network: UNCONNECTED,
    neighbours: stations,
    maxConnections: MAX_CONNECTIONS,
  });
  director.rules(...options.rules.split('\n'));
  for (const text of options.settings) director.core.state.set(parseSetting(text));
  const services = [...director.core.state.services.all()];
  const { ports, routes } =
    options.ports.length > 0
      ? { ports: options.ports, routes: routesVia(options.ports, options.routes) }
      : deriveNetwork(capture, services);
  director.setNetwork(networkOf(ports, routes, services));
  const portByMac = new Map(ports.map(({ mac }, index) => [formatMac(mac), index + 1]));
  stations.learn(capture, new Set(portByMac.keys()));
  return { ports, ...run(director, capture, portByMac), unknownStations: [...stations.unknown] };
}

function run(
  director: VirtualDirector,
  capture: DecodedCapture,
  portByMac: ReadonlyMap<string, number>,
): Omit<CaptureReplay, 'ports' | 'unknownStations'> {
  const startSeconds = capture.packets[0]?.time ?? 0;
  const startMs = director.nowMs;
  const received = { forwarded: 0, dropped: 0, kept: 0, left: 0 };
  const leftOut = { sentByDirector: 0, forOthers: 0 };
  for (const { bytes, time, sourceMac, destinationMac, frame } of capture.packets) {
    const atMs = startMs + (time - startSeconds) * 1000;
    if (atMs - director.nowMs > MAX_PAUSE_MS) {
      throw new CaptureError(
        `${capture.file}: frame ${frame} is more than a month later than those before it`,
      );
    }
    director.advanceTo(atMs);
    const port = portByMac.get(destinationMac);
    if (portByMac.has(sourceMac)) leftOut.sentByDirector++;
    else if (port === undefined) leftOut.forOthers++;
    else received[fateOf(director, port, bytes)]++;
  }
  const sent = director
    .takeSent()
    .map(({ atMs, frame }) => ({ time: startSeconds + (atMs - startMs) / 1000, frame }));
  return { sent, received, leftOut, drops: Object.fromEntries(director.core.state.drops) };
}

function fateOf(director: VirtualDirector, port: number, frame: Uint8Array): keyof CaptureReplay['received'] {
  const sentBefore = director.sent.length;
  const { verdict } = director.receive(port, frame);
  if (verdict === VERDICT.drop) return 'dropped';
  if (verdict === VERDICT.pass || verdict === VERDICT.deliver) return 'left';
  return director.sent.length > sentBefore ? 'forwarded' : 'kept';
}

/** A destination that no subnet and no route covers is on the first port's link. */
function networkOf(
  ports: readonly GivenPort[],
  routes: readonly RouteEntry[],
  services: readonly VirtualService[],
): RoutedNetwork {
  const own = ports.flatMap(({ addresses }) => addresses.map(({ address }) => address));
  const vips = services.filter(({ mark }) => mark === 0).map(({ address }) => address);
  const connected = ports.flatMap(({ addresses }, index) =>
    addresses.map(({ address: network, prefixLength }) => ({
      network,
      prefixLength,
      port: index + 1,
      metric: 0,
    })),
  );
  return {
    ports: ports.map((port, index) => ({ ...port, index: index + 1 })),
    localAddresses: [...new Set([...own, ...vips])],
    routes: [
      ...routes,
      ...connected,
      { network: UNSPECIFIED, prefixLength: 0, port: 1, metric: LAST_RESORT_METRIC },
    ],
    ipForward: true,
  };
}

function routesVia(ports: readonly GivenPort[], routes: readonly GivenRoute[]): RouteEntry[] {
  return routes.map((route) => {
    const port = ports.findIndex(({ addresses }) =>
      addresses.some(
        ({ address, prefixLength }) => ((address ^ route.gateway) & prefixMask(prefixLength)) === 0,
      ),
    );
    if (port < 0) throw new NetworkOptionError('the gateway of a --route is in no --port’s subnet');
    return { ...route, port: port + 1, metric: 0 };
  });
}
