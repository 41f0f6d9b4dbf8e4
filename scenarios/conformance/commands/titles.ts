/** The lines above the first service of each of ipvsadm’s lists. */

const VERSION = 'IP Virtual Server version 1.2.1 (size=4096)';
const ABOVE_SERVERS = '  -> RemoteAddress:Port';

/** As `ipvsadm -Ln`, with the options given, prints them: each with the line that names the version. */
export const TITLES = {
  plain: [
    VERSION,
    'Prot LocalAddress:Port Scheduler Flags',
    '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
  ],
  stats: [
    VERSION,
    'Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes',
    ABOVE_SERVERS,
  ],
  rate: [
    VERSION,
    'Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS',
    ABOVE_SERVERS,
  ],
  thresholds: [
    VERSION,
    'Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn ',
    ABOVE_SERVERS,
  ],
  persistent: [
    VERSION,
    'Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn ',
    ABOVE_SERVERS,
  ],
  tunnels: [
    VERSION,
    'Prot LocalAddress:Port Scheduler Flags',
    '  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn',
  ],
} as const;

/** A list of one service (`-t VIP:PORT`) does not name the version. */
export function ofOneService(title: readonly string[]): readonly string[] {
  return title.slice(1);
}

/** A server’s line: its name, and behind it what the list says of it. */
export function serverLine(name: string, columns: string): string {
  return `  -> ${name.padEnd(28)} ${columns}`;
}

/** Columns as most lists have them: each value is padded to the width of its column. */
export function columns(...values: readonly (readonly [value: string | number, width: number])[]): string {
  return values.map(([value, width]) => String(value).padEnd(width)).join(' ');
}

/** Counters and rates: nine digits wide, to the right. */
export function counterColumns(...values: readonly number[]): string {
  return values.map((value) => String(value).padStart(9)).join('');
}
