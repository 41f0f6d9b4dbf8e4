/** One session: a network is built, a director balances real traffic in it, every link is captured, cases are judged. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectorSnapshot } from '../../director/index.ts';
import { type DecodedCapture, readCapture } from '../../lab/captures/read-capture.ts';
import {
  bringUp,
  type CaptureFile,
  type CapturePoint,
  FAULTS,
  type Lab,
  type Mode,
  startHttpServers,
  startStore,
  startUdpServers,
  type Topology,
  topologies,
} from '../../lab/index.ts';
import type { CaseResult, Session } from '../../reports/result.ts';
import { Evidence } from '../../scenarios/kit/session/evidence.ts';
import type { TrafficObserved } from '../../scenarios/kit/session/observed-traffic.ts';
import { type ServiceUnderTest, serviceUnderTest } from '../../scenarios/kit/session/service-under-test.ts';
import { count, counted } from '../../statistics/number-text.ts';
import { caseDirectory } from '../conformance/saved-case.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { HostFacts } from '../diagnosis/host-facts.ts';
import { collectFacts, siteOfLab } from '../diagnosis/lab-site.ts';
import { saveSessionLadder } from '../run/session-ladder.ts';
import { UntrustedError } from '../run/verdict.ts';
import { startLocalListener } from '../traffic/local-request.ts';
import { runProbe } from '../traffic/probe.ts';
import { runTraffic } from '../traffic/run-traffic.ts';
import { judge } from './judge.ts';
import { type BenchOptions, weightsFor } from './options.ts';
import type { PlannedSession } from './plan.ts';
import { sessionRecord } from './session-record.ts';

export interface SessionContext {
  readonly options: BenchOptions;
  /** Where the result file will lie. */
  readonly resultDirectory: string;
  readonly step: (text: string) => void;
  /** Called with a lab that is to be kept. */
  readonly onKept: (lab: Lab) => void;
}

export interface SessionOutcome {
  readonly session: Session;
  readonly cases: CaseResult[];
}

interface Recorded {
  readonly traffic: TrafficObserved;
  readonly files: readonly CaptureFile[];
  readonly director: DirectorSnapshot;
  readonly facts: ReadonlyMap<string, HostFacts>;
}

/** @throws UntrustedError, LabError, CaptureError where the session yielded no evidence. */
export async function runSession(planned: PlannedSession, context: SessionContext): Promise<SessionOutcome> {
  const { options, resultDirectory, step } = context;
  const { mode, scheduler } = planned;
  const topology = topologyFor(mode, options);
  const service = serviceUnderTest(topology, scheduler, weightsFor(options, scheduler));
  const directory = join(resultDirectory, `${mode}-${scheduler}`);
  await mkdir(directory, { recursive: true });

  step('building the network');
  const startedMs = performance.now();
  const lab = await bringUp(topology, { runDirectory: directory });
  const bringUpMs = performance.now() - startedMs;
  let recorded: Recorded;
  let tearDownStartedMs: number;
  try {
    recorded = await record(planned, context, lab, service);
    if (options.keep) {
      await lab.keep();
      context.onKept(lab);
    }
  } finally {
    tearDownStartedMs = performance.now();
    await lab[Symbol.asyncDispose]();
  }
  const tearDownMs = performance.now() - tearDownStartedMs;

  step('reading the captures');
  const evidence = new Evidence({
    scheduler,
    topology,
    service,
    captures: await Promise.all(recorded.files.map(readWhole)),
    traffic: recorded.traffic,
    director: recorded.director,
  });
  step('judging');
  const judged = planned.scenarios.map((scenario) => judge(scenario, planned, evidence, resultDirectory));
  const cases = await Promise.all(
    judged.map(async (one): Promise<CaseResult> => {
      const file = `${caseDirectory(directory, one.id)}.pcap`;
      const flow = await saveSessionLadder(evidence, one.findings, file, resultDirectory);
      return flow === undefined ? one : { ...one, flow };
    }),
  );
  const session = sessionRecord(planned, evidence, {
    resultDirectory,
    directory,
    decapsulation: lab.decapsulation,
    bringUpMs,
    tearDownMs,
    misconfigurations: diagnose(siteOfLab(topology, service, evidence.captures, recorded.facts)),
  });
  return { session, cases };
}

function topologyFor(mode: Mode, { servers, broken }: BenchOptions): Topology {
  const right = topologies[mode]({ servers });
  return broken === undefined ? right : (FAULTS[broken]?.inject(right) ?? right);
}

/** A file that was cut between two packets looks whole: only tcpdump's own count tells. */
async function readWhole(file: CaptureFile): Promise<DecodedCapture> {
  const capture = await readCapture(file);
  if (capture.packets.length === file.captured) return capture;
  throw new UntrustedError(
    `${file.file} holds ${counted(capture.packets.length, 'packet')}, but tcpdump says that it wrote ${count(file.captured)}.`,
  );
}

/** Everything that needs the lab up. */
async function record(
  { director }: PlannedSession,
  { options, step }: SessionContext,
  lab: Lab,
  service: ServiceUnderTest,
): Promise<Recorded> {
  step('listening on every link');
  const captures = await lab.capture(capturePoints(lab.topology), join(lab.runDirectory, 'captures'));
  step('starting real servers, store and director');
  await startStore(lab);
  const [running] = await Promise.all([
    director.start(lab, service.rules, options.seed),
    startHttpServers(lab, { port: service.httpServerPort }),
    startUdpServers(lab, { port: service.udpServerPort }),
    startLocalListener(lab, service),
  ]);
  const client = lab.host('client');
  const context = { lab, client, service, durationMs: options.durationMs, seed: options.seed };
  const directorFailed = running.ended.then((how) => {
    throw new UntrustedError(`the director ended by itself, ${how}`);
  });
  const failed = Promise.race([directorFailed, captures.failed]);
  const traffic = await Promise.race([
    options.broken === undefined ? runTraffic(context, step) : runProbe(context),
    failed,
  ]);
  const facts = await collectFacts(lab);
  step('ending the captures');
  const files = await Promise.race([captures.stop(), failed]);
  const snapshot = await Promise.race([running.snapshot(), failed]);
  // From here on it may end: it is about to be stopped.
  failed.catch(() => undefined);
  await writeFile(join(lab.runDirectory, 'director.json'), `${JSON.stringify(snapshot, null, 2)}\n`);
  for (const { host, interface: port, droppedByKernel } of files) {
    if (droppedByKernel === 0) continue;
    throw new UntrustedError(
      `The capture of ${host} ${port} lacks ${counted(droppedByKernel, 'packet')}, so it proves nothing.`,
    );
  }
  if (!options.keep) await running.stop();
  return { traffic, files, director: snapshot, facts };
}

/** Every interface but the servers' on the storage network, whose traffic the store's own interface shows. */
function capturePoints(topology: Topology): CapturePoint[] {
  return topology.hosts.flatMap(({ name, role, interfaces }) =>
    interfaces
      .filter((port) => !(role === 'server' && port.switch === 'storage'))
      .map((port) => ({ host: name, interface: port.name })),
  );
}
