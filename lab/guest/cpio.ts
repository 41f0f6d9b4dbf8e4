/** A cpio archive in the format "newc", which the kernel unpacks as its first file system (kernel.org, early-userspace/buffer-format). */

export type Entry =
  | { readonly path: string; readonly kind: 'folder' }
  | { readonly path: string; readonly kind: 'file'; readonly bytes: Uint8Array; readonly isProgram?: boolean }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'device'; readonly major: number; readonly minor: number };

const MAGIC = '070701';
const ALIGNMENT = 4;
const LAST = 'TRAILER!!!';

/** Type and rights, as in stat(2). */
const MODES = { folder: 0o040755, file: 0o100644, program: 0o100755, link: 0o120777, device: 0o020600 };

/** @param entries Folders before what is in them; paths without a slash at the beginning. */
export function cpioArchive(entries: readonly Entry[]): Buffer {
  const members = entries.map((entry, at) =>
    member(entry.path, at + 1, modeOf(entry), contentOf(entry), entry),
  );
  return Buffer.concat([...members, member(LAST, 0, 0, new Uint8Array())]);
}

function modeOf(entry: Entry): number {
  return entry.kind === 'file' && entry.isProgram === true ? MODES.program : MODES[entry.kind];
}

function contentOf(entry: Entry): Uint8Array {
  if (entry.kind === 'file') return entry.bytes;
  return entry.kind === 'link' ? Buffer.from(entry.target) : new Uint8Array();
}

function member(path: string, inode: number, mode: number, content: Uint8Array, entry?: Entry): Buffer {
  const name = Buffer.from(`${path}\0`);
  const device = entry?.kind === 'device' ? [entry.major, entry.minor] : [0, 0];
  const links = entry?.kind === 'folder' ? 2 : 1;
  // inode, mode, user, group, links, time, size, device of the file system (two), device (two), length of the name, check
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, ...device, name.length, 0];
  const header = MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join('');
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(content)]);
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes], Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT);
}
