/** The lab's public face. */
export { LabError } from './error.ts';
export * from './topologies/index.ts';
export type { Host, Interface, Mode, Role, Route, Switch, Topology } from './topology.ts';
