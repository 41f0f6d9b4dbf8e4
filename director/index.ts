/**
 * The director's public face: for those who run it, ask it, or put packets through its core in memory. What lies on the
 * wire is in `director/wire/`, which is open to all.
 */

export { ConnectionOpener, NO_SERVER, TABLE_FULL } from './connections/opener.ts';
export { ControlClient, ControlError } from './control/client.ts';
export { applyRules, parseRules } from './control/rules.ts';
export type { DirectorSnapshot, ServerState, ServiceState } from './control/snapshot.ts';
export { controlSocketPath } from './control/socket-path.ts';
export { Core } from './core.ts';
export type { NetworkSnapshot, Port, RouteEntry } from './network/snapshot.ts';
export { HEADROOM_BYTES, Packet } from './packet.ts';
export { seededRandom } from './random.ts';
export { SCHEDULERS } from './schedulers/index.ts';
export { maglevTable } from './schedulers/maglev.ts';
export { walkOf } from './schedulers/mh.ts';
export type { Destination } from './services/destination.ts';
export type { VirtualService } from './services/virtual-service.ts';
export type { DirectorState } from './state.ts';
export { type FrameVerdict, VERDICT } from './verdict.ts';
