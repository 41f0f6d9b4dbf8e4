/**
 * A director's control socket: where it lies, and what both ends need of the protocol. `protocol.ts` has the rest, for the
 * director alone: its schemas take a command that only asks longer to load than to run.
 */
import { namespaceId } from './namespace.ts';

const DIRECTORY = '/run/lvs-lab/directors';

/** @param namespace A namespace file, such as `/run/netns/lb`; this process's own namespace if absent. */
export function controlSocketPath(namespace?: string): string {
  return `${DIRECTORY}/${namespaceId(namespace)}.sock`;
}

/** What a director that was started in the background has written. */
export function logPath(namespace?: string): string {
  return `${DIRECTORY}/${namespaceId(namespace)}.log`;
}

/** Locked for as long as a director runs in this process's network namespace, and holds its process number. */
export function directorLockPath(): string {
  return `${DIRECTORY}/${namespaceId()}.lock`;
}

/** Locked while a director is being started in the background. */
export function startLockPath(): string {
  return `${DIRECTORY}/${namespaceId()}.start`;
}

/** Holds the process number of what keeps the state of a director that ends (`control/keeper.ts`). */
export function keeperPath(): string {
  return `${DIRECTORY}/${namespaceId()}.keeper`;
}

/** How long the claims of a director that was ended by SIGTERM outlast it, for another one to be started. */
export const LINGER_SECONDS = 10;

/** Version of the protocol. A director answers requests of its own version only. */
export const PROTOCOL_VERSION = 1;
