import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCommand, systemPath } from '../../../harness/environment/system-path.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-lab-path-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function place(name: string, mode: number): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, mode);
  return file;
}

describe('findCommand', () => {
  it('takes the first folder of the path that has it', () => {
    const first = place('one/probe', 0o755);
    place('two/probe', 0o755);
    expect(findCommand('probe', [join(folder, 'one'), join(folder, 'two')].join(delimiter))).toBe(first);
  });

  it('passes over what cannot be executed, and over folders', () => {
    place('one/probe', 0o644);
    mkdirSync(join(folder, 'two/probe'), { recursive: true });
    const third = place('three/probe', 0o755);
    const path = ['one', 'two', 'three'].map((name) => join(folder, name)).join(delimiter);
    expect(findCommand('probe', path)).toBe(third);
  });

  it('says so when there is none', () => {
    expect(findCommand('probe', folder)).toBeUndefined();
  });
});

describe('systemPath', () => {
  it('adds the folders of system commands behind an ordinary PATH', () => {
    expect(systemPath('/usr/bin:/bin')).toBe('/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin');
  });

  it('leaves a PATH alone that has them', () => {
    const path = '/usr/sbin:/usr/local/sbin:/sbin:/bin';
    expect(systemPath(path)).toBe(path);
  });

  it('takes no empty entry, which would mean the current folder', () => {
    expect(systemPath(':/bin:').split(delimiter)).not.toContain('');
  });
});
