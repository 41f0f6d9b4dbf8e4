/** Replays recorded sessions of `ipvsadm`: every command prints what it printed then, and ends with the same code. */
import { type CaseResult, type RecordingFormat, readAs } from './recording.ts';
import { type PlayedGroup, playGroup, timingsOf, type Unknowns } from './transcript-replay.ts';
import { type TranscriptGroup, transcriptsSchema } from './transcript-schema.ts';

/** How many keys make a difference to the order of services. */
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

/** Plays a group under what can be found out of its machine from its own lists. */
async function playAsRecorded(
  group: TranscriptGroup,
  hosts: Readonly<Record<string, string>>,
): Promise<PlayedGroup> {
  let unknowns: Unknowns = { orderKey: 0, timings: new Map() };
  let played = await playGroup(group, hosts, unknowns);
  const timings = timingsOf(group, played);
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
