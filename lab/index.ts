/**
 * The lab's public face. Beside it `frames/` is open to all, and `netns/taps.ts` to those who need it: it loads libc,
 * which not every system has.
 */
export { answerRequests, Conversation } from './conversation.ts';
export { LabError } from './error.ts';
export { FAULTS, type NetworkFault } from './faults.ts';
export { FrameGenerator, type FrameTarget } from './generator/frame-generator.ts';
export type { Sent } from './generator/orders.ts';
export type { Mode } from './modes.ts';
export type { CaptureFile, CapturePoint, Captures } from './netns/capture.ts';
export type { LabHost } from './netns/host.ts';
export { type BringUpOptions, bringUp, type Lab } from './netns/lab.ts';
export { listensOn } from './netns/listening.ts';
export { UnreadableRecordsError } from './netns/owner.ts';
export {
  describeExit,
  type Exit,
  type LabProcess,
  NotReadyError,
  type Readiness,
  type StartOptions,
} from './netns/process.ts';
export {
  disposeAllLabs,
  disposeLabsOnSignals,
  forget,
  type LabSummary,
  listLabs,
  reapDeadRuns,
  remember,
  removeLab,
} from './netns/teardown.ts';
export { bodyOf } from './servers/body.ts';
export { startNginxServers } from './servers/nginx.ts';
export {
  STORE_PORT,
  startHttpServer,
  startHttpServers,
  startStore,
  startUdpServer,
  startUdpServers,
} from './servers/start.ts';
export * from './topologies/index.ts';
export {
  type Host,
  type Interface,
  type Role,
  type Route,
  type Switch,
  type Topology,
  withBareHosts,
} from './topology.ts';
