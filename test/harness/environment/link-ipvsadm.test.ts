import { lstat, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linkIpvsadm } from '../../../harness/environment/link-ipvsadm.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
});
afterEach(() => rm(directory, { recursive: true }));

const names = ['ipvsadm', 'ipvsadm-restore', 'ipvsadm-save'];

it('makes links by which the programs run, and removes them', async () => {
  expect(await linkIpvsadm('make', directory)).toHaveLength(3);
  expect((await readdir(directory)).toSorted()).toEqual(names);
  const { stdout } = await execa(join(directory, 'ipvsadm'), ['--version'], { cwd: '/' });
  expect(stdout).toMatch(/^ipvsadm v1\.31/);
  expect(await linkIpvsadm('make', directory)).toEqual([]);
  expect(await linkIpvsadm('remove', directory)).toHaveLength(3);
  expect(await readdir(directory)).toEqual([]);
});

it('changes nothing where something else has a name', async () => {
  await writeFile(join(directory, 'ipvsadm-save'), '#!/bin/sh\n');
  await expect(linkIpvsadm('make', directory)).rejects.toThrow(/ipvsadm-save is there already/);
  expect(await readdir(directory)).toEqual(['ipvsadm-save']);
});

it('removes what is its own alone', async () => {
  await linkIpvsadm('make', directory);
  await rm(join(directory, 'ipvsadm'));
  await symlink('/bin/true', join(directory, 'ipvsadm'));
  await linkIpvsadm('remove', directory);
  expect((await lstat(join(directory, 'ipvsadm'))).isSymbolicLink()).toBe(true);
  expect(await readdir(directory)).toEqual(['ipvsadm']);
});
