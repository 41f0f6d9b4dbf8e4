/** Runs `ipvsadm` in this process, on tables here or in a director that runs as another process. */
import {
  type IpvsadmEnvironment,
  type IpvsBackend,
  runIpvsadm,
  runIpvsadmRestore,
  runIpvsadmSave,
} from '../director/index.ts';
import { LAB_NAMES } from './names.ts';

export interface Output {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Of `-R`: the lines that were refused or could not be read, where the program says which. */
  readonly refusedLines?: readonly number[];
}

export type Ipvsadm = (words: readonly string[], stdin?: string) => Promise<Output>;

export function ipvsadmOn(kernel: IpvsBackend): Ipvsadm {
  return (words, stdin = '') =>
    outputOf((environment) => runIpvsadm(words, environment), {
      stdin: async () => stdin,
      resolver: LAB_NAMES,
      argv0: 'ipvsadm',
      open: async () => kernel,
    });
}

type Run = (environment: IpvsadmEnvironment) => Promise<number>;

const RUNS: Readonly<Record<string, (words: readonly string[]) => Run>> = {
  ipvsadm: (words) => (environment) => runIpvsadm(words, environment),
  'ipvsadm-save': (words) => (environment) => runIpvsadmSave(words, environment),
  'ipvsadm-restore': () => runIpvsadmRestore,
};
/** By name: `ipvsadm` and the scripts that come with it. */
export const PROGRAMS = Object.keys(RUNS);

/** What runs one of the programs; undefined if none has that name. */
export function programOf(name: string, words: readonly string[]): Run | undefined {
  return RUNS[name]?.(words);
}

/** What `ipvsadm`, `ipvsadm-save` or `ipvsadm-restore` prints. */
export async function outputOf(
  run: Run,
  environment: Omit<IpvsadmEnvironment, 'stdout' | 'stderr' | 'onRefusedLine'>,
): Promise<Output> {
  let stdout = '';
  let stderr = '';
  const refusedLines: number[] = [];
  const exitCode = await run({
    ...environment,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    onRefusedLine: (line) => refusedLines.push(line),
  });
  return { exitCode, stdout, stderr, refusedLines };
}
