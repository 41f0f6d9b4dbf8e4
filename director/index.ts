/**
 * The director's public face, and the only module of it that other folders import. Errors extend `CodedError`, which
 * everybody takes from `coded-error.ts`.
 */

// The packet path, to run in memory: frames and time in, frames out.

export { Core } from './core.ts';
export { HEADROOM_BYTES, Packet } from './packet.ts';
export { seededRandom } from './random.ts';
export type { DirectorOptions, DirectorState } from './state.ts';
export { type FrameVerdict, VERDICT } from './verdict.ts';

// The machine that it runs on: its ports and routes.

export type { NoRoute, Route, RouteSource } from './network/route-source.ts';
export { EMPTY_NETWORK, type NetworkPrefix, type NetworkSnapshot, type Port } from './network/snapshot.ts';

// Virtual services, real servers, firewall marks and settings.

export type { Destination } from './services/destination.ts';
export { METHOD, TUNNEL_TYPE } from './services/forwarding-method.ts';
export { type MarkWords, parseMark } from './services/marks.ts';
export { RuleError } from './services/rule-error.ts';
export { ServiceTable } from './services/service-table.ts';
export { SERVICE_FLAG, type VirtualService } from './services/virtual-service.ts';
export { defaultSettings, parseSetting } from './settings.ts';

// Schedulers and their look-up tables.

export { SCHEDULERS, type SchedulerName } from './schedulers/index.ts';
export { maglevTable } from './schedulers/maglev.ts';
export { walkOf } from './schedulers/mh.ts';
export type { FlowKey } from './services/scheduler.ts';

// What forwards packets in the core's place.

export { countElsewhere } from './counting.ts';
export { type Shortcut, SIDE } from './shortcut.ts';

// Connections.

export { ConnectionOpener, NO_SERVER } from './connections/opener.ts';
export { ConnectionTable, type NewConnection, tableBytes } from './connections/table.ts';
export { connectionState } from './control/connection-view.ts';

// Counters, and the whole state as plain data.

export {
  type CounterValues,
  type DirectorSnapshot,
  type RunningState,
  type ServiceState,
  snapshotOf,
} from './control/snapshot.ts';
export { type Counters, ESTIMATION_PERIOD_MS, Estimator } from './statistics.ts';

// What one director hands on to another.

export { ImageWriter } from './handover/image-writer.ts';
export { Images, imagesBytes } from './handover/images.ts';
export { imageLines, restoreState } from './state-image.ts';

// Rules as text, and ipvsadm with the backends that carry out its commands.

export type { IpvsBackend } from './control/ipvsadm/backend/backend.ts';
export { ControlSocketBackend } from './control/ipvsadm/backend/control-socket-backend.ts';
export { LazyBackend } from './control/ipvsadm/backend/lazy-backend.ts';
export { LocalBackend, type LocalBackendOptions } from './control/ipvsadm/backend/local-backend.ts';
export { SyncDaemons } from './control/ipvsadm/backend/sync-daemons.ts';
export type { IpvsadmEnvironment } from './control/ipvsadm/environment.ts';
export { type NameResolver, ServiceNames, SystemResolver } from './control/ipvsadm/name-resolver.ts';
export { runIpvsadm, runIpvsadmRestore, runIpvsadmSave } from './control/ipvsadm/run.ts';
export { schedulerFlagsText } from './control/ipvsadm/scheduler-flags.ts';
export { applyRules, parseRules } from './control/rules.ts';

// A director that runs in another process, and both ends of the connection over which it is asked.

export { answer, backendOf, type Controlled } from './control/answers.ts';
export { ControlClient, ControlError } from './control/client.ts';
export { serve as serveControl } from './control/serve.ts';
export { controlSocketPath } from './control/socket.ts';
export { Turns } from './control/turns.ts';

// Addresses, sizes, protocols and TCP flags as numbers, and their text.

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
export { ETHERNET_HEADER_BYTES } from './wire/ethernet.ts';
export { PROTOCOL, protocolName } from './wire/ipv4.ts';
export { TCP_FLAG, TCP_MIN_HEADER_BYTES } from './wire/tcp.ts';
