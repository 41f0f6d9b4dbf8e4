/**
 * A director that is any program, called with a verb: `start`, `apply`, `reset`, `snapshot`, `stop`, `set`, `mark`. Rules
 * come on stdin; exit code 77 says that something is not supported, every other one but 0 that it was refused.
 */
import { mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describeExit, type Lab, LabError, type LabHost, type LabProcess } from '../../../lab/index.ts';
import type { Output } from '../../../lab/ipvsadm.ts';
import { until } from '../../../lab/netns/until.ts';
import { UnsupportedError } from '../../../scenarios/kit/unsupported-error.ts';
import { findCommand } from '../../environment/system-path.ts';
import type { DirectorUnderTest, RunningDirector } from '../director-under-test.ts';
import { RuleBook } from '../rule-book.ts';
import { type Description, readDescription } from './description.ts';
import { UNSUPPORTED_EXIT_CODE } from './exit-code.ts';

const VERB_TIMEOUT_MS = 30_000;
const READY = /^ready$/m;
/** What it does that shows in the output of ipvsadm. */
const PRINTED = ['lists', 'connections', 'counters'] as const;

/** @throws DescriptionError */
export async function externalDirector(file: string): Promise<DirectorUnderTest> {
  return directorOf(await readDescription(file));
}

export function directorOf(description: Description): DirectorUnderTest {
  const { name, version, url, modes, families, protocols, schedulers, abilities, quietMs } = description;
  return {
    name,
    isReference: false,
    isOwn: false,
    description: description.description,
    ...(version !== undefined && { version }),
    ...(url !== undefined && { url }),
    kind: 'balancer',
    modes,
    protocols: protocols.filter((one) => one === 'tcp' || one === 'udp'),
    declared: { modes, families, protocols, schedulers: { ...schedulers }, abilities },
    quietMs,
    unavailable: () => whyNot(description),
    start: (lab, rules, seed, host) => start(description, lab, rules, seed, host),
  };
}

async function whyNot({ name, command, directory }: Description): Promise<string | undefined> {
  const [program = ''] = command;
  if (program.includes('/')) {
    const found = await open(resolve(directory, program)).catch((error: Error) => error.message);
    if (typeof found === 'string') return `${name} cannot be run: ${found}`;
    await found.close();
    return undefined;
  }
  return findCommand(program) === undefined ? `${program} is not installed` : undefined;
}

async function start(
  description: Description,
  lab: Lab,
  rules: readonly string[],
  seed: number,
  hostName = 'director',
): Promise<RunningDirector> {
  const host = lab.host(hostName);
  await mkdir(host.filesDirectory, { recursive: true });
  const program = new Program(description, host, seed);
  const book = description.rules === 'whole' ? new RuleBook() : undefined;
  /** Tells it rules: these lines alone, or all that they lead to. */
  const telling = <Value>(lines: readonly string[], tell: (told: readonly string[]) => Promise<Value>) =>
    book === undefined ? tell(lines) : book.apply(lines, async () => tell(await book.text()));
  const running = await telling(rules, (told) => program.launch(told));
  const { abilities } = description;
  return {
    apply: (lines) => telling(lines, (told) => program.run(['apply'], told)),
    reset: async () => {
      book?.clear();
      await program.run(['reset']);
    },
    ...(PRINTED.some((one) => abilities.includes(one)) && {
      ipvsadm: async (words: readonly string[], stdin = ''): Promise<Output> => {
        if (words[0] !== '-R') return program.answer(['snapshot', ...words]);
        return telling(stdin.trimEnd().split('\n'), (told) => program.answer(['apply'], told));
      },
    }),
    ...(abilities.includes('settings') && {
      set: async (setting: string) => {
        await program.run(['set', setting]);
      },
    }),
    ...(abilities.includes('marks') && {
      mark: async (words) => {
        await program.run(['mark', ...Object.entries(words).map(([name, value]) => `${name}=${value}`)]);
      },
    }),
    ended: running.ended,
    async stop() {
      running.expectEnd();
      await program.run(['stop']);
      await running.stop();
    },
  };
}

