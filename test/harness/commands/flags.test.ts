import { describe, expect, it } from 'vitest';
import {
  duration,
  integerFrom,
  listOfFaults,
  listOfModes,
  listOfParts,
  listOfSchedulers,
  listOfWeights,
  longDuration,
} from '../../../harness/commands/values.ts';
import { lvsLabHere } from '../command-line.ts';

describe('values of flags', () => {
  it.each([
    ['2', 2000],
    ['1.5s', 1500],
    ['500ms', 500],
    ['0.25', 250],
  ])('reads the time %s', (text, ms) => {
    expect(duration(text)).toBe(ms);
  });

  it('reads the time of a soak in minutes and hours too', () => {
    expect(['90', '1.5m', '1h'].map(longDuration)).toEqual([90_000, 90_000, 3_600_000]);
    expect(() => longDuration('5d')).toThrow(/such as 1h, 30m or 90s/);
  });

  it('reads lists, in their own order and each once', () => {
    expect(listOfModes('tun,nat,tun')).toEqual(['nat', 'tun']);
    expect(listOfSchedulers('wlc,rr')).toEqual(['rr', 'wlc']);
    expect(listOfFaults('director-kill,weight-0')).toEqual(['weight-0', 'director-kill']);
    expect(listOfParts('faults', listOfParts('throughput,conformance'))).toEqual([
      'conformance',
      'faults',
      'throughput',
    ]);
    expect(listOfSchedulers('all').length).toBeGreaterThan(10);
    expect(listOfWeights('1,0,65535')).toEqual([1, 0, 65_535]);
    expect(integerFrom(1, 200)('200')).toBe(200);
  });
});

describe('the command line', () => {
  it.each([
    ['--mode', 'foo', /There is no "foo"; choose from nat, dr, tun/],
    ['--mode', '', /There is no ""/],
    ['--mode', 'nat,', /There is no ""/],
    ['--scheduler', 'fair', /There is no "fair"; choose from rr, wrr/],
    ['--part', 'fairness,speed', /There is no "speed"; choose from conformance, fairness/],
    ['--servers', '0', /whole number from 1 to 200/],
    ['--servers', '201', /whole number from 1 to 200/],
    ['--servers', '1.5', /whole number from 1 to 200/],
    ['--servers', '1e2', /whole number from 1 to 200/],
    ['--weights', '0', /At least one weight must be above 0/],
    ['--weights', '1,,2', /whole number from 0 to 65535/],
    ['--weights', '-1', /whole number from 0 to 65535/],
    ['--duration', '0', /Expected a time such as/],
    ['--duration', '5m', /Expected a time such as/],
    ['--duration', '-1', /Expected a time such as/],
    ['--seed', '-1', /whole number from 0/],
    ['--seed', '99999999999', /whole number from 0/],
    ['--seed', 'x', /whole number from 0/],
    ['--bogus', '1', /unknown option '--bogus'/],
  ])('refuses bench %s %j in one line, with exit code 2', async (flag, value, message) => {
    const { exitCode, stdout, stderr } = await lvsLabHere('bench', flag, value);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
  });

  it('refuses weights of which the servers get none', async () => {
    const { exitCode, stderr } = await lvsLabHere('bench', '--weights', '0,0,1', '--servers', '2');
    expect(exitCode).toBe(2);
    expect(stderr).toBe('error: none of the 2 servers has a weight above 0 (--weights, --servers)');
  });

  it.each([
    [['bench', 'extra']],
    [['bench', '--out']],
    [['nonsense']],
    [['lab', 'nonsense']],
    [['setup', '--for', 'nothing']],
    [['faults', '--fault', 'nothing']],
    [['soak', '--director', 'nft']],
    [['flood', '--director', 'nft']],
    [['report', '/nonexistent/result.json']],
  ])('refuses %j with exit code 2 and no stack', async (args) => {
    const { exitCode, stdout, stderr } = await lvsLabHere(...args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('lists every case, which needs no network', async () => {
    const { exitCode, stdout } = await lvsLabHere('bench', '--list');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^nat\/reply\/path\tEvery reply that the client receives/m);
  });
});
