/** A socket on which the kernel tells that its network has changed (rtnetlink(7)). */

import { messagesIn, type NetlinkMessage, openRouteNetlink } from '../../native/netlink.ts';
import { close, LOST, receiveOrLost } from '../../native/sockets.ts';

/** Multicast groups of rtnetlink, for IPv4 where they are of one family. */
const GROUPS = { links: 1, neighbours: 3, addresses: 5, routes: 7, rules: 8, settings: 24, nextHops: 32 };

/** Each of these, and the number behind it, which tells of removals. */
const RTM_NEWROUTE = 24;
const RTM_NEWNEIGH = 28;
const RTM_NEWNEXTHOP = 104;
/** `struct rtmsg` */
const ROUTE_TYPE = 7;
const RTN_LOCAL = 2;

export interface NetworkListener {
  /** Packets may have to go another way. */
  routesChanged(): void;
  /** Interfaces, addresses, rules or settings are not what they were. */
  networkChanged(): void;
  /** The kernel's entry for a neighbour has changed. */
  neighbourChanged(message: NetlinkMessage): void;
  /** More has changed than the kernel could tell. */
  changesLost(): void;
}

export class NetworkChanges {
  readonly fd = openRouteNetlink(Object.values(GROUPS));
  readonly #bytes = new Uint8Array(1 << 16);
  readonly #view = new DataView(this.#bytes.buffer);

  /** Tells of all that has changed since the last call. */
  take(listener: NetworkListener): void {
    for (;;) {
      const bytes = receiveOrLost(this.fd, this.#bytes);
      if (bytes === 0) return;
      if (bytes === LOST) listener.changesLost();
      for (const message of messagesIn(this.#view, bytes)) tell(listener, message);
    }
  }

  close(): void {
    close(this.fd);
  }
}

function tell(listener: NetworkListener, message: NetlinkMessage): void {
  const kind = message.type & ~1;
  if (kind === RTM_NEWNEIGH) {
    listener.neighbourChanged(message);
    return;
  }
  listener.routesChanged();
  // Most routes are none of addresses that the machine itself has, and there may be many of them.
  const isWay =
    kind === RTM_NEWNEXTHOP ||
    (kind === RTM_NEWROUTE && message.view.getUint8(message.at + ROUTE_TYPE) !== RTN_LOCAL);
  if (!isWay) listener.networkChanged();
}
