import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';

export type ModuleState = 'loaded' | 'on disk' | 'absent';

/** Where a kernel module is, without loading it: loading `ipip`, say, puts a `tunl0` on the machine. */
export function moduleState(name: string): ModuleState {
  if (existsSync(`/sys/module/${name}`) || listed(name, 'modules.builtin')) return 'loaded';
  return canLoad() && listed(name, 'modules.dep') ? 'on disk' : 'absent';
}

function listed(name: string, index: string): boolean {
  const lines = read(`/lib/modules/${release()}/${index}`).split('\n');
  const file = new RegExp(`/${name}\\.ko(\\.\\w+)?(:|$)`);
  return lines.some((line) => file.test(line));
}

function canLoad(): boolean {
  return read('/proc/sys/kernel/modules_disabled').trim() === '0';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
