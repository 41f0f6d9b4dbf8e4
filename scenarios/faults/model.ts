/**
 * The faults that the bench makes while traffic is flowing, and what IPVS promises for each. IPVS itself checks no server's
 * health: a server that fails keeps its connections and its turn in the schedule until a rule says otherwise.
 */
import type { FeatureName } from '../features.ts';
import type { Fate, TrafficKind } from './observation.ts';

/** What may become of the connections that a fault is about. */
interface Promised {
  /** For the report: what happens to them. */
  readonly text: string;
  readonly fates: readonly Fate[];
}

const PROMISES = {
  kept: { text: 'go on', fates: ['kept'] },
  reset: { text: 'are reset', fates: ['reset'] },
  ended: { text: 'are ended by the server', fates: ['reset', 'closed'] },
  moved: { text: 'go on at another server', fates: ['moved'] },
  silent: { text: 'get no answer', fates: ['silent'] },
  keptOrReset: { text: 'are refused only while nothing listens', fates: ['kept', 'reset', 'closed'] },
  none: { text: 'none go to the server', fates: [] },
} satisfies Record<string, Promised>;

type PromiseName = keyof typeof PROMISES;

export interface FaultModel {
  readonly title: string;
  /** `server`: about the connections of one server, and no other may notice. `director`: about all connections. */
  readonly hits: 'server' | 'director';
  /** Whether the fault is still there when connections are looked at; otherwise it has passed by then. */
  readonly lasts: boolean;
  /** Whether the services are persistent. */
  readonly isPersistent: boolean;
  /** Settings of the director (`net.ipv4.vs.`) in which it is played, beside the defaults. */
  readonly settings: Readonly<Record<string, number>>;
  /** What a director must declare for it to be made. */
  readonly needs: readonly FeatureName[];
  /** Whether a quick run plays it too. */
  readonly isInQuick: boolean;
  readonly promises: Readonly<Record<TrafficKind, PromiseName>>;
}

const SERVER = { hits: 'server', isPersistent: false, settings: {}, needs: [], isInQuick: false } as const;
const DIRECTOR = {
  hits: 'director',
  lasts: false,
  isPersistent: false,
  settings: {},
  needs: [],
  isInQuick: false,
  promises: { idle: 'kept', bulk: 'kept', udp: 'kept', new: 'kept' },
} as const;

const TABLE = {
  'weight-0': {
    ...SERVER,
    title: 'A server’s weight becomes 0',
    lasts: true,
    needs: ['edits'],
    isInQuick: true,
    promises: { idle: 'kept', bulk: 'kept', udp: 'kept', new: 'none' },
  },
  'delete-keep': {
    ...SERVER,
    title: 'A server is deleted, expire_nodest_conn 0',
    lasts: true,
    needs: ['edits', 'settings'],
    settings: { expire_nodest_conn: 0 },
    promises: { idle: 'silent', bulk: 'silent', udp: 'silent', new: 'none' },
  },
  'delete-expire': {
    ...SERVER,
    title: 'A server is deleted, expire_nodest_conn 1',
    lasts: true,
    needs: ['edits', 'settings'],
    isInQuick: true,
    settings: { expire_nodest_conn: 1 },
    promises: { idle: 'reset', bulk: 'reset', udp: 'moved', new: 'none' },
  },
  'quiescent-template': {
    ...SERVER,
    title: 'A persistent server’s weight becomes 0, expire_quiescent_template 1',
    lasts: true,
    isPersistent: true,
    needs: ['edits', 'settings', 'persistence'],
    settings: { expire_quiescent_template: 1 },
    promises: { idle: 'kept', bulk: 'kept', udp: 'kept', new: 'none' },
  },
  'server-crash': {
    ...SERVER,
    title: 'A server’s processes are killed',
    lasts: true,
    promises: { idle: 'ended', bulk: 'ended', udp: 'silent', new: 'reset' },
  },
  'server-power-off': {
    ...SERVER,
    title: 'A server is powered off: its link goes down',
    lasts: true,
    promises: { idle: 'silent', bulk: 'silent', udp: 'silent', new: 'silent' },
  },
  'server-restart': {
    ...SERVER,
    title: 'A server’s processes are restarted',
    lasts: false,
    promises: { idle: 'ended', bulk: 'ended', udp: 'kept', new: 'keptOrReset' },
  },
  'server-new-mac': {
    ...SERVER,
    title: 'A server’s MAC address changes, announced by gratuitous ARP',
    lasts: false,
    promises: { idle: 'kept', bulk: 'kept', udp: 'kept', new: 'kept' },
  },
  'link-flap': {
    ...DIRECTOR,
    title: 'The director’s link goes down and comes back, three times',
  },
  'interface-flap': {
    ...DIRECTOR,
    title: 'The director’s interface is set down and up again, four times',
    isInQuick: true,
  },
  'director-freeze': { ...DIRECTOR, title: 'The director is frozen for a second (SIGSTOP)' },
  'director-upgrade': { ...DIRECTOR, title: 'The director is replaced while it runs (director restart)' },
  'director-restart': {
    ...DIRECTOR,
    title: 'The director is ended (SIGTERM, or stop) and started again',
    isInQuick: true,
  },
  'director-kill': { ...DIRECTOR, title: 'The director is killed and started again (SIGKILL)' },
} satisfies Record<string, FaultModel>;

export type FaultName = keyof typeof TABLE;

export const FAULT_MODELS: Readonly<Record<FaultName, FaultModel>> = TABLE;

/** In the order in which they are played: the director’s process last, so that what it loses harms no other fault. */
export const FAULT_NAMES = Object.keys(TABLE) as readonly FaultName[];

export function promiseOf(fault: FaultName, traffic: TrafficKind): Promised {
  return PROMISES[FAULT_MODELS[fault].promises[traffic]];
}

/** Whether some connections are to get no answer, so that there is nothing to wait for. */
export function promisesSilence(fault: FaultName): boolean {
  return Object.values(FAULT_MODELS[fault].promises).includes('silent');
}
