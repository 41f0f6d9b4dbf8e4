/** Every situation in which fairness is measured, in the order in which they are shown. */
import type { FairnessScenario } from './scenario.ts';
import { added } from './situations/added.ts';
import { calibration } from './situations/calibration.ts';
import { crashed } from './situations/crashed.ts';
import { drained } from './situations/drained.ts';
import { draws } from './situations/draws.ts';
import { endedByServer } from './situations/ended-by-server.ts';
import { equal } from './situations/equal.ts';
import { longRun } from './situations/long-run.ts';
import { oneClient } from './situations/one-client.ts';
import { persistence } from './situations/persistence.ts';
import { removed } from './situations/removed.ts';
import { restart } from './situations/restart.ts';
import { speeds } from './situations/speeds.ts';
import { tables } from './situations/tables.ts';
import { udp } from './situations/udp.ts';
import { weights } from './situations/weights.ts';

export const fairnessScenarios: readonly FairnessScenario[] = [
  weights,
  equal,
  endedByServer,
  speeds,
  restart,
  added,
  removed,
  drained,
  crashed,
  oneClient,
  persistence,
  udp,
  longRun,
  draws,
  calibration,
  tables,
];
