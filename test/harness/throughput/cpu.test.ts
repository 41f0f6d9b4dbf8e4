import { describe, expect, it } from 'vitest';
import { cpuTimeMs, parseCpuTimeMs, readMachineTimes } from '../../../harness/throughput/cpu-meter.ts';

describe('CPU time', () => {
  it('of a process is read behind a name that holds spaces and parentheses', () => {
    const fields = ['S', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '25', '17', '0', '0'];
    expect(parseCpuTimeMs(`42 (tricky) name) ${fields.join(' ')}`)).toBe(420);
  });

  it('of this process grows, and that of one that is not there is nothing', () => {
    const before = cpuTimeMs(process.pid);
    let steps = 0;
    while (cpuTimeMs(process.pid) - before < 20 && steps < 10_000_000) steps++;
    expect(cpuTimeMs(process.pid)).toBeGreaterThan(before);
    expect(cpuTimeMs(2 ** 30)).toBe(0);
  });

  it('of the machine leaves out what was idle', () => {
    const text = 'cpu  100 20 30 5000 40 6 70 8 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n';
    expect(readMachineTimes(text)).toEqual({ busyMs: 2340, softirqMs: 760 });
  });
});
