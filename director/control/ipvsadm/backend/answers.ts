/** What the backend answers. */

import type { ProtocolName } from '../../../wire/ipv4.ts';
import type {
  DaemonSettings,
  Operation,
  ServerName,
  ServerSettings,
  ServiceName,
  ServiceSettings,
} from './operations.ts';

export type Errno =
  | 'EAFNOSUPPORT'
  | 'EEXIST'
  | 'EINVAL'
  | 'ENODEV'
  | 'ENOENT'
  | 'EOPNOTSUPP'
  | 'ERANGE'
  | 'ESRCH';

export interface Refusal {
  readonly errno: Errno;
  /** Said to the user in place of the errno's own text. */
  readonly reason?: string;
}

/** Connections, packets in and out, bytes in and out. */
export type Five = readonly [number, number, number, number, number];

/** Absent where all are 0. */
export interface Traffic {
  readonly counters: Five;
  /** Per second. */
  readonly rates: Five;
}

export type ListedServer = ServerName &
  ServerSettings & {
    readonly active: number;
    readonly inactive: number;
    readonly persistent: number;
    readonly traffic?: Traffic;
  };

export type ListedService = ServiceName &
  ServiceSettings & {
    /** In the order of the scheduler's list: the one added last comes first. */
    readonly servers: readonly ListedServer[];
    readonly traffic?: Traffic;
  };

export interface ListedConnection {
  /** Absent for the template of a firewall mark. */
  readonly protocol?: ProtocolName | 'ah' | 'esp';
  readonly state: string;
  readonly expiresInMs: number;
  readonly client: ServerName;
  readonly virtual: ServerName;
  readonly server: ServerName;
}

export type ListedDaemon = Required<DaemonSettings>;

interface Page {
  /** Where the next page starts; absent on the last one. */
  readonly next?: number;
}

interface Answers {
  'get-info': { readonly version: number; readonly tableSize: number };
  /** Seconds. */
  'get-timeouts': { readonly tcp: number; readonly tcpFin: number; readonly udp: number };
  'get-service': { readonly service: ListedService };
  'list-services': Page & { readonly services: readonly ListedService[] };
  'list-connections': Page & { readonly connections: readonly ListedConnection[] };
  'list-daemons': { readonly daemons: readonly ListedDaemon[] };
}

export type AnswerTo<Name extends Operation['do']> = Name extends keyof Answers
  ? Answers[Name]
  : Record<never, never>;
export type Answer = Refusal | Answers[keyof Answers] | Record<never, never>;

export function isRefusal(answer: object): answer is Refusal {
  return 'errno' in answer;
}
