/** What a stage’s director does with `ipvsadm`, wherever its tables are. */
import type { Ipvsadm } from '../../lab/ipvsadm.ts';
import { StageError } from './stage-error.ts';

/** @throws StageError with what `ipvsadm -R` says of the lines that it refuses. */
export async function carryOut(ipvsadm: Ipvsadm, lines: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await ipvsadm(['-R'], `${lines.join('\n')}\n`);
  if (exitCode !== 0 || stderr !== '') throw new StageError(stderr.trim());
}

/** What a command prints. @throws StageError with what it says where it fails. */
export async function printed(ipvsadm: Ipvsadm, words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await ipvsadm(words);
  if (exitCode !== 0) throw new StageError(stderr.trim());
  return stdout;
}
