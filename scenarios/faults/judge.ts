/** Compares what was seen around a fault with what IPVS promises. */
import { countedOf } from '../../statistics/number-text.ts';
import { FAULT_MODELS, type FaultName, promiseOf } from './model.ts';
import { type Fate, type ObservedConnection, TRAFFIC, type TrafficKind } from './observation.ts';

/** What came out for one kind of traffic. */
export interface FaultOutcome {
  readonly traffic: TrafficKind;
  readonly status: 'passed' | 'failed' | 'error';
  /** What IPVS promises for the connections that the fault is about. */
  readonly promise: string;
  /** Why it did not pass, in a sentence. */
  readonly reason?: string;
  /** Connections that the fault is about, by what became of them. */
  readonly affected: Readonly<Partial<Record<Fate, number>>>;
  /** Other connections, which must go on. */
  readonly others: { readonly connections: number; readonly harmed: number };
  /** Requests and datagrams without an answer, of connections that had to go on. */
  readonly lost: number;
  /** The longest time without an answer of a connection that had to go on or move; absent where there is none. */
  readonly silenceMs?: number;
  /** Of several goes: the median of what was the longest in each. */
  readonly silenceP50Ms?: number;
}

/** What each fate is called of several connections. */
const FATE_WORDS: Readonly<Record<Fate, string>> = {
  kept: 'went on',
  moved: 'went on at another server',
  reset: 'were reset or refused',
  closed: 'were closed',
  silent: 'got no answer',
};

/** @param victim Name of the server that the fault is about; ignored where it is about the director. */
export function judgeFault(
  fault: FaultName,
  traffic: TrafficKind,
  victim: string,
  all: readonly ObservedConnection[],
): FaultOutcome {
  const { hits } = FAULT_MODELS[fault];
  const own = all.filter((one) => one.traffic === traffic);
  // A new connection that nobody answered was on its way to the server that does not answer.
  const isAffected = ({ server = victim }: ObservedConnection) => hits === 'director' || server === victim;
  const affected = own.filter(isAffected);
  const others = own.filter((one) => !isAffected(one));
  const promised = promiseOf(fault, traffic);
  const broken = affected.filter(({ fate }) => !promised.fates.includes(fate));
  const harmed = others.filter(({ fate }) => fate !== 'kept');
  const goingOn = [...others, ...(mayGoOn(promised.fates) ? affected : [])];
  const found = {
    traffic,
    promise: promised.text,
    affected: countsOf(affected),
    others: { connections: others.length, harmed: harmed.length },
    lost: goingOn.reduce((sum, { lost }) => sum + lost, 0),
    ...(goingOn.length > 0 && { silenceMs: Math.max(...goingOn.map(({ silenceMs }) => silenceMs)) }),
  };
  const untested = whyUntested(promised.fates, affected, others);
  if (broken.length + harmed.length > 0) {
    const sentences = [
      ...(broken.length > 0
        ? [
            `${countedOf(broken.length, affected.length, 'connection')} ${wordsOf(broken)}; promised: they ${promised.text}`,
          ]
        : []),
      ...(harmed.length > 0
        ? [`${countedOf(harmed.length, others.length, 'connection')} of other servers ${wordsOf(harmed)}`]
        : []),
    ];
    return { ...found, status: 'failed', reason: `${TRAFFIC[traffic].title}: ${sentences.join('; ')}` };
  }
  return untested === undefined
    ? { ...found, status: 'passed' }
    : { ...found, status: 'error', reason: `${TRAFFIC[traffic].title}: ${untested}` };
}

function mayGoOn(fates: readonly Fate[]): boolean {
  return fates.includes('kept') || fates.includes('moved');
}

/** What keeps the promise from having been put to the test. */
function whyUntested(
  fates: readonly Fate[],
  affected: readonly unknown[],
  others: readonly unknown[],
): string | undefined {
  if (fates.length > 0 && affected.length === 0) return 'no connection was affected by the fault';
  // That none goes to a server is shown by those that go elsewhere.
  if (fates.length === 0 && others.length === 0) return 'no connection was made';
  return undefined;
}

function countsOf(connections: readonly ObservedConnection[]): Partial<Record<Fate, number>> {
  const fates = Object.keys(FATE_WORDS) as readonly Fate[];
  const counted = fates.map((fate) => [fate, connections.filter((one) => one.fate === fate).length] as const);
  return Object.fromEntries(counted.filter(([, found]) => found > 0));
}

function wordsOf(connections: readonly ObservedConnection[]): string {
  return [...new Set(connections.map(({ fate }) => FATE_WORDS[fate]))].join(' or ');
}