class Program {
  readonly #description: Description;
  readonly #host: LabHost;
  readonly #env: Readonly<Record<string, string>>;

  constructor(description: Description, host: LabHost, seed: number) {
    this.#description = description;
    this.#host = host;
    this.#env = { LVS_LAB_DIR: host.filesDirectory, LVS_LAB_SEED: String(seed) };
  }

  /** `start`: it is ready with the line `ready`, and may go on running or end with exit code 0. */
  async launch(rules: readonly string[]) {
    const { directory, command, name } = this.#description;
    // A process of a lab has no stdin; a shell gives it one.
    const words = [
      '-c',
      'input=$1; shift; exec "$@" <"$input"',
      'sh',
      await this.#fileOf(rules),
      ...command,
      'start',
    ];
    const started = await this.#host.start(name, 'sh', words, { cwd: directory, env: this.#env });
    const isReady = async () => READY.test(await started.output());
    const outcome = await until(
      async () => {
        const hasEnded = !started.alive;
        if (await isReady()) return 'ready';
        return hasEnded ? 'ended' : undefined;
      },
      { limitMs: VERB_TIMEOUT_MS },
    );
    if (outcome !== 'ready') await refusedStart(name, started);
    let isExpected = false;
    const ended = new Promise<string>((resolve) => {
      void started.exited.then((exit) => {
        if (exit.exitCode !== 0 && !isExpected) resolve(`${describeExit(exit)}; see ${started.logFile}`);
      });
    });
    return {
      ended,
      expectEnd: () => {
        isExpected = true;
      },
      stop: () => started.stop(),
    };
  }

  /** @throws UnsupportedError; LabError with what it says on stderr. */
  async run(words: readonly string[], rules: readonly string[] = []): Promise<void> {
    const { exitCode, stderr } = await this.answer(words, rules);
    if (exitCode !== 0) throw new LabError(stderr.trim() || `${words[0]} ended with exit code ${exitCode}`);
  }

  /** @throws UnsupportedError */
  async answer(words: readonly string[], rules: readonly string[] = []): Promise<Output> {
    const { command, directory, name } = this.#description;
    const [program = '', ...first] = command;
    const answered = await this.#host.run(program, [...first, ...words], {
      cwd: directory,
      env: this.#env,
      input: textOf(rules),
      reject: false,
      timeout: VERB_TIMEOUT_MS,
      stripFinalNewline: false,
    });
    const { exitCode, stdout, stderr, timedOut } = answered;
    if (timedOut) throw new LabError(`${name} did not ${words[0]} within ${VERB_TIMEOUT_MS / 1000} s`);
    if (exitCode === UNSUPPORTED_EXIT_CODE) {
      throw new UnsupportedError(stderr.trim() || `${name} does not support ${words.join(' ')}`);
    }
    return { exitCode: exitCode ?? -1, stdout, stderr };
  }

  async #fileOf(rules: readonly string[]): Promise<string> {
    const file = join(this.#host.filesDirectory, 'rules');
    await using written = await open(file, 'w');
    await written.write(textOf(rules));
    return file;
  }
}

/** @throws UnsupportedError, LabError */
async function refusedStart(name: string, started: LabProcess): Promise<never> {
  const isRunning = started.alive;
  const exit = await started.stop();
  if (exit.exitCode === UNSUPPORTED_EXIT_CODE) {
    throw new UnsupportedError(`${name} does not start with these rules: not supported`);
  }
  const how = isRunning
    ? `did not say "ready" within ${VERB_TIMEOUT_MS / 1000} s`
    : `ended ${describeExit(exit)} before it said "ready"`;
  throw new LabError(`${name} ${how}; see ${started.logFile}`);
}

function textOf(rules: readonly string[]): string {
  return rules.map((line) => `${line}\n`).join('');
}
