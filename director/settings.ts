/** What an administrator can set: the `net.ipv4.vs.*` sysctls that have a meaning here, by their kernel names. */
export interface Settings {
  /** Drop packets of connections to a deleted server (0), or end those connections at once (1). */
  expire_nodest_conn: number;
  /** 0: a new SYN never takes over an old connection; 1: one in TIME_WAIT or CLOSE; bit 2: also FIN_WAIT of DR and TUN. */
  conn_reuse_mode: number;
  /** 1: any TCP segment but RST may open a connection. */
  sloppy_tcp: number;
  /** 1: obey DF under TUN and copy it to the outer header; 0: fragment the outer packet instead. */
  pmtu_disc: number;
}

export function defaultSettings(): Settings {
  return { expire_nodest_conn: 0, conn_reuse_mode: 1, sloppy_tcp: 0, pmtu_disc: 1 };
}
