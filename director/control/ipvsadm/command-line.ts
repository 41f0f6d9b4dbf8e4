/** What the words of one `ipvsadm` command line say. */
import { METHOD } from '../../services/forwarding-method.ts';
import type { ProtocolName } from '../../wire/ipv4.ts';
import type { DaemonRole, ServerSettings } from './backend/operations.ts';
import type { CheckedOption, TunnelName } from './option-rules.ts';
import type { CommandName } from './option-table.ts';

export const DEFAULT_SCHEDULER = 'wlc';
export const FULL_IPV4_MASK = -1;
export const FULL_IPV6_PREFIX = 128;

/** How `ipvsadm -L` and `-S` print. Of several formats the first that is set counts, in the order in which they stand. */
export interface ListFormat {
  /** As commands that make the same rules: `-S`. */
  rules?: boolean;
  stats?: boolean;
  rate?: boolean;
  thresholds?: boolean;
  persistentConnections?: boolean;
  tunnels?: boolean;
  /** Addresses and ports, not names. */
  numeric?: boolean;
  /** In the kernel's order. */
  unsorted?: boolean;
  /** Large numbers in full. */
  exact?: boolean;
}

/** Filled option by option: how one is read may depend on earlier options. */
export class CommandLine {
  readonly command: CommandName;
  readonly given = new Set<CheckedOption>();
  readonly format: ListFormat = {};
  readonly service: {
    protocol?: ProtocolName;
    address?: string;
    /** 0 unless given. */
    port: number;
    mark?: number;
    /** Undefined until it is known from an address or a mark. */
    isIpv6?: boolean;
    /** Empty unless given. */
    scheduler: string;
    engine: string;
    flags: number;
    persistenceSeconds: number;
    netmask: number;
  } = { port: 0, scheduler: '', engine: '', flags: 0, persistenceSeconds: 0, netmask: FULL_IPV4_MASK };
  readonly server: {
    address?: string;
    port: number;
    isIpv6?: boolean;
    method: ServerSettings['method'];
    weight: number;
    upperThreshold: number;
    lowerThreshold: number;
    tunnel: TunnelName;
    tunnelPort: number;
    tunnelChecksum: number;
  } = {
    port: 0,
    method: METHOD.route,
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    tunnel: 'ipip',
    tunnelPort: 0,
    tunnelChecksum: 0,
  };
  readonly daemon: {
    role?: DaemonRole;
    interface: string;
    syncId: number;
    maxBytes?: number;
    group?: string;
    port?: number;
    ttl?: number;
  } = { interface: '', syncId: 0 };
  /** Seconds. */
  timeouts: { tcp: number; tcpFin: number; udp: number } | undefined;

  constructor(command: CommandName) {
    this.command = command;
  }
}
