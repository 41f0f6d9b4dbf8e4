/** What a diagnosis looks at: a site’s rules, captures from some of its hosts, and what those hosts say of themselves. */

import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import type { Mode } from '../../lab/index.ts';
import type { HostFacts } from './host-facts.ts';

/**
 * Where a capture was taken. On the host itself, its outgoing packets are seen before the network card completes their
 * checksums and cuts merged segments; on the link behind it, or at a switch, they are as the wire carries them.
 */
export type CapturedAt = 'host' | 'link';

export interface SiteCapture {
  /** Empty where the file does not tell. */
  readonly interface: string;
  readonly file: string;
  readonly packets: readonly DecodedPacket[];
}

export interface SiteHost {
  readonly host: string;
  /** Its MAC addresses, where they are known otherwise than from captures. */
  readonly macs?: readonly string[];
  /** Empty where nothing was captured on it. */
  readonly captures: readonly SiteCapture[];
  /** What the host says of itself; absent where nobody asked it. */
  readonly facts?: HostFacts;
}

export interface SiteServer extends SiteHost {
  /** Address that the rules forward to, as a signed 32-bit integer, and as text. */
  readonly rip: number;
  readonly ripText: string;
  /** Its gateway towards the clients, as text, where that is known. */
  readonly gateway?: string;
}

export interface SiteDirector extends SiteHost {
  /** Its own address on the servers’ side, as text: `10.0.2.1`; unknown outside of a lab unless the captures tell. */
  readonly dipText?: string;
}

export interface SiteService {
  readonly protocol: number;
  /** 0 for every port. */
  readonly virtualPort: number;
  /** 0 for the port that the client asked for. */
  readonly serverPort: number;
}

export interface Site {
  readonly mode: Mode;
  readonly vip: number;
  readonly vipText: string;
  readonly services: readonly SiteService[];
  readonly servers: readonly SiteServer[];
  readonly director: SiteDirector;
  /** Every other host with captures: clients, routers. */
  readonly others: readonly SiteHost[];
  readonly capturedAt: CapturedAt;
  /** The rules serve this VIP in another mode too, by servers that are not listed here. */
  readonly sharesVip?: boolean;
}

/** Every host that something was captured on. */
export function hostsOf({ director, servers, others }: Site): SiteHost[] {
  return [director, ...servers, ...others].filter(({ captures }) => captures.length > 0);
}

export function packetsOf({ captures }: SiteHost): DecodedPacket[] {
  return captures.flatMap(({ packets }) => packets);
}

/** `rs1 (10.0.2.11)`, or the address alone where it is the name. */
export function nameOf({ host, ripText }: SiteServer): string {
  return host === ripText ? ripText : `${host} (${ripText})`;
}
