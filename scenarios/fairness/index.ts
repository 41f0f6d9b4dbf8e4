/** Every situation in which fairness is measured, in the order in which they are shown. */
import type { FairnessScenario } from '../../harness/fairness/scenario.ts';
import { calibration } from './calibration.ts';
import { draws } from './draws.ts';
import { endedByServer } from './ended-by-server.ts';
import { equal } from './equal.ts';
import { longRun } from './long-run.ts';
import { oneClient } from './one-client.ts';
import { persistence } from './persistence.ts';
import { restart } from './restart.ts';
import { serverAdded } from './server-added.ts';
import { serverCrashed } from './server-crashed.ts';
import { serverQuiesced } from './server-quiesced.ts';
import { serverRemoved } from './server-removed.ts';
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
  serverAdded,
  serverRemoved,
  serverQuiesced,
  serverCrashed,
  oneClient,
  persistence,
  udp,
  longRun,
  draws,
  calibration,
  tables,
];
