/** What a diagnosis looks at: a site’s rules, captures from some of its hosts, and what those hosts say of themselves. */

import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import type { Mode } from '../../lab/index.ts';
import type { HostFacts } from './host-facts.ts';

export interface SiteCapture {
  readonly interface: string;
  readonly packets: readonly DecodedPacket[];
}

export interface SiteServer {
  /** Name in captures and messages. */
  readonly host: string;
  /** Address that the rules forward to, as a signed 32-bit integer, and as text. */
  readonly rip: number;
  readonly ripText: string;
  /** Its MAC addresses, where they are known otherwise than from captures. */
  readonly macs?: readonly string[];
  /** Empty where nothing was captured on it. */
  readonly captures: readonly SiteCapture[];
  /** What the host says of itself; absent where nobody asked it. */
  readonly facts?: HostFacts;
  /** Its gateway towards the clients, as text, where that is known. */
  readonly gateway?: string;
}

export interface SiteService {
  readonly protocol: number;
  readonly virtualPort: number;
  readonly serverPort: number;
}

export interface Site {
  readonly mode: Mode;
  readonly vip: number;
  readonly vipText: string;
  readonly services: readonly SiteService[];
  readonly servers: readonly SiteServer[];
  readonly director: {
    readonly host: string;
    readonly macs?: readonly string[];
    readonly captures: readonly SiteCapture[];
    readonly facts?: HostFacts;
    /** Its own addresses on the servers’ side, as text: `10.0.2.1`; unknown outside of a lab unless the captures tell. */
    readonly dipText?: string;
  };
  /** Every other host with captures: clients, routers. */
  readonly others: readonly { readonly host: string; readonly captures: readonly SiteCapture[] }[];
}

export interface SiteHost {
  readonly host: string;
  readonly captures: readonly SiteCapture[];
}

/** Every host that something was captured on. */
export function hostsOf({ director, servers, others }: Site): SiteHost[] {
  return [director, ...servers, ...others].filter(({ captures }) => captures.length > 0);
}

/** `rs1 (10.0.2.11)`, or the address alone where it is the name. */
export function nameOf({ host, ripText }: SiteServer): string {
  return host === ripText ? ripText : `${host} (${ripText})`;
}
