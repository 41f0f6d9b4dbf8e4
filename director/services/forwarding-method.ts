/** How packets are forwarded to a real server, and how they are wrapped where that is through a tunnel. */

/** Forwarding methods, numbered as in the kernel; connections hold theirs in the low bits of `flags`. */
export const METHOD = { masquerade: 0, local: 1, tunnel: 2, route: 3, bypass: 4 } as const;
export type Method = (typeof METHOD)[keyof typeof METHOD];

/** Those that a server can be given; the director itself chooses the others. */
export const SERVER_METHODS = [METHOD.masquerade, METHOD.tunnel, METHOD.route] as const;
export type ServerMethod = (typeof SERVER_METHODS)[number];

/** In the column `Forward` of `ipvsadm -L`. */
export const METHOD_NAMES: Readonly<Record<number, string>> = {
  [METHOD.masquerade]: 'Masq',
  [METHOD.local]: 'Local',
  [METHOD.tunnel]: 'Tunnel',
  [METHOD.route]: 'Route',
};

/** Kinds of tunnel, numbered as in the kernel. */
export const TUNNEL_TYPE = { ipip: 0, gue: 1, gre: 2 } as const;
export type TunnelType = (typeof TUNNEL_TYPE)[keyof typeof TUNNEL_TYPE];

/** Checksum of the outer header: none, one, or remote checksum offload (GUE only). */
export const TUNNEL_CHECKSUM = { none: 0, full: 1, remote: 2 } as const;

export interface Tunnel {
  readonly type: TunnelType;
  /** UDP port that a GUE receiver listens on; 0 for the other types. */
  readonly port: number;
  /** Bits of `TUNNEL_CHECKSUM`. */
  readonly checksum: number;
}

export const IPIP: Tunnel = { type: TUNNEL_TYPE.ipip, port: 0, checksum: TUNNEL_CHECKSUM.none };
