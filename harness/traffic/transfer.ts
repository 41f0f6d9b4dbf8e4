/** A large body up to a server and one down from it, by curl, with digests on both ends. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bodyOf } from '../../lab/index.ts';
import type { TrafficContext } from './context.ts';
import type { Transfer } from './observed.ts';

const BODY_BYTES = 4 * 1024 * 1024;

const digestAnswer = z.object({ bytes: z.int(), sha256: z.string() });

export async function runTransfer({ lab, client, service }: TrafficContext): Promise<Transfer> {
  const directory = join(lab.runDirectory, 'client');
  await mkdir(directory, { recursive: true });
  const [upload, download] = [join(directory, 'upload.bin'), join(directory, 'download.bin')];
  const sent = bodyOf(BODY_BYTES);
  await writeFile(upload, sent.bytes);
  const base = `http://${service.vipText}:${service.httpPort}`;
  const started = performance.now();

  const post = ['-sS', '--fail-with-body', '-m', '30', '-H', 'Expect:', '--data-binary', `@${upload}`];
  const { stdout: posted } = await client.run('curl', [...post, `${base}/digest`]);
  const received = digestAnswer.parse(JSON.parse(posted));

  const get = ['-sS', '--fail', '-m', '30', '-o', download, '-D', '-'];
  const { stdout: headers } = await client.run('curl', [...get, `${base}/bytes?size=${BODY_BYTES}`]);
  const fetched = await readFile(download);
  const announced = /^x-body-sha256: ([0-9a-f]{64})/im.exec(headers)?.[1] ?? 'no digest announced';
  await Promise.all([rm(upload), rm(download)]);

  return {
    summary: {
      id: 'transfer',
      title: `${BODY_BYTES / 1024 / 1024} MiB up and down`,
      command: `curl --data-binary @upload.bin ${base}/digest; curl ${base}/bytes?size=${BODY_BYTES}`,
      requests: 2,
      errors: 0,
      durationMs: performance.now() - started,
      bytes: received.bytes + fetched.length,
    },
    transfers: [
      {
        direction: 'upload',
        sentBytes: BODY_BYTES,
        receivedBytes: received.bytes,
        sentSha256: sent.sha256,
        receivedSha256: received.sha256,
      },
      {
        direction: 'download',
        sentBytes: BODY_BYTES,
        receivedBytes: fetched.length,
        sentSha256: announced,
        receivedSha256: createHash('sha256').update(fetched).digest('hex'),
      },
    ],
  };
}
