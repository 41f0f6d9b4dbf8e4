/** What ipvsadm prints, read back. */

/** A row of `ipvsadm -Lnc`. */
export interface ListedConnection {
  readonly protocol: string;
  /** Seconds until it expires, as a whole number. */
  readonly expiresS: number;
  readonly state: string;
  /** ADDRESS:PORT; port 0 for a template. */
  readonly client: string;
  readonly virtual: string;
  readonly server: string;
}

export function readConnections(list: string): ListedConnection[] {
  return rowsOf(list).flatMap(([protocol, expire, state, client, virtual, server]) => {
    const [minutes, seconds] = (expire ?? '').split(':').map(Number);
    if (seconds === undefined || Number.isNaN(seconds)) return [];
    return [
      {
        protocol: protocol!,
        expiresS: minutes! * 60 + seconds,
        state: state!,
        client: client!,
        virtual: virtual!,
        server: server!,
      },
    ];
  });
}

/** Persistence templates among the rows: their client port is 0. */
export function templatesIn(list: readonly ListedConnection[]): ListedConnection[] {
  return list.filter(({ client }) => client.endsWith(':0'));
}

/** A server’s row of `ipvsadm -Ln`. */
export interface ListedServer {
  /** ADDRESS:PORT */
  readonly address: string;
  /** `Masq`, `Route`, `Tunnel`. */
  readonly forward: string;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
}

/** Of one service: `ipvsadm -Ln -t VIP:PORT`. */
export function readServers(list: string): ListedServer[] {
  return serverRows(list).map(([address, forward, ...numbers]) => {
    const [weight, active, inactive] = numbers.map(Number);
    return { address: address!, forward: forward!, weight: weight!, active: active!, inactive: inactive! };
  });
}

/** Servers of `ipvsadm -Ln --persistent-conn`: how many templates lead to each, by ADDRESS:PORT. */
export function readPersistentConnections(list: string): Map<string, number> {
  return new Map(serverRows(list).map(([address, _weight, count]) => [address!, Number(count)]));
}

/** Counters as `ipvsadm -Ln --stats --exact` shows them. */
export interface ListedCounters {
  readonly connections: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

/** Of one service: its own counters under its ADDRESS:PORT, and each of its servers’. */
export function readCounters(list: string): Map<string, ListedCounters> {
  return new Map(
    rowsOf(list)
      .filter(([first]) => first !== undefined && ['TCP', 'UDP', 'SCTP', 'FWM', '->'].includes(first))
      .filter((row) => row.length === 7 && !Number.isNaN(Number(row[2])))
      .map(([_kind, address, ...numbers]) => {
        const [connections, inPackets, outPackets, inBytes, outBytes] = numbers.map(Number);
        return [
          address!,
          {
            connections: connections!,
            inPackets: inPackets!,
            outPackets: outPackets!,
            inBytes: inBytes!,
            outBytes: outBytes!,
          },
        ];
      }),
  );
}

function rowsOf(list: string): string[][] {
  return list.split('\n').map((line) => line.trim().split(/\s+/));
}

/** Words behind the arrow, of every row but the heading. */
function serverRows(list: string): string[][] {
  return rowsOf(list)
    .filter(([arrow, address]) => arrow === '->' && address !== 'RemoteAddress:Port')
    .map(([_arrow, ...words]) => words);
}
