/** Whether this machine's own kernel has an IPVS that can be used here, found out by using it. */
import { open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { ALL_SCHEDULERS } from '../../../scenarios/models/schedulers.ts';
import { runInNamespace } from '../../environment/namespace-trial.ts';
import { systemPath } from '../../environment/system-path.ts';

export interface NativeIpvs {
  /** The file of the package's `ipvsadm`: this project has a program of that name, too. */
  readonly ipvsadm: string;
  /** Schedulers that the kernel is built without. */
  readonly notBuilt: readonly string[];
}

/** A program for a processor begins so (elf(5)), a script does not. */
const ELF = '\x7fELF';

let looked: Promise<NativeIpvs | { readonly why: string }> | undefined;

/** Looks once. Where the kernel has IPVS as a module, the first look loads it, as `ipvsadm` does wherever it is run. */
export function nativeIpvs(): Promise<NativeIpvs | { readonly why: string }> {
  looked ??= look();
  return looked;
}

async function look(): Promise<NativeIpvs | { readonly why: string }> {
  if (process.platform !== 'linux') return { why: 'this system is no Linux' };
  const ipvsadm = await kernelsIpvsadm();
  if (ipvsadm === undefined) return { why: 'ipvsadm is not installed (package ipvsadm)' };
  const tried = ALL_SCHEDULERS.map(
    (name, at) => `"$0" -A -f ${at + 1} -s ${name} 2>/dev/null && echo ${name}`,
  );
  const script = ['"$0" -Ln >/dev/null || exit', ...tried, 'true'].join('\n');
  const { present, detail, stdout } = await runInNamespace('sh', '-c', script, ipvsadm);
  if (!present) return { why: `this machine’s kernel does not offer IPVS here (${detail})` };
  const built = stdout.split('\n');
  return { ipvsadm, notBuilt: ALL_SCHEDULERS.filter((name) => !built.includes(name)) };
}

async function kernelsIpvsadm(): Promise<string | undefined> {
  for (const folder of systemPath().split(':')) {
    const file = await realpath(join(folder, 'ipvsadm')).catch(() => undefined);
    if (file !== undefined && (await isProgram(file))) return file;
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  await using opened = await open(file);
  const { buffer } = await opened.read(Buffer.alloc(ELF.length), 0, ELF.length, 0);
  return buffer.toString('latin1') === ELF;
}
