/** Tries a director as it runs: the right one, or one with a mistake that no director in memory shows. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { bringUp, type Lab, withBareHosts } from '../../../lab/index.ts';
import { portOf } from '../../../lab/netns/blueprint.ts';
import { packetTopology } from '../../../lab/topologies/packet-topology.ts';
import type { GeneratedMutant } from '../../../reports/result-generated.ts';
import { packetCases } from '../../../scenarios/index.ts';
import type { Finding } from '../../../scenarios/kit/finding.ts';
import type { PacketCase } from '../../../scenarios/kit/packet-case.ts';
import { caseId } from '../../../scenarios/kit/requirement.ts';
import { NamespacePlayer } from '../../conformance/netns-player.ts';
import { messageOf } from '../../run/result-folder.ts';
import { endOf } from './end-of.ts';
import type { Programs } from './life.ts';
import { lifeCases } from './life-cases.ts';
import { directorFor, RUNNING_PLANS, type RunningPlan } from './plan.ts';

export interface RunningTry {
  readonly killed?: NonNullable<GeneratedMutant['killedBy']>;
  /** How many cases were played. */
  readonly cases: number;
}

export interface RunningTryOptions {
  readonly seed: number;
  /** Where its logs go. */
  readonly directory: string;
}

/** Many times as long as the right director takes in a network. */
const LIMIT_MS = 60_000;
/** The last place of the catalogue: what is played beside it has clients of its own. */
const OWN_INDEX = packetCases.length;

export async function tryRunning(programs: Programs, options: RunningTryOptions): Promise<RunningTry> {
  let cases = 0;
  for (const plan of RUNNING_PLANS) {
    const tried = await tryIn(plan, programs, options);
    cases += tried.cases;
    if (tried.killed !== undefined) return { cases, killed: tried.killed };
  }
  return { cases };
}

async function tryIn(
  plan: RunningPlan,
  programs: Programs,
  { seed, directory }: RunningTryOptions,
): Promise<RunningTry> {
  const runDirectory = join(directory, plan.mode);
  await mkdir(runDirectory, { recursive: true });
  const topology = packetTopology(plan.mode);
  const director = directorFor(programs.director, plan);
  let cases = 0;
  let at = `${plan.mode}/running/start`;
  const killed = (kind: 'finding' | 'broken' | 'endless', message: string): RunningTry => ({
    cases,
    killed: { id: at, kind, message },
  });
  await using lab = await bringUp(withBareHosts(topology, ['director']), { runDirectory });
  if (plan.fastPath === 'xdp') await takeRedirected(lab);
  const play = async (): Promise<RunningTry> => {
    const running = await director.start(lab, [], seed);
    await using player = new NamespacePlayer(topology, lab, running, director);
    const logFile = join(runDirectory, 'logs', 'director-director.log');
    const life = { running, host: lab.host('director'), programs, logFile };
    const own = plan.hasLife ? lifeCases(life) : lifeCases(life).slice(0, 1);
    const all: readonly { readonly one: PacketCase; readonly index: number }[] = [
      ...own.map((one, i) => ({ one, index: OWN_INDEX + i })),
      ...plan.cases,
    ];
    for (const { one, index } of all) {
      at = caseId(one, plan.mode);
      cases++;
      const { seen, played, error } = await player.play(one, { index });
      if (error !== undefined) return killed('broken', error.message);
      const { findings, examined } = one.check(seen, played);
      if (findings[0] !== undefined) return killed('finding', inWords(findings[0]));
      if (examined === 0) return killed('broken', 'no matching packet was captured');
    }
    if (!plan.hasLife) return { cases };
    for (const [name, look] of endOf(life)) {
      at = `${plan.mode}/running/${name}`;
      cases++;
      const problem = await look();
      if (problem !== undefined) return killed('finding', problem);
    }
    return { cases };
  };
  const waiting = new AbortController();
  const late = delay(LIMIT_MS, undefined, { signal: waiting.signal });
  try {
    return await Promise.race([
      play(),
      late.then(() => killed('endless', `it was not done within ${LIMIT_MS / 1000} s`)),
    ]);
  } catch (error) {
    return killed('broken', messageOf(error));
  } finally {
    waiting.abort();
    late.catch(() => undefined);
  }
}

/** The far end of a virtual link takes frames that XDP sends only where it merges segments, or has XDP itself. */
async function takeRedirected(lab: Lab): Promise<void> {
  for (const { name } of lab.host('director').spec.interfaces) {
    await execa('ip', [
      'netns',
      'exec',
      lab.fabric,
      'ethtool',
      '-K',
      portOf({ name: 'director' }, { name }),
      'gro',
      'on',
    ]);
  }
}

function inWords({ message, fields }: Finding): string {
  const [first] = fields;
  if (first === undefined) return message;
  return `${message} ${first.field}: expected ${first.expected}, seen ${first.seen}`;
}
