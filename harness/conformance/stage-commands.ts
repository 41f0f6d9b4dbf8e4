/** Commands to the director of a stage, wherever its tables are: `ipvsadm` and firewall marks. */

import { CodedError } from '../../director/coded-error.ts';
import type { MarkWords } from '../../director/index.ts';
import type { Ipvsadm } from '../../lab/ipvsadm.ts';
import { CommandError } from '../../scenarios/kit/command-error.ts';

/** @throws CommandError with what `ipvsadm -R` says of the lines that it refuses. */
export async function carryOut(ipvsadm: Ipvsadm, lines: readonly string[]): Promise<void> {
  const { exitCode, stderr, refusedLines } = await ipvsadm(['-R'], `${lines.join('\n')}\n`);
  if (exitCode !== 0 || stderr !== '') throw new CommandError(stderr.trim(), exitCode, refusedLines);
}

/** What a command prints. @throws CommandError with what it says where it fails. */
export async function printed(ipvsadm: Ipvsadm, words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await ipvsadm(words);
  if (exitCode !== 0) throw new CommandError(stderr.trim(), exitCode);
  return stdout;
}

/** What `StageDirector.mark` asks for, in the words of `lvs-lab director mark`. */
export function markWords(destination: string, mark: number, port: number | undefined): MarkWords {
  return { dst: destination, set: String(mark), ...(port !== undefined && { dport: String(port) }) };
}

/** Hosts answer each other without end: a director that lets them has failed, whatever the case is about. */
export class EndlessTrafficError extends CodedError {
  readonly code = 'ENDLESS_TRAFFIC';
}

/** What a case asked of its stage was refused, or makes no sense there. */
export class StageError extends CodedError {
  readonly code = 'STAGE_REFUSED';
}

/** A case asks for what nobody can have a director do from outside, on its own machine: it is played around a core in memory alone. */
export class OutOfReachError extends CodedError {
  readonly code = 'OUT_OF_REACH';
}
