/** This repository's director, as its own process in the director's namespace. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  ControlClient,
  ControlSocketBackend,
  controlSocketPath,
  SCHEDULERS,
} from '../../../director/index.ts';
import { describeExit, type Lab, LabError } from '../../../lab/index.ts';
import { ipvsadmOn } from '../../../lab/ipvsadm.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { ALL_ABILITIES, ALL_FEATURE_PROTOCOLS, type Declared } from '../../../scenarios/features.ts';
import type { DirectorUnderTest, RunningDirector } from '../director-under-test.ts';
import { Patience } from '../patience.ts';

/** Longer than it takes to end, even on a busy machine. */
const ENDING_MS = 5_000;

const MAIN = fileURLToPath(new URL('../../../director/main.ts', import.meta.url));

/** The fast path has a flow after a few packets, and once more where its table had to grow for it. */
const LEARNS_IN = 6;

/** Everything but IPv6. */
const DECLARED: Declared = {
  modes: ALL_MODES,
  families: ['ipv4'],
  protocols: ALL_FEATURE_PROTOCOLS,
  schedulers: Object.fromEntries(Object.keys(SCHEDULERS).map((name) => [name, 'exact'])),
  abilities: ALL_ABILITIES,
};

export const tsDirector = tsDirectorOf(MAIN);

/** The same with its fast path elsewhere than by default: in the driver, or nowhere. */
export const tsXdpDirector = tsDirectorOf(MAIN, {
  name: 'ts-xdp',
  host: 'tsxdp',
  description: 'The TypeScript director with its fast path in XDP',
  arguments: ['--fast-path', 'xdp'],
});
export const tsSlowDirector = tsDirectorOf(MAIN, {
  name: 'ts-off',
  host: 'tsoff',
  description: 'The TypeScript director without its fast path: every packet goes through packet sockets',
  arguments: ['--fast-path', 'off'],
});

/** What a director is that is started otherwise than by default. */
interface Otherwise extends Pick<DirectorUnderTest, 'name' | 'host' | 'description'> {
  /** Beside those of every director. */
  readonly arguments: readonly string[];
}

/** The director that a program starts which takes the same arguments as the director's own. */
export function tsDirectorOf(program: string, otherwise?: Otherwise): DirectorUnderTest {
  const patience = new Patience();
  const { arguments: own = [], ...described } = otherwise ?? {};
  return {
    name: 'ts',
    isReference: false,
    description:
      'The TypeScript director of this repository, on packet sockets; the kernel forwards what is established',
    ...described,
    kind: 'balancer',
    learnsIn: LEARNS_IN,
    version: packageJson.version,
    modes: ALL_MODES,
    protocols: ['tcp', 'udp'],
    declared: DECLARED,
    quietMs: 0,
    isOwn: true,
    unavailable: async () => undefined,
    start: (lab, rules, seed, host) =>
      patience.with((limitMs) => start([program, ...own], limitMs, lab, rules, seed, host)),
  };
}

async function start(
  program: readonly string[],
  readyTimeoutMs: number,
  lab: Lab,
  rules: readonly string[],
  seed: number,
  hostName = 'director',
): Promise<RunningDirector> {
  const host = lab.host(hostName);
  const rulesFile = join(lab.runDirectory, hostName === 'director' ? 'rules' : `${hostName}.rules`);
  await writeFile(rulesFile, `${rules.join('\n')}\n`);
  const running = await host.start(
    'director',
    process.execPath,
    [...program, '--rules', rulesFile, '--seed', String(seed)],
    {
      ready: /^ready: /m,
      readyTimeoutMs,
    },
  );
  const client = new ControlClient(controlSocketPath(`/run/netns/${host.namespace}`));
  return {
    apply: (more) => client.apply(more.join('\n')),
    reset: async () => {
      await client.settle();
      await client.reset();
    },
    ipvsadm: ipvsadmOn(new ControlSocketBackend(client)),
    snapshot: () => client.snapshot(),
    settle: () => client.settle(),
    network: async () => (await client.summary()).process,
    mark: (words) => client.mark(words),
    set: (setting) => client.set(setting),
    signal: (signal) => running.signal(signal),
    freeze: (isFrozen) => running.signal(isFrozen ? 'SIGSTOP' : 'SIGCONT'),
    replace: async () => {
      await host.run(process.execPath, [...program.slice(0, 1), 'restart']);
    },
    ended: running.exited.then((exit) => `${describeExit(exit)}; see ${running.logFile}`),
    async stop() {
      // Asked, it leaves nothing for a successor, as it would after a signal.
      const isAsked = await client.stop().then(
        () => true,
        () => false,
      );
      // A signal that comes while it ends would end it in another way.
      if (isAsked) await Promise.race([running.exited, setTimeout(ENDING_MS, undefined, { ref: false })]);
      const exit = await running.stop();
      if (exit.exitCode === 0) return;
      throw new LabError(`The director ended ${describeExit(exit)}; see ${running.logFile}.`);
    },
  };
}
