import type { Ipv4Address } from '../wire/addresses.ts';
import type { Neighbour } from './neighbour.ts';
import type { Port } from './snapshot.ts';

/** How packets get to one destination: out of which port, to which station, how large, and with which own address. */
export interface NextHop {
  readonly port: Port;
  /** Of the station that frames are sent to: the destination itself, or a gateway. */
  readonly address: Ipv4Address;
  /** That station, once a frame was sent to it; it may no longer be listed. */
  neighbour: Neighbour | undefined;
  readonly mtuBytes: number;
  /** Reports of a smaller path MTU are not believed. */
  readonly mtuIsLocked: boolean;
  /** Source address of the director's own packets to there. */
  readonly source: Ipv4Address;
  /** It may not hold any more, as its path MTU has changed: the next packet is looked up anew. */
  outdated: boolean;
}
