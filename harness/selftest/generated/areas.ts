/** Areas of the director, as a user would name them: the table of generated mutants has a row for each. */

/** By what a file’s path begins with, below `director/`; the first that fits. */
const AREAS: readonly (readonly [prefix: string, area: string])[] = [
  ['control/ipvsadm/', 'ipvsadm'],
  ['ipvsadm.ts', 'ipvsadm'],
  ['control/', 'control'],
  ['commands/', 'commands'],
  ['main.ts', 'commands'],
  ['connections/', 'connections'],
  ['fast-path/', 'fast path'],
  ['forwarding/', 'forwarding'],
  ['handover/', 'handover'],
  ['icmp/', 'icmp'],
  ['io/', 'io'],
  ['network/', 'network'],
  ['schedulers/', 'schedulers'],
  ['services/', 'services'],
  ['wire/', 'wire'],
  ['', 'core'],
];

export function areaOf(file: string): string {
  return AREAS.find(([prefix]) => file.startsWith(prefix))?.[1] as string;
}
