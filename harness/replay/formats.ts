/** Every format that can be replayed. A file is replayed as the first one that recognises its content. */
import { decisions } from './decisions.ts';
import { packets } from './packets/index.ts';
import type { RecordingFormat } from './recording.ts';
import { stateScripts } from './scripts.ts';
import { timeline } from './timeline.ts';
import { transcripts } from './transcripts.ts';
import { udpStates } from './udp-states.ts';

export const FORMATS: readonly RecordingFormat[] = [
  decisions,
  stateScripts,
  timeline,
  udpStates,
  packets,
  transcripts,
];
