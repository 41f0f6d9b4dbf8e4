/** Modules of a kernel, as its package holds them: what is needed of them, each after those that it depends on. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { LabError } from '../error.ts';

/** A module, unpacked. */
export interface KernelModule {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const SUFFIX = /\.ko(\.xz)?$/;

/** Named in the module itself; `-` and `_` are one in names of modules (modprobe(8)). */
const nameOf = (file: string) => basename(file).replace(SUFFIX, '').replaceAll('-', '_');

/**
 * @param wanted Whether a module is needed, by its name.
 * @throws LabError if one that is needed is not there.
 */
export async function modulesOf(folder: string, wanted: (name: string) => boolean): Promise<KernelModule[]> {
  const found = await readdir(folder, { recursive: true });
  const files = new Map(
    found.filter((file) => SUFFIX.test(file)).map((file) => [nameOf(file), join(folder, file)]),
  );
  const ordered = new Map<string, KernelModule>();
  const add = async (name: string): Promise<void> => {
    if (ordered.has(name)) return;
    const file = files.get(name);
    if (file === undefined) throw new LabError(`This kernel has no module ${name} in ${folder}.`);
    const bytes = await unpacked(file);
    for (const needed of dependenciesOf(bytes)) await add(needed);
    ordered.set(name, { name, bytes });
  };
  for (const name of [...files.keys()].toSorted()) if (wanted(name)) await add(name);
  return [...ordered.values()];
}

async function unpacked(file: string): Promise<Buffer> {
  if (!file.endsWith('.xz')) return readFile(file);
  return Buffer.from((await execa('xz', ['-dc', file], { encoding: 'buffer' })).stdout);
}

/** Its section `.modinfo` says `depends=a,b`, ended by a zero byte. */
function dependenciesOf(bytes: Buffer): string[] {
  const key = '\0depends=';
  const at = bytes.indexOf(key);
  if (at < 0) return [];
  const start = at + key.length;
  const said = bytes.toString('latin1', start, bytes.indexOf(0, start));
  return said
    .split(',')
    .filter((name) => name !== '')
    .map((name) => name.replaceAll('-', '_'));
}
