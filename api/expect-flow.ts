/** What a test expects of a connection. Each expectation throws, with what was seen instead, where it does not hold. */
import { AssertionError } from 'node:assert';
import type { Mode } from '../lab/index.ts';
import { MODES } from '../lab/modes.ts';
import type { Hop } from '../reports/result.ts';
import type { Flow } from './flow.ts';

/** Whether something holds, and what to say of it in either case: `… to reach rs1, but …`. */
export interface Judgement {
  readonly holds: boolean;
  readonly expected: string;
  readonly seen: string;
}

/** Chained: `expectFlow(flow).toReachServer('rs1').toReturnThrough('director')`. */
export interface FlowExpectations {
  /** Its first packet reached a real server: any, or the one named. */
  toReachServer(name?: string): FlowExpectations;
  /** Its reply passed a host on the way to the client: `director` in NAT. */
  toReturnThrough(host: string): FlowExpectations;
  /** Its reply came without passing the director: DR and TUN. */
  toReturnDirectly(): FlowExpectations;
  /** Its first packet came to the server as the forwarding mode has it. */
  toBeRewrittenAs(mode: Mode): FlowExpectations;
}

export const judgements = {
  toReachServer: (flow: Flow, name?: string): Judgement => ({
    holds: flow.server !== undefined && (name === undefined || flow.server === name),
    expected: `to reach ${name ?? 'a real server'}`,
    seen: flow.server === undefined ? 'it reached none' : `it reached ${flow.server}`,
  }),
  toReturnThrough: (flow: Flow, host: string): Judgement => ({
    holds: flow.reply.some((hop) => hop.host === host) && hasReturned(flow),
    expected: `to return through ${host}`,
    seen: wayBack(flow),
  }),
  toReturnDirectly: (flow: Flow): Judgement => ({
    holds: flow.reply.every(({ host }) => host !== 'director') && hasReturned(flow),
    expected: 'to return without passing the director',
    seen: wayBack(flow),
  }),
  toBeRewrittenAs: (flow: Flow, mode: Mode): Judgement => {
    const arrival = flow.request.findLast(
      ({ host, direction }) => host === flow.server && direction === 'in',
    );
    return {
      holds: arrival !== undefined && isAsIn(mode, arrival, flow),
      expected: `to be rewritten as by ${mode}`,
      seen:
        arrival === undefined ? 'it reached no server' : `it came to ${flow.server} as ${textOf(arrival)}`,
    };
  },
} as const;

/** @throws AssertionError from each expectation that does not hold. */
export function expectFlow(flow: Flow | undefined): FlowExpectations {
  if (flow === undefined) throw new AssertionError({ message: 'expected a flow, but the client began none' });
  const check = (judgement: Judgement): FlowExpectations => {
    if (!judgement.holds) throw new AssertionError({ message: messageOf(flow, judgement) });
    return expectations;
  };
  const expectations: FlowExpectations = {
    toReachServer: (name) => check(judgements.toReachServer(flow, name)),
    toReturnThrough: (host) => check(judgements.toReturnThrough(flow, host)),
    toReturnDirectly: () => check(judgements.toReturnDirectly(flow)),
    toBeRewrittenAs: (mode) => check(judgements.toBeRewrittenAs(flow, mode)),
  };
  return expectations;
}

/** @param isNot For an expectation that was turned round. */
export function messageOf(flow: Flow, { expected, seen }: Judgement, isNot = false): string {
  const ways = [
    ['request', flow.request],
    ['reply', flow.reply],
  ] as const;
  return [
    `expected ${flow.protocol} ${flow.client} > ${flow.asked} ${isNot ? 'not ' : ''}${expected}, but ${seen}`,
    ...ways.flatMap(([name, hops]) => [
      `  ${name}${hops.length === 0 ? ': not seen on any link' : ''}`,
      ...hops.map((hop) => `    ${hop.host} ${hop.interface} ${hop.direction}: ${textOf(hop)}`),
    ]),
  ].join('\n');
}

function isAsIn(mode: Mode, arrival: Hop, { client, asked, server, topology }: Flow): boolean {
  const { rewritesAddresses, encapsulates } = MODES[mode];
  const rip = topology.realServers.find(({ host }) => host === server)?.rip;
  const [address] = arrival.destination.split(':');
  if (arrival.source !== client) return false;
  if ((arrival.outer?.destination === rip) !== encapsulates) return false;
  return rewritesAddresses ? address === rip : arrival.destination === asked;
}

function hasReturned({ reply }: Flow): boolean {
  return reply.some(({ host, direction }) => host === 'client' && direction === 'in');
}

function wayBack(flow: Flow): string {
  if (flow.reply.length === 0) return 'no server answered';
  const hosts = [...new Set(flow.reply.map(({ host }) => host))].join(', ');
  return hasReturned(flow)
    ? `it was seen at ${hosts}`
    : `it was seen at ${hosts} and did not reach the client`;
}

function textOf({ source, destination, outer, sourceMac, destinationMac }: Hop): string {
  const around = outer === undefined ? '' : `in ${outer.source} > ${outer.destination}: `;
  return `${around}${source} > ${destination}, ${sourceMac} > ${destinationMac}`;
}
