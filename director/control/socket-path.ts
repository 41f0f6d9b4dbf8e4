/** Where the control socket of a network namespace's director lies. */
import { statSync } from 'node:fs';

const DIRECTORY = '/run/lvs-lab/directors';

/** @param namespace A namespace file, such as `/run/netns/lb`; this process's own namespace if absent. */
export function controlSocketPath(namespace = '/proc/self/ns/net'): string {
  return `${DIRECTORY}/${statSync(namespace).ino}.sock`;
}
