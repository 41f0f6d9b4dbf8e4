/**
 * The director's public face, and the only module of it that other folders import: its packet path to run in memory,
 * its rules and commands, what can be asked of a running one, and the addresses and numbers that these speak in.
 */

export { CodedError } from './coded-error.ts';
export { ConnectionOpener, NO_SERVER, TABLE_FULL } from './connections/opener.ts';
export { ConnectionTable, type NewConnection } from './connections/table.ts';
export { ControlClient, ControlError } from './control/client.ts';
export { connectionState } from './control/connection-view.ts';
export type { IpvsBackend } from './control/ipvsadm/backend/backend.ts';
export { ControlSocketBackend } from './control/ipvsadm/backend/control-socket-backend.ts';
export { LocalBackend, type LocalBackendOptions } from './control/ipvsadm/backend/local-backend.ts';
export { SyncDaemons } from './control/ipvsadm/backend/sync-daemons.ts';
export type { IpvsadmEnvironment } from './control/ipvsadm/environment.ts';
export { type NameResolver, ServiceNames } from './control/ipvsadm/name-resolver.ts';
export { runIpvsadm, runIpvsadmRestore, runIpvsadmSave } from './control/ipvsadm/run.ts';
export { applyRules, parseRules } from './control/rules.ts';
export {
  type CounterValues,
  type DirectorSnapshot,
  type RunningState,
  type ServerState,
  type ServiceState,
  snapshotOf,
} from './control/snapshot.ts';

export { controlSocketPath } from './control/socket.ts';
export { Core } from './core.ts';
export { EMPTY_NETWORK, type NetworkSnapshot, type Port, type RouteEntry } from './network/snapshot.ts';
export { HEADROOM_BYTES, Packet } from './packet.ts';
export { seededRandom } from './random.ts';
export { SCHEDULERS, type SchedulerName } from './schedulers/index.ts';
export { maglevTable } from './schedulers/maglev.ts';
export { walkOf } from './schedulers/mh.ts';
export type { Destination } from './services/destination.ts';
export { METHOD } from './services/forwarding-method.ts';
export { type MarkWords, parseMark } from './services/marks.ts';
export { RuleError } from './services/rule-error.ts';
export type { FlowKey } from './services/scheduler.ts';
export { ServiceTable } from './services/service-table.ts';
export type { VirtualService } from './services/virtual-service.ts';
export { defaultSettings, parseSetting, type Settings } from './settings.ts';
export type { DirectorOptions, DirectorState } from './state.ts';
export { type Counters, ESTIMATION_PERIOD_MS, Estimator } from './statistics.ts';
export { type FrameVerdict, VERDICT } from './verdict.ts';
export {
  formatIpv4,
  formatMac,
  type Ipv4Address,
  ipv4,
  mac,
  parseIpv4,
  prefixMask,
  UNSPECIFIED,
} from './wire/addresses.ts';

export { PROTOCOL, protocolName } from './wire/ipv4.ts';
export { TCP_FLAG, TCP_MIN_HEADER_BYTES } from './wire/tcp.ts';
