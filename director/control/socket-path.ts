/** Where the files of a network namespace's director lie. */
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
