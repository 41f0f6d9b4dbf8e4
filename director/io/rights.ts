/**
 * What of root's rights the director keeps: what it needs for packet sockets, interfaces, nftables and its BPF program,
 * and nothing by which a process could do more to the machine than that.
 */
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CAPABILITY, type Capability, giveUpAllBut, hasMoreThan, without } from '../../native/capabilities.ts';
import { SystemCallError } from '../../native/system-call-error.ts';

const NEEDED: readonly Capability[] = [CAPABILITY.network, CAPABILITY.rawSockets, CAPABILITY.bpf];
const SOURCE = fileURLToPath(import.meta.url);

/**
 * Gives up all other capabilities. This process becomes the same program once more, under the same number, since threads
 * that Node has by now would keep theirs: from then on nothing does, and it resolves at once.
 *
 * Reading any file is kept where the director's own program or its rules are not root's to read, as in a home folder.
 *
 * @param files That are read later on.
 */
export function keepNeededRights(files: readonly string[]): void {
  if (process.getuid?.() !== 0 || !hasMoreThan([...NEEDED, CAPABILITY.readAnyFile])) return;
  try {
    const isReadable = [process.execPath, SOURCE, ...files].every((file) => isOwn(file));
    giveUpAllBut(isReadable ? NEEDED : [...NEEDED, CAPABILITY.readAnyFile]);
  } catch (error) {
    // Root without the right to give any up, as in some containers, has few anyway.
    if (error instanceof SystemCallError) return;
    throw error;
  }
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
  });
}

/** Whether root may read a file without special rights. One that is not there is nobody's concern here. */
function isOwn(file: string): boolean {
  return without(CAPABILITY.readAnyFile, () => {
    try {
      closeSync(openSync(file, 'r'));
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'EACCES';
    }
  });
}
