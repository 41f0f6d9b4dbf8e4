import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { observedPath } from '../../../harness/live/observed-path.ts';
import { savePathCapture } from '../../../harness/live/path-capture.ts';
import { readCapture } from '../../../lab/captures/read-capture.ts';
import type { Mode } from '../../../lab/index.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { evidenceOf } from '../../scenarios/fixtures/evidence.ts';
import { converse, ROUND_ROBIN, sceneOf } from '../../scenarios/fixtures/wire.ts';

describe('the connection that stands for a session', () => {
  it.each<Mode>(['nat', 'dr', 'tun'])(
    'is a capture of all its packets, each once for every link that it crossed: %s',
    async (mode) => {
      await using directory = await temporaryRunDirectory();
      const scene = sceneOf(mode);
      const evidence = evidenceOf(scene, { transmissions: converse(scene) });
      const file = join(directory.path, 'connection.pcap');
      expect(await savePathCapture(evidence, observedPath(evidence), file)).toBe(true);
      const { packets } = await readCapture({ host: '', interface: '', file });
      expect(packets).toHaveLength(converse(scene, ROUND_ROBIN.slice(0, 1)).length);
      const clientPorts = packets.map(({ payload }) =>
        Math.max(payload?.sourcePort ?? 0, payload?.destinationPort ?? 0),
      );
      expect(new Set(clientPorts)).toEqual(new Set([ROUND_ROBIN[0]?.clientPort]));
      const times = packets.map(({ time }) => time);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    },
  );

  it('is not written where no server answered', async () => {
    await using directory = await temporaryRunDirectory();
    const evidence = evidenceOf(sceneOf('nat'), { transmissions: [] });
    const file = join(directory.path, 'connection.pcap');
    expect(await savePathCapture(evidence, observedPath(evidence), file)).toBe(false);
  });
});
