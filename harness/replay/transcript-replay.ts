/** Replays recorded sessions of `ipvsadm`: each command must print what it printed then, and exit with the same code. */
import { type CaseResult, type Difference, type RecordingFormat, readAs } from './recording.ts';
import { compareOutput, type TranscriptGroup, transcriptsSchema } from './transcript-case.ts';
import { TranscriptDirector } from './transcript-director.ts';
import { recordedNames } from './transcript-names.ts';
import { type TrafficHistory, type TrafficTiming, timingsOf, USUAL_TIMING } from './transcript-timing.ts';
import { packetsOf } from './transcript-traffic.ts';

/** Number of keys that lead to different orders of services. */
const ORDER_KEYS = 256;
const UNSORTED = /--nosort\b/;

export const transcripts: RecordingFormat = {
  name: 'ipvsadm transcripts',
  recognises: ({ json }) =>
    typeof json === 'object' && json !== null && 'groups' in json && Array.isArray(json.groups),
  replay: async (file) => {
    const { groups, hosts } = readAs(transcriptsSchema, file, transcripts.name);
    const results: CaseResult[] = [];
    for (const group of groups) results.push(resultOf(group, await playAsRecorded(group, hosts)));
    return results;
  },
};

/** What a transcript does not say about its machine. */
interface Unknowns {
  /** Part of the kernel's hash of services; shows in lists that are not sorted. */
  readonly orderKey: number;
  /** By the row of the traffic. */
  readonly timings: ReadonlyMap<number, TrafficTiming>;
}

interface PlayedGroup {
  readonly played: number;
  readonly notPlayed: number;
  readonly differences: readonly Difference[];
  /** What the traffic in each row did to the counters of services. */
  readonly histories: ReadonlyMap<number, TrafficHistory>;
}

/** Plays a group with the unknowns that its own lists give away. */
async function playAsRecorded(
  group: TranscriptGroup,
  hosts: Readonly<Record<string, string>>,
): Promise<PlayedGroup> {
  let unknowns: Unknowns = { orderKey: 0, timings: new Map() };
  let played = await playGroup(group, hosts, unknowns);
  const timings = timingsOf(group, played.histories);
  if (played.differences.length > 0 && timings.size > 0) {
    unknowns = { ...unknowns, timings };
    played = await playGroup(group, hosts, unknowns);
  }
  for (let orderKey = 1; orderKey < ORDER_KEYS && differsInOrder(played); orderKey++) {
    const other = await playGroup(group, hosts, { ...unknowns, orderKey });
    if (!differsInOrder(other)) played = other;
  }
  return played;
}

function differsInOrder({ differences }: PlayedGroup): boolean {
  return differences.some(({ action }) => UNSORTED.test(action));
}

function resultOf({ group }: TranscriptGroup, { played, notPlayed, differences }: PlayedGroup): CaseResult {
  return {
    name: group,
    steps: played,
    differentSteps: differences.length,
    notPlayed,
    first: differences[0],
  };
}

/** Plays a group from an empty table. */
async function playGroup(
  { commands }: TranscriptGroup,
  hosts: Readonly<Record<string, string>>,
  { orderKey, timings }: Unknowns,
): Promise<PlayedGroup> {
  const director = new TranscriptDirector(recordedNames(hosts), orderKey);
  const differences: Difference[] = [];
  const histories = new Map<number, TrafficHistory>();
  let played = 0;
  for (const [row, recorded] of commands.entries()) {
    if ('traffic' in recorded) {
      const packets = packetsOf(recorded.traffic);
      if (packets === undefined) return { played, notPlayed: commands.length - row, differences, histories };
      histories.set(row, director.traffic(packets, timings.get(row) ?? USUAL_TIMING));
      continue;
    }
    played++;
    const findings = compareOutput(recorded, await director.command(recorded.cmd, recorded.stdin));
    if (findings.length > 0) differences.push({ step: row, action: recorded.cmd, findings, before: [] });
  }
  return { played, notPlayed: 0, differences, histories };
}
