import { describe, expect, it } from 'vitest';
import { LabError, topologies } from '../../../lab/index.ts';
import { checkNames } from '../../../lab/netns/blueprint.ts';
import { readOffloads, verifyOffloads } from '../../../lab/netns/offloads.ts';

const dr = topologies.dr({ servers: 1 });
const [client, ...others] = dr.hosts;

describe('names in a topology', () => {
  it.each([
    ['a host name that is a shell command', 'a;reboot'],
    ['a link name longer than the kernel allows', 'averylonghost'],
    ['a name that another host has', 'rs1'],
    ['the name of the namespace of the switches', 'fabric'],
  ])('refuses %s', (_what, name) => {
    expect(() => checkNames({ ...dr, hosts: [{ ...client!, name }, ...others] })).toThrow(LabError);
  });

  it('accepts those of every topology at its largest', () => {
    for (const make of Object.values(topologies)) checkNames(make({ servers: 200 }));
  });
});

const ALL_OFF = [
  'rx-checksumming: off',
  'tx-checksumming: off [fixed]',
  'scatter-gather: off',
  '\ttx-scatter-gather: off',
  'tcp-segmentation-offload: off',
  'generic-segmentation-offload: off',
  'generic-receive-offload: off',
  'highdma: on',
].join('\n');

describe('offloads as ethtool prints them', () => {
  it('passes interfaces whose offloads are all off', () => {
    verifyOffloads(
      'rs1',
      ['eth0', 'eth1'],
      `Features for eth0:\n${ALL_OFF}\nFeatures for eth1:\n${ALL_OFF}\n`,
    );
  });

  it('names host, interface and feature of one that is on', () => {
    const on = ALL_OFF.replace('generic-receive-offload: off', 'generic-receive-offload: on');
    const output = `Features for eth0:\n${ALL_OFF}\nFeatures for eth1:\n${on}`;
    expect(() => verifyOffloads('rs1', ['eth0', 'eth1'], output)).toThrow(
      /rs1 eth1: generic-receive-offload/,
    );
  });

  it('counts a feature that is not listed as one that is on', () => {
    const output = `Features for eth0:\n${ALL_OFF.replace('scatter-gather: off\n', '')}`;
    expect(readOffloads(output)).toEqual(new Map([['eth0', ['scatter-gather']]]));
  });

  it('refuses an interface that ethtool said nothing about', () => {
    expect(() => verifyOffloads('rs1', ['eth0'], '')).toThrow(/eth0/);
  });
});
