/**
 * What of root's rights the director keeps: what it needs for packet sockets, interfaces, nftables and its BPF program,
 * and nothing by which a process could do more to the machine than that.
 */
import { closeSync, openSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CAPABILITY, type Capability, giveUpAllBut, hasMoreThan, without } from '../native/capabilities.ts';
import { keepAcrossExec } from '../native/descriptors.ts';
import { SystemCallError } from '../native/system-call-error.ts';
import { NODE_OPTIONS } from './program.ts';

/** Those that it keeps. */
export const NEEDED: readonly Capability[] = [CAPABILITY.network, CAPABILITY.rawSockets, CAPABILITY.bpf];
const SOURCE = fileURLToPath(import.meta.url);

/** Either lets root read what belongs to others. */
const READING_OTHERS_FILES = [CAPABILITY.writeAnyFile, CAPABILITY.readAnyFile];

/**
 * Gives up all other capabilities in this program, and sees to Node's options. It becomes the same program once more, under
 * the same number, since threads that Node has by now would keep theirs. Called again there, it does nothing.
 *
 * @param args Its arguments; those that name files are read later on.
 */
export function keepNeededRights(args: readonly string[]): void {
  const readings = args.map((arg) => readingOf(arg.replace(/^--\w+=/, '')));
  const options = NODE_OPTIONS.filter((option) => !process.execArgv.includes(option));
  if (!limitRights(readings.includes('others')) && options.length === 0) return;
  // Rules from a pipe of the shell's: --rules <(…).
  for (const arg of args) {
    const [, fd] = /^(?:--\w+=)?\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(arg) ?? [];
    if (fd !== undefined) keepAcrossExec(Number(fd));
  }
  process.execve?.(
    process.execPath,
    [process.execPath, ...options, ...process.execArgv, ...process.argv.slice(1)],
    { ...process.env },
  );
}

/**
 * Gives up all other capabilities in this thread and all programs that it starts from now on. Reading any file is kept
 * where the director's own program, or something else that it needs, is not root's to read, as in a home folder.
 *
 * @returns false where there is nothing to give up.
 */
export function limitRights(readsOthersFiles = false): boolean {
  if (process.getuid?.() !== 0 || !hasMoreThan([...NEEDED, CAPABILITY.readAnyFile])) return false;
  try {
    const keepsReading =
      readsOthersFiles || [process.execPath, SOURCE].some((file) => readingOf(file) === 'others');
    giveUpAllBut(keepsReading ? [...NEEDED, CAPABILITY.readAnyFile] : NEEDED);
    return true;
  } catch (error) {
    // Root without the right to give any up, as in some containers, has few anyway.
    if (error instanceof SystemCallError) return false;
    throw error;
  }
}

/** Whose a file is to read. One that is not there is nobody's concern here. */
function readingOf(file: string): 'own' | 'others' {
  return without(READING_OTHERS_FILES, () => {
    try {
      // Opening a pipe would take part in it.
      if (!statSync(file).isFile()) return 'own';
      closeSync(openSync(file, 'r'));
      return 'own';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'others' : 'own';
    }
  });
}
