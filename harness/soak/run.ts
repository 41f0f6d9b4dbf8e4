/** One director for a long time, under traffic, changes of rules and restarts. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ControlClient, controlSocketPath } from '../../director/index.ts';
import type { LabHost, Mode } from '../../lab/index.ts';
import { FAULT_MODELS } from '../../scenarios/faults/model.ts';
import { ownDirector } from '../directors/index.ts';
import { targetOf, weightRules } from '../faults/services.ts';
import { FaultStage } from '../faults/stage.ts';
import type { Interruption } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { judgeSoak } from './judge.ts';
import { processFigures, type SoakSample } from './sample.ts';

export interface SoakOptions {
  readonly modes: readonly Mode[];
  /** Of the traffic in each mode. */
  readonly durationMs: number;
  readonly seed: number;
}

/** How long the soak in a full bench takes. */
export const SOAK_IN_BENCH_MS = 300_000;

const LOAD = fileURLToPath(new URL('../traffic/http-load-client.ts', import.meta.url));
const SCHEDULER = 'rr';
const CONNECTIONS = '4';
/** New connections in a round; those on lasting ones are made beside them. */
const NEW_CONNECTIONS = '60';
const LASTING_MS = '3000';
/** A server is drained and restarted in every so many rounds. */
const SERVER_RESTART_EVERY = 5;
/** Services that come and go with the rounds. */
const PASSING_SERVICES = 20;

const load = z.object({
  requests: z.int(),
  errors: z.int(),
  latencyMs: z.object({ p50: z.number() }).optional(),
});

/** Soaks the director in each mode, one after the other, and records a case for each thing that might have grown. */
export async function recordSoak(
  recorder: RunRecorder,
  { modes, durationMs, seed }: SoakOptions,
  interruption: Interruption,
): Promise<void> {
  for (const mode of modes) {
    const where = { mode, director: ownDirector.name, scheduler: SCHEDULER };
    recorder.terminal.sessionStarted(where);
    const runDirectory = join(recorder.directory, 'soak', mode);
    await using stage = await FaultStage.bringUp({ mode, director: ownDirector, seed, runDirectory });
    const samples = await soak(stage, durationMs, (text) => recorder.terminal.step(text), interruption);
    if (interruption.isInterrupted) return;
    for (const one of judgeSoak(samples, where)) recorder.caseDone(one);
    recorder.terminal.sessionDone();
  }
}

/** Rounds until the time is over; in the middle the director itself is restarted. */
async function soak(
  stage: FaultStage,
  durationMs: number,
  step: (text: string) => void,
  interruption: Interruption,
): Promise<SoakSample[]> {
  const { topology } = stage.lab;
  const [client, director] = [stage.lab.host('client'), stage.lab.host('director')];
  const control = new ControlClient(controlSocketPath(`/run/netns/${director.namespace}`));
  const samples: SoakSample[] = [];
  const startMs = performance.now();
  const elapsedMs = () => performance.now() - startMs;
  await stage.prepare(FAULT_MODELS['server-restart']);
  let isRestarted = false;
  for (let round = 0; elapsedMs() < durationMs && !interruption.isInterrupted; round++) {
    step(`round ${round + 1}, ${Math.round(elapsedMs() / 1000)} of ${Math.round(durationMs / 1000)} s`);
    if (!isRestarted && elapsedMs() > durationMs / 2) {
      isRestarted = true;
      await stage.restartDirector('SIGTERM');
    }
    if (round % SERVER_RESTART_EVERY === SERVER_RESTART_EVERY - 1) {
      const { host, rip } = topology.realServers[round % topology.realServers.length] ?? {};
      if (host !== undefined && rip !== undefined) await restartDrained(stage, host, rip);
    }
    const [lasting, fresh] = await Promise.all([
      requests(client, stage, ['--duration-ms', LASTING_MS]),
      requests(client, stage, ['--amount', NEW_CONNECTIONS, '--new-connections']),
      changeRules(stage, round),
    ]);
    const { process } = await control.summary();
    samples.push({
      atMs: elapsedMs(),
      pid: process.pid,
      ...(await processFigures(process.pid)),
      connections: process.connectionCount,
      opened: fresh.requests + Number(CONNECTIONS),
      latencyMs: lasting.latencyMs?.p50 ?? 0,
      requests: lasting.requests + fresh.requests,
      errors: lasting.errors + fresh.errors,
    });
  }
  return samples;
}

async function requests(client: LabHost, { lab }: FaultStage, how: readonly string[]) {
  const { address, httpPort } = targetOf(lab.topology);
  const args = ['--url', `http://${address}:${httpPort}/`, '--connections', CONNECTIONS, ...how];
  return load.parse(JSON.parse((await client.run(process.execPath, [LOAD, ...args])).stdout));
}

/** Services come and go, and a server's weight changes, while requests are under way. */
async function changeRules(stage: FaultStage, round: number): Promise<void> {
  const { topology } = stage.lab;
  const services = Array.from({ length: PASSING_SERVICES }, (_, i) => `-t ${topology.vip}:${20_000 + i}`);
  await stage.apply(services.map((service) => `-A ${service} -s wlc`));
  const server = topology.realServers[round % topology.realServers.length];
  if (server !== undefined) await stage.apply(weightRules(stage.balanced, server.rip, 2 + (round % 2)));
  await stage.apply(services.map((service) => `-D ${service}`));
}

async function restartDrained(stage: FaultStage, host: string, rip: string): Promise<void> {
  await stage.apply(weightRules(stage.balanced, rip, 0));
  await stage.killServer(host);
  await stage.startServer(host);
  await stage.apply(weightRules(stage.balanced, rip, 1));
}
