/**
 * Program: this repository's director, or a mutant of it, behind the contract that any program can fulfil
 * (`docs/directors.md`). What is wrong with it must be found by what the contract alone lets one see.
 *
 *     node director-program.ts DIRECTOR start|apply|reset|snapshot|set|mark|stop [WORD…]
 *
 * DIRECTOR is a program that takes the arguments of `director/main.ts`.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  ControlClient,
  ControlSocketBackend,
  controlSocketPath,
  type MarkWords,
} from '../../director/index.ts';
import { ipvsadmOn, type Output } from '../../lab/ipvsadm.ts';
import { UNSUPPORTED_EXIT_CODE } from '../directors/external/exit-code.ts';

const [program = '', verb = '', ...words] = process.argv.slice(2);
const client = () => new ControlClient(controlSocketPath());
const ipvsadm = async (args: readonly string[], stdin = '') =>
  printed(await ipvsadmOn(new ControlSocketBackend(client()))(args, stdin));

const VERBS: Readonly<Record<string, () => Promise<number>>> = {
  start: async () => start(await text(process.stdin)),
  apply: async () => ipvsadm(['-R'], await text(process.stdin)),
  reset: () => done(client().reset()),
  snapshot: () => ipvsadm(words),
  set: () => done(client().set(words[0] ?? '')),
  mark: () =>
    done(client().mark(Object.fromEntries(words.map((word) => word.split('='))) as unknown as MarkWords)),
  stop: () => done(client().stop()),
};

process.exitCode = (await VERBS[verb]?.()) ?? UNSUPPORTED_EXIT_CODE;

/** Runs for as long as the director does. */
function start(rules: string): Promise<number> {
  const { LVS_LAB_DIR = '.', LVS_LAB_SEED = '1' } = process.env;
  const file = join(LVS_LAB_DIR, 'first.rules');
  writeFileSync(file, rules);
  const director = spawn(process.execPath, [program, '--rules', file, '--seed', LVS_LAB_SEED], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => director.kill(signal));
  director.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk);
    if (/^ready: /m.test(chunk.toString())) process.stdout.write('ready\n');
  });
  return new Promise((resolve) => {
    director.once('exit', (exitCode) => resolve(exitCode ?? 1));
  });
}

function printed({ exitCode, stdout, stderr }: Output): number {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  return exitCode !== 0 || stderr === '' ? exitCode : 1;
}

async function done(asked: Promise<unknown>): Promise<number> {
  await asked;
  return 0;
}
