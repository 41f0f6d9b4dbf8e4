/**
 * What each forwarding mode is. This is the only list of modes: everything else asks for a property here, so that a mode
 * that is added is known everywhere, and one that is described in part does not compile.
 */

export interface ForwardingMode {
  /** For people: `NAT`. */
  readonly label: string;
  /** Option of `ipvsadm -a` and `-e`. */
  readonly ipvsadmOption: '-m' | '-g' | '-i';
  /** The kernel’s number of it (IP_VS_CONN_F_FWD_MASK). */
  readonly method: 0 | 2 | 3;
  /** In the column `Forward` of `ipvsadm -L`. */
  readonly ipvsadmName: string;
  /**
   * The director puts the server’s address and port in place of those of the virtual service, and the other way round in
   * replies. So only such a mode can map ports; in every other the server holds the VIP, on an interface that answers no
   * ARP request for it.
   */
  readonly rewritesAddresses: boolean;
  /** Replies go through the director, which is the servers’ gateway; otherwise straight from the server to the client. */
  readonly repliesPassDirector: boolean;
  /** Servers are on a segment that the director is on too, so that it addresses frames to them and not to a router. */
  readonly serversOnLink: boolean;
  /** Requests travel to the server in an outer IP header, which the server takes off. */
  readonly encapsulates: boolean;
  /** What that header takes of the MTU with plain IP in IP (RFC 2003); 0 without one. */
  readonly outerHeaderBytes: number;
}

const TABLE = {
  nat: {
    label: 'NAT',
    ipvsadmOption: '-m',
    method: 0,
    ipvsadmName: 'Masq',
    rewritesAddresses: true,
    repliesPassDirector: true,
    serversOnLink: true,
    encapsulates: false,
    outerHeaderBytes: 0,
  },
  dr: {
    label: 'DR',
    ipvsadmOption: '-g',
    method: 3,
    ipvsadmName: 'Route',
    rewritesAddresses: false,
    repliesPassDirector: false,
    serversOnLink: true,
    encapsulates: false,
    outerHeaderBytes: 0,
  },
  tun: {
    label: 'TUN',
    ipvsadmOption: '-i',
    method: 2,
    ipvsadmName: 'Tunnel',
    rewritesAddresses: false,
    repliesPassDirector: false,
    serversOnLink: false,
    encapsulates: true,
    outerHeaderBytes: 20,
  },
} satisfies Record<string, ForwardingMode>;

/** Name on the command line and in results. */
export type Mode = keyof typeof TABLE;

export const MODES: Readonly<Record<Mode, ForwardingMode>> = TABLE;

/** In the order in which people learn them. */
export const ALL_MODES = Object.keys(TABLE) as readonly Mode[];

/** The modes of which something is true: `modesWhere(({ encapsulates }) => encapsulates)`. */
export function modesWhere(holds: (mode: ForwardingMode) => boolean): Mode[] {
  return ALL_MODES.filter((mode) => holds(MODES[mode]));
}
