import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../reports/junit.ts';
import { sampleResult } from './full/result.ts';
import { type ParsedElement, parseMarkup } from './markup-check.ts';
import { nastyText, withEveryText } from './nasty.ts';
import { failingResult, passingResult } from './results.ts';

const elementsOf = (result: Parameters<typeof renderJunit>[0]) => parseMarkup(renderJunit(result), 'xml');
const named = (elements: readonly ParsedElement[], name: string) =>
  elements.filter((item) => item.name === name);
const attribute = (element: ParsedElement | undefined, name: string) => element?.attributes.get(name);

describe('junit.xml', () => {
  it('has a suite for the run and one for each mode, director and scheduler, with true counts', () => {
    const suites = named(elementsOf(failingResult()), 'testsuite');
    const table = suites.map((suite) =>
      ['name', 'tests', 'failures', 'errors', 'skipped'].map((name) => attribute(suite, name)),
    );
    expect(table).toEqual([
      ['run', '1', '1', '0', '0'],
      ['nat/ts/wrr', '7', '1', '0', '1'],
      ['dr/ts/wrr', '7', '1', '0', '0'],
      ['tun/ts/wrr', '7', '0', '1', '0'],
    ]);
    const [root] = named(elementsOf(failingResult()), 'testsuites');
    const totals = ['tests', 'failures', 'errors', 'skipped'].map((name) => attribute(root, name));
    expect(totals).toEqual(['22', '3', '1', '1']);
  });

  it('has a suite for each subject of packet cases, each situation, and the mutants', () => {
    const suites = named(elementsOf(sampleResult()), 'testsuite').map((suite) =>
      ['name', 'tests', 'failures'].map((name) => attribute(suite, name)).join(' '),
    );
    expect(suites).toContain('packets/nat/addresses 2 1');
    expect(suites).toContain('fairness/weights 6 0');
    expect(suites).toContain('mutants 6 1');
  });

  it('tells a failure field by field, with the packet and the command', () => {
    const failure = named(elementsOf(failingResult()), 'failure').at(1);
    expect(attribute(failure, 'message')).toBe('The reply reached the client with the server’s own address.');
    expect(failure?.text).toContain('IP source: expected 10.0.1.100, seen 10.0.2.11');
    expect(failure?.text).toContain('captures/client-eth0.pcap frame 12, on client eth0');
    expect(failure?.text).toContain("tcpdump -nn -e -v -r captures/client-eth0.pcap 'tcp port 40112'");
    expect(failure?.text).toContain('198 more');
  });

  it('gives the reason of what was skipped and of what could not be judged', () => {
    const elements = elementsOf(failingResult());
    expect(attribute(named(elements, 'skipped')[0], 'message')).toBe(
      'In NAT the servers do not hold the VIP.',
    );
    expect(attribute(named(elements, 'error')[0], 'message')).toContain('the capture of rs2 eth0 is cut');
  });

  it.each(['environment', 'untrusted', 'interrupted'] as const)('is red for a run that is %s', (status) => {
    const result = passingResult([]);
    const reasons = ['The capture of rs1 is missing.'];
    const error = named(
      elementsOf({ ...result, verdict: { ...result.verdict, status, reasons } }),
      'error',
    )[0];
    expect(error?.text).toContain('The capture of rs1 is missing.');
  });

  it('is green for a run that passed', () => {
    const elements = elementsOf(passingResult());
    expect([...named(elements, 'failure'), ...named(elements, 'error')]).toEqual([]);
  });

  it('stays well-formed with any text in any field, and keeps every case', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const elements = elementsOf(withEveryText(failingResult(), () => text));
        expect(named(elements, 'testcase')).toHaveLength(failingResult().cases.length + 1);
      }),
    );
  });
});
