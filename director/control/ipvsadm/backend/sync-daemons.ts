/** Which daemons for the synchronisation of connections run, and how they were set. */
import type { ListedDaemon, Refusal } from './answers.ts';
import type { DaemonRole, DaemonSettings } from './operations.ts';

/** Sends or receives connections. There is no real one yet: a director without one refuses to start daemons. */
export interface SyncRunner {
  start(daemon: ListedDaemon): void;
  stop(role: DaemonRole): void;
}

const DEFAULT_GROUP = '224.0.0.81';
const DEFAULT_PORT = 8848;
const DEFAULT_TTL = 1;
const UDP_HEADER_BYTES = 8;
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const DEFAULT_MTU_BYTES = 1_500;
/** A backup must be able to take in what any usual master sends. */
const LEAST_BACKUP_BYTES = 1_024;

const NO_DAEMON: Refusal = {
  errno: 'EOPNOTSUPP',
  reason: 'Connection synchronisation is not supported by this director yet: no daemon was started',
};

export class SyncDaemons {
  readonly #runner: SyncRunner | undefined;
  readonly #running = new Map<DaemonRole, ListedDaemon>();

  constructor(runner?: SyncRunner) {
    this.#runner = runner;
  }

  get running(): boolean {
    return this.#running.size > 0;
  }

  /** The master first. */
  list(): ListedDaemon[] {
    return (['master', 'backup'] as const).flatMap((role) => this.#running.get(role) ?? []);
  }

  /** @param mtuBytes Of the daemon's interface; undefined if there is no such interface. */
  start(settings: DaemonSettings, mtuBytes: number | undefined): Refusal | undefined {
    if (mtuBytes === undefined) return { errno: 'ENODEV' };
    if (this.#running.has(settings.role)) return { errno: 'EEXIST' };
    if (this.#runner === undefined) return NO_DAEMON;
    const daemon: ListedDaemon = {
      role: settings.role,
      interface: settings.interface,
      syncId: settings.syncId,
      maxBytes: maxBytesOf(settings, mtuBytes),
      group: settings.group ?? DEFAULT_GROUP,
      port: settings.port ?? DEFAULT_PORT,
      ttl: settings.ttl ?? DEFAULT_TTL,
    };
    this.#runner.start(daemon);
    this.#running.set(daemon.role, daemon);
    return undefined;
  }

  stop(role: DaemonRole): Refusal | undefined {
    if (!this.#running.delete(role)) return { errno: 'ESRCH' };
    this.#runner?.stop(role);
    return undefined;
  }
}

function maxBytesOf({ role, group, maxBytes }: DaemonSettings, mtuBytes: number): number {
  const ipBytes = group?.includes(':') ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES;
  const isBackup = role === 'backup';
  const headers = ipBytes + UDP_HEADER_BYTES;
  if (maxBytes === undefined)
    return (isBackup ? Math.max(mtuBytes, DEFAULT_MTU_BYTES) : DEFAULT_MTU_BYTES) - headers;
  return Math.min(Math.max(maxBytes, isBackup ? LEAST_BACKUP_BYTES : 1), 65_535 - headers);
}
