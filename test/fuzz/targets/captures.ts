import { ok } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { CodedError } from '../../../director/coded-error.ts';
import { sitesOf } from '../../../harness/diagnosis/captured-sites.ts';
import { diagnosisOf } from '../../../harness/diagnosis/report/diagnosis.ts';
import { inWords } from '../../../harness/diagnosis/report/in-words.ts';
import { replayCapture } from '../../../harness/replay/capture/capture-replay.ts';
import { openForReplay } from '../../../harness/replay/capture/open-for-replay.ts';
import { openCapture } from '../../../lab/captures/files/open-capture.ts';
import { summaryOf } from '../../../lab/captures/summary.ts';
import { ACK, SYN } from '../../../lab/frames/index.ts';
import { fromClient, fromServer } from '../../director/fixtures/small-frames.ts';
import { RIP1, VIP } from '../../director/fixtures/small-network.ts';
import { pcapFile } from '../../lab/captures/pcap-file.ts';
import { pcapng } from '../../lab/captures/pcapng-file.ts';
import { type Edit, edited, edits, part } from '../edits.ts';
import type { FuzzTarget } from '../target.ts';

interface Input {
  readonly file: number;
  readonly edits: readonly Edit[];
  readonly part: number;
  readonly isCompressed: boolean;
}

const RULES = `-A -t ${VIP}:80 -s rr\n-a -t ${VIP}:80 -r ${RIP1}:8080 -m\n`;
const FRAMES = [
  fromClient.tcp({ flags: SYN }),
  fromServer.tcp({ flags: SYN | ACK }),
  fromClient.tcp({ flags: ACK }),
  fromClient.udp(),
];
const FILES = [pcapFile(...FRAMES), pcapng(fromClient.tcp({ flags: SYN }))];

/** A capture is read, or refused in a sentence; what was read can be told, diagnosed and replayed. */
export const captures: FuzzTarget<Input> = {
  name: 'captures',
  takes: 'captures (pcap, pcapng), as diagnose and replay read them',
  inputs: fc.record({ file: fc.nat(FILES.length - 1), edits, part, isCompressed: fc.boolean() }),
  async check({ file: number, edits: changes, part: length, isCompressed }) {
    const made = edited(FILES[number] as Uint8Array, changes, length);
    const folder = mkdtempSync(join(tmpdir(), 'lvs-lab-fuzz-'));
    const file = join(folder, 'capture');
    try {
      writeFileSync(file, isCompressed ? gzipSync(made) : made);
      await refusedAtMost(async () => {
        const captures = [await openCapture('director', file)];
        for (const packet of captures.flatMap(({ packets }) => packets)) summaryOf(packet);
        const sites = sitesOf({ rules: RULES, rulesName: 'rules', captures, facts: new Map() });
        inWords(diagnosisOf(sites, captures, [], []), captures);
      });
      await refusedAtMost(async () => {
        const { capture } = await openForReplay(file);
        replayCapture(capture, { rules: RULES, ports: [], routes: [], settings: [] });
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function refusedAtMost(read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    ok(error instanceof CodedError, `an error that nobody thought of: ${(error as Error).stack}`);
  }
}
