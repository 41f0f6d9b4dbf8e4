/**
 * What an administrator can set: the `net.ipv4.vs.*` sysctls that have a meaning here, by their kernel names, and how
 * `NAME=VALUE` for one of them is read. Names may carry the prefix that they have as sysctls.
 */
import { DEFAULT_CAPACITY } from './connections/table.ts';
import { RuleError } from './services/rule-error.ts';

export interface Settings {
  /** 1: a firewall-mark service without a server forwards to where the packet was going. */
  cache_bypass: number;
  /** 0: a new SYN never takes over an old connection; 1: one in TIME_WAIT or CLOSE; bit 2: also FIN_WAIT of DR and TUN. */
  conn_reuse_mode: number;
  /** Most entries of the connection table; a packet that would need one more is dropped. */
  conn_max: number;
  /** 3: drop half-open and idle connections at random; 1 and 2: while memory is short, when 1 becomes 2. */
  drop_entry: number;
  /** 3: drop every `am_droprate`th packet that would open a connection; 1 and 2: as `drop_entry`, the more the less is left. */
  drop_packet: number;
  /** See `drop_packet`. */
  am_droprate: number;
  /** Pages of 4 KiB: with fewer of them free, memory is short. */
  amemthresh: number;
  /** Drop packets of connections to a deleted server (0), or end those connections at once (1). */
  expire_nodest_conn: number;
  /** 1: a persistence template ends when its server is quiesced. */
  expire_quiescent_template: number;
  /** Seconds without use after which lblc forgets an address. */
  lblc_expiration: number;
  /** Seconds without use after which lblcr forgets an address, and without change after which its set shrinks. */
  lblcr_expiration: number;
  /** 1: answer a NAT server's packets that belong to no connection "port unreachable" instead of forwarding them. */
  nat_icmp_send: number;
  /** 1: obey DF under TUN and copy it to the outer header; 0: fragment the outer packet instead. */
  pmtu_disc: number;
  /** 1: an ICMP error to a service opens the connection that it speaks of. */
  schedule_icmp: number;
  /** 0: counters and rates that are shown stay as they are. */
  run_estimation: number;
  /** 3: follow TCP by the tables for a director under attack; 1 and 2: as `drop_entry`. */
  secure_tcp: number;
  /** 1: any SCTP chunk but ABORT may open a connection. */
  sloppy_sctp: number;
  /** 1: any TCP segment but RST may open a connection. */
  sloppy_tcp: number;
}

export function defaultSettings(): Settings {
  return {
    cache_bypass: 0,
    conn_reuse_mode: 1,
    conn_max: DEFAULT_CAPACITY,
    drop_entry: 0,
    drop_packet: 0,
    am_droprate: 10,
    amemthresh: 1024,
    expire_nodest_conn: 0,
    expire_quiescent_template: 0,
    lblc_expiration: 86_400,
    lblcr_expiration: 86_400,
    nat_icmp_send: 0,
    pmtu_disc: 1,
    schedule_icmp: 0,
    run_estimation: 1,
    secure_tcp: 0,
    sloppy_sctp: 0,
    sloppy_tcp: 0,
  };
}

export interface SettingChange {
  readonly name: keyof Settings;
  readonly value: number;
}

const SYSCTL_PREFIX = /^net[./]ipv4[./]vs[./]/;
const MAX_VALUE = 2_147_483_647;
/** Settings with modes; the kernel refuses others. */
const HIGHEST_MODE: Partial<Record<keyof Settings, number>> = {
  drop_entry: 3,
  drop_packet: 3,
  secure_tcp: 3,
};

function settingNames(): (keyof Settings)[] {
  return Object.keys(defaultSettings()) as (keyof Settings)[];
}

/** @throws RuleError if there is no such setting, or it does not take that value. */
export function parseSetting(text: string): SettingChange {
  const [given = '', value = ''] = text.split('=').map((part) => part.trim());
  const name = settingNamed(given);
  const highest = HIGHEST_MODE[name] ?? MAX_VALUE;
  if (!/^\d+$/.test(value) || Number(value) > highest) {
    throw new RuleError(`invalid value "${value}" for ${name}: expected a whole number from 0 to ${highest}`);
  }
  return { name, value: Number(value) };
}

/** @throws RuleError if there is no such setting. */
export function settingNamed(given: string): keyof Settings {
  const bare = given.replace(SYSCTL_PREFIX, '');
  const name = settingNames().find((known) => known === bare);
  if (name === undefined) {
    throw new RuleError(`there is no setting "${given}"; expected one of ${settingNames().join(', ')}`);
  }
  return name;
}
