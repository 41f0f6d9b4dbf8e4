/** The director's public face, for those who run it or look into it. Bytes on the wire are in `director/wire/`. */
export { ControlClient, ControlError } from './control/client.ts';
export type { DirectorSnapshot, ServerState, ServiceState } from './control/snapshot.ts';
export { controlSocketPath } from './control/socket-path.ts';
export { SCHEDULERS } from './schedulers/index.ts';
