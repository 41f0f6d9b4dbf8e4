/** Sends a flood of SYNs beside established connections, and records what becomes of them and of the director. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ControlClient, controlSocketPath } from '../../director/index.ts';
import type { Done } from '../../lab/generator/pacing.ts';
import { FLOOD_NETWORK } from '../../lab/generator/syn-frames.ts';
import { Conversation, type Host, LabError, type Mode, type Topology } from '../../lab/index.ts';
import { CLIENT_GATEWAY } from '../../lab/topologies/parts.ts';
import { ownDirector } from '../directors/index.ts';
import { targetOf } from '../faults/services.ts';
import { FaultStage } from '../faults/stage.ts';
import type { Interruption } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { processFigures } from '../soak/sample.ts';
import type { FloodOrder } from './attacker.ts';
import type { ClientOrder, Ended, Taken } from './client.ts';
import { DRAINED, judgeFlood } from './judge.ts';
import { floodResult } from './result.ts';
import type { FloodRecord, FloodSample, Phase } from './sample.ts';

export interface FloodOptions {
  readonly modes: readonly Mode[];
  /** SYNs of the flood in each mode. */
  readonly frames: number;
  readonly framesPerSecond: number;
  /** Connections that are established before. */
  readonly established: number;
  /** How long is looked at them before the flood. */
  readonly calmMs: number;
  /** How long the table may take until it is empty of the flood; 0 if that is not waited for. */
  readonly drainMs: number;
  /** Settings of the director, each `NAME=VALUE`. */
  readonly settings: readonly string[];
  readonly seed: number;
}

const CLIENT = fileURLToPath(new URL('client.ts', import.meta.url));
const ATTACKER = fileURLToPath(new URL('attacker.ts', import.meta.url));
const SAMPLE_MS = 500;
/** How long established connections have to be answered when all is over: TCP waits so long if it was kept waiting. */
const GRACE_MS = 15_000;

/** A flood in each mode, one after the other, and a case for each thing that it must not do. */
export async function recordFloods(
  recorder: RunRecorder,
  options: FloodOptions,
  interruption: Interruption,
): Promise<void> {
  const floods = [];
  for (const mode of options.modes) {
    const where = { mode, director: ownDirector.name, scheduler: 'rr' };
    recorder.terminal.sessionStarted(where);
    const runDirectory = join(recorder.directory, 'flood', mode);
    const step = (text: string) => recorder.terminal.step(`${mode}: ${text}`);
    const record = await flood(mode, options, runDirectory, step, interruption);
    if (interruption.isInterrupted) return;
    floods.push(floodResult(record, where));
    recorder.figures.floods = floods;
    for (const one of judgeFlood(record, where)) recorder.caseDone(one);
    recorder.terminal.sessionDone();
  }
}

/** @throws LabError if connections could not be opened, or the flood could not be sent. */
async function flood(
  mode: Mode,
  { frames, framesPerSecond, established, calmMs, drainMs, settings, seed }: FloodOptions,
  runDirectory: string,
  step: (text: string) => void,
  interruption: Interruption,
): Promise<FloodRecord> {
  await using stage = await FaultStage.bringUp({ mode, director: ownDirector, seed, runDirectory });
  const { lab } = stage;
  const { topology } = lab;
  await stage.prepare({ isPersistent: false, settings: settingsOf(settings) });
  const gateway = gatewayOf(topology);
  // Answers to the flood go to the client's segment, as they would go to the Internet, and to nobody there.
  await lab.host(gateway.name).run('ip', ['route', 'add', FLOOD_NETWORK, 'via', topology.cip]);
  await using client = Conversation.start(lab.host('client'), CLIENT);
  await using attacker = Conversation.start(lab.host('client'), ATTACKER);
  await Promise.all([client.ready(), attacker.ready()]);
  const askClient = <Reply>(order: ClientOrder) => client.ask<Reply>(order);
  const control = new ControlClient(controlSocketPath(`/run/netns/${lab.host('director').namespace}`));

  const samples: FloodSample[] = [];
  const startMs = performance.now();
  let phase: Phase = 'before';
  const sample = async () => {
    await sleep(SAMPLE_MS);
    const [{ latenciesMs }, { process: director }] = await Promise.all([
      askClient<Taken>({ order: 'take' }),
      control.summary(),
    ]);
    const atMs = performance.now() - startMs;
    const { memoryBytes } = await processFigures(director.pid);
    samples.push({ atMs, phase, connections: director.connectionCount, memoryBytes, latenciesMs });
    step(`${phase} the flood, ${Math.round(atMs / 1000)} s, ${director.connectionCount} connections`);
    return director;
  };

  await askClient({ order: 'open', target: targetOf(topology), connections: established });
  await askClient<Taken>({ order: 'take' });
  while (performance.now() - startMs < calmMs && !interruption.isInterrupted) await sample();
  phase = 'during';
  let isSent = false;
  const order: FloodOrder = { aim: { ...aimAt(topology, gateway), seed }, framesPerSecond, frames };
  const sending = attacker.ask<Done>(order).finally(() => {
    isSent = true;
  });
  // That it failed is heard where it is waited for.
  sending.catch(() => undefined);
  while (!isSent && !interruption.isInterrupted) await sample();
  const { frames: sentFrames } = await sending;
  phase = 'after';
  const floodedMs = performance.now();
  let director = await sample();
  while (performance.now() - floodedMs < drainMs && !interruption.isInterrupted) {
    director = await sample();
    if (director.connectionCount <= established + DRAINED) break;
  }
  const { lost } = await askClient<Ended>({ order: 'finish', graceMs: GRACE_MS });
  const untakenFrames = Object.values(director.untakenFrames).reduce((sum, count) => sum + count, 0);
  return {
    samples,
    established,
    lost,
    sentFrames,
    framesPerSecond,
    untakenFrames,
    isDrainAwaited: drainMs > 0,
  };
}

function settingsOf(settings: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    settings.map((setting) => setting.split('=')).map(([name = '', value = '']) => [name, Number(value)]),
  );
}

/** What stands between the client's segment and the rest. */
function gatewayOf({ hosts }: Topology): Host {
  const found = hosts.find(({ interfaces }) => interfaces.some(isGateway));
  if (found === undefined) throw new LabError(`no host has ${CLIENT_GATEWAY}`);
  return found;
}

function isGateway({ addresses }: Host['interfaces'][number]): boolean {
  return addresses.some((address) => address.startsWith(`${CLIENT_GATEWAY}/`));
}

function aimAt(topology: Topology, gateway: Host) {
  const { address: destination, httpPort: destinationPort } = targetOf(topology);
  const [own] = topology.hosts.find(({ role }) => role === 'client')?.interfaces ?? [];
  const towards = gateway.interfaces.find(isGateway);
  if (own === undefined || towards === undefined)
    throw new LabError('the client is not linked to its gateway');
  const { name, mac: sourceMac } = own;
  return { interface: name, sourceMac, destinationMac: towards.mac, destination, destinationPort };
}
