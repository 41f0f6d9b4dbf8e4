/**
 * Asks the kernel for routes (RTM_GETROUTE of rtnetlink(7)): rules, tables, several next hops and whatever else its
 * routing knows are then as they are for its own packets. An answer takes some six microseconds.
 */
import { constants } from 'node:os';
import {
  attributeBytes,
  attributesIn,
  NetlinkDialogue,
  type NetlinkMessage,
  NetlinkRequest,
} from '../../native/netlink.ts';
import { AF_INET, close } from '../../native/sockets.ts';
import type { NoRoute, Route, RouteSource } from '../network/route-source.ts';
import type { Ipv4Address } from '../wire/addresses.ts';

const RTM_GETROUTE = 26;
const HOST_BITS = 32;
/** `struct rtmsg`: address family, bits of destination and of source, and more that only answers say. */
const ROUTE_MESSAGE_BYTES = 12;
const ROUTE_TYPE = 7;
const RTN_UNICAST = 1;

const RTA = { destination: 1, source: 2, input: 3, output: 4, gateway: 5, preferredSource: 7, metrics: 8 };
const RTA_CACHEINFO = 12;
/** A gateway of another address family. */
const RTA_VIA = 18;
const RTAX = { lock: 1, mtu: 2 };
const MTU_IS_LOCKED = 1 << RTAX.mtu;
/** `struct rta_cacheinfo`: when what was learned of the path expires, in hundredths of a second. */
const CACHE_EXPIRES = 8;
const MS_PER_TICK = 10;

const { EHOSTUNREACH, EACCES, EINVAL } = constants.errno;
const REASONS: Readonly<Record<number, NoRoute>> = {
  [EHOSTUNREACH]: 'host unreachable',
  [EACCES]: 'prohibited',
  [EINVAL]: 'blackhole',
  // A packet that the kernel would not take from there at all (reverse-path filtering).
  [constants.errno.EXDEV]: 'blackhole',
};

export class KernelRoutes implements RouteSource {
  readonly #kernel = new NetlinkDialogue();
  readonly #request = new NetlinkRequest(RTM_GETROUTE);
  readonly #fixed = new Uint8Array(ROUTE_MESSAGE_BYTES);

  find(destination: number, source: number, inputPort: number): Route | NoRoute {
    this.#fixed[0] = AF_INET;
    this.#fixed[1] = HOST_BITS;
    this.#fixed[2] = source === 0 ? 0 : HOST_BITS;
    const request = this.#request.begin(this.#fixed).address(RTA.destination, destination);
    if (source !== 0) request.address(RTA.source, source);
    if (inputPort !== 0) request.number(RTA.input, inputPort);
    const answer = this.#kernel.ask(request);
    return answer === undefined ? 'network unreachable' : routeIn(answer, inputPort !== 0);
  }

  close(): void {
    close(this.#kernel.fd);
  }
}

/** What an answer to RTM_GETROUTE says. @param isForwarded The question was about a packet that came in. */
export function routeIn(answer: NetlinkMessage, isForwarded: boolean): Route | NoRoute {
  if (answer.errno !== 0) return REASONS[answer.errno] ?? 'network unreachable';
  const { view } = answer;
  const attributes = answer.attributes(ROUTE_MESSAGE_BYTES);
  const port = attributes.get(RTA.output);
  // Broadcasts, and what the machine itself takes in, are nothing to send to another. IPv6 gateways cannot be asked by ARP.
  const isUnicast = view.getUint8(answer.at + ROUTE_TYPE) === RTN_UNICAST;
  if (!isUnicast || port === undefined || attributes.has(RTA_VIA)) return 'host unreachable';
  const expiresInMs = expiry(view, attributes.get(RTA_CACHEINFO));
  // A path MTU that the kernel has learned counts for packets of its own, and not for those that it forwards.
  const metrics =
    expiresInMs !== undefined && isForwarded ? NO_METRICS : metricsIn(view, attributes.get(RTA.metrics));
  return {
    port: view.getInt32(port, true),
    gateway: address(view, attributes.get(RTA.gateway)),
    preferredSource: address(view, attributes.get(RTA.preferredSource)),
    ...metrics,
    expiresInMs,
  };
}

const NO_METRICS: Pick<Route, 'mtuBytes' | 'mtuIsLocked'> = {};

function metricsIn(view: DataView, at: number | undefined): typeof NO_METRICS {
  if (at === undefined) return NO_METRICS;
  const metrics = attributesIn(view, at, at + attributeBytes(view, at));
  const mtu = metrics.get(RTAX.mtu);
  const lock = metrics.get(RTAX.lock);
  return {
    mtuBytes: mtu === undefined ? undefined : view.getUint32(mtu, true),
    mtuIsLocked: lock !== undefined && (view.getUint32(lock, true) & MTU_IS_LOCKED) !== 0,
  };
}

function expiry(view: DataView, at: number | undefined): number | undefined {
  const ticks = at === undefined ? 0 : view.getInt32(at + CACHE_EXPIRES, true);
  return ticks > 0 ? ticks * MS_PER_TICK : undefined;
}

function address(view: DataView, at: number | undefined): Ipv4Address | undefined {
  return at === undefined ? undefined : (view.getInt32(at, false) as Ipv4Address);
}
