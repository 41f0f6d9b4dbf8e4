/** Every situation in which fairness is measured, in the order in which they are shown. */
import type { FairnessScenario } from '../../harness/fairness/scenario.ts';
import { added } from './added.ts';
import { calibration } from './calibration.ts';
import { crashed } from './crashed.ts';
import { drained } from './drained.ts';
import { draws } from './draws.ts';
import { endedByServer } from './ended-by-server.ts';
import { equal } from './equal.ts';
import { longRun } from './long-run.ts';
import { oneClient } from './one-client.ts';
import { persistence } from './persistence.ts';
import { removed } from './removed.ts';
import { restart } from './restart.ts';
import { speeds } from './speeds.ts';
import { tables } from './tables.ts';
import { udp } from './udp.ts';
import { weights } from './weights.ts';

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
