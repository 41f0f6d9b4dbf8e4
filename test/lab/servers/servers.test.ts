import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bodyOf,
  bringUp,
  type Lab,
  type LabProcess,
  STORE_ADDRESS,
  STORE_PORT,
  startHttpServers,
  startStore,
  startUdpServers,
  topologies,
} from '../../../lab/index.ts';
import { describeAsRoot } from '../../root.ts';
import { packetsIn, temporaryRunDirectory } from '../fixtures/traces.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('the body for a size', () => {
  it('has that size, its digest, and the same bytes whenever it is made', () => {
    for (const size of [0, 1, 1460, 100_000]) {
      const body = bodyOf(size);
      expect(body.bytes).toHaveLength(size);
      expect(body.sha256).toBe(sha256(body.bytes));
    }
    const before = Buffer.from(bodyOf(5000).bytes);
    for (let size = 1; size < 20; size++) bodyOf(size);
    expect(bodyOf(5000).bytes.equals(before)).toBe(true);
  });
});

describeAsRoot('real servers', () => {
  let directory: Awaited<ReturnType<typeof temporaryRunDirectory>>;
  let lab: Lab;
  let store: LabProcess;

  beforeAll(async () => {
    directory = await temporaryRunDirectory();
    lab = await bringUp(topologies.nat({ servers: 2 }), { runDirectory: directory.path });
    store = await startStore(lab);
    await Promise.all([startHttpServers(lab, { port: 80 }), startUdpServers(lab, { port: 9000 })]);
  });

  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  /** Asks a server for something from the client: status, headers by lower-case name, body. */
  async function ask(server: 1 | 2, path: string, ...args: string[]) {
    const url = `http://10.0.2.1${server}${path}`;
    const { stdout } = await lab
      .host('client')
      .run('curl', ['--silent', '--show-error', '--include', '--max-time', '10', ...args, url], {
        encoding: 'buffer',
        stripFinalNewline: false,
      });
    const output = Buffer.from(stdout);
    const end = output.indexOf('\r\n\r\n');
    const [statusLine = '', ...lines] = output.toString('latin1', 0, end).split('\r\n');
    const headers = Object.fromEntries(
      lines
        .map((line) => line.split(': ') as [string, string])
        .map(([name, value]) => [name.toLowerCase(), value]),
    );
    return { status: Number(statusLine.split(' ')[1]), headers, body: output.subarray(end + 4) };
  }

  const json = ({ body }: { body: Buffer }) => JSON.parse(body.toString()) as Record<string, unknown>;

  it('say who they are', async () => {
    for (const number of [1, 2] as const) {
      const answer = await ask(number, '/');
      expect(answer.status).toBe(200);
      expect(answer.headers['x-real-server']).toBe(`rs${number}`);
      expect(json(answer)).toEqual({ server: `rs${number}` });
    }
  });

  it('send the same bytes of a size, and their digest', async () => {
    const [one, two] = [await ask(1, '/bytes?size=123457'), await ask(2, '/bytes?size=123457')];
    expect(one.body).toHaveLength(123457);
    expect(one.body.equals(two.body)).toBe(true);
    expect(one.headers['x-body-sha256']).toBe(sha256(one.body));
    expect((await ask(1, '/bytes?size=-1')).status).toBe(400);
    expect((await ask(1, '/bytes')).status).toBe(400);
  });

  it('digest what they get', async () => {
    const sent = randomBytes(300_000);
    const url = 'http://10.0.2.12/digest';
    const { stdout } = await lab
      .host('client')
      .run('curl', ['--silent', '--max-time', '10', '--data-binary', '@-', url], { input: sent });
    expect(JSON.parse(stdout)).toEqual({ server: 'rs2', bytes: 300_000, sha256: sha256(sent) });
  });

  it('keep a connection open, or close it when asked', async () => {
    const twice = [
      '--silent',
      '--write-out',
      '%{num_connects}',
      '--output',
      '/dev/null',
      '--output',
      '/dev/null',
    ];
    const urls = ['http://10.0.2.11/', 'http://10.0.2.11/'];
    expect((await lab.host('client').run('curl', [...twice, ...urls])).stdout).toBe('10');
    expect((await ask(1, '/', '--header', 'Connection: close')).headers.connection).toBe('close');
  });

  it('count a session together, in the store', async () => {
    expect(json(await ask(1, '/session?id=alice'))).toEqual({ server: 'rs1', count: 1 });
    expect(json(await ask(2, '/session?id=alice'))).toEqual({ server: 'rs2', count: 2 });
    expect(json(await ask(2, '/session?id=bob'))).toEqual({ server: 'rs2', count: 1 });
    expect((await ask(1, '/session')).status).toBe(400);
  });

  it('know no other path', async () => {
    const answer = await ask(1, '/elsewhere');
    expect(answer.status).toBe(404);
    expect(json(answer).error).toContain('GET /elsewhere');
  });

  it('answer a datagram with their name and what it said', async () => {
    const program = fileURLToPath(new URL('../fixtures/udp-ask.ts', import.meta.url));
    const { stdout } = await lab.host('client').run(process.execPath, [program, '10.0.2.12', '9000', '2']);
    expect(stdout).toBe('rs2 question 1\nrs2 question 2');
  });

  it('reach the store, and the client does not', async () => {
    const ping = ['-h', STORE_ADDRESS, '-p', `${STORE_PORT}`, 'ping'];
    expect((await lab.host('rs1').run('redis-cli', ping)).stdout).toBe('PONG');
    const fromClient = await lab
      .host('client')
      .run('redis-cli', ['-t', '2', ...ping], { reject: false, timeout: 5_000 });
    expect(fromClient.exitCode).not.toBe(0);
    expect(fromClient.stdout).not.toContain('PONG');
  });

  it('answer 502 and say why while the store is away, and count again when it is back', async () => {
    await store.stop();
    const away = await ask(1, '/session?id=carol');
    expect(away.status).toBe(502);
    expect(json(away).error).toContain(`The store at ${STORE_ADDRESS}:${STORE_PORT} does not answer`);
    store = await startStore(lab);
    expect(json(await ask(1, '/session?id=carol'))).toEqual({ server: 'rs1', count: 1 });
  });
});

describeAsRoot('real servers that hold the VIP', () => {
  it('answer a datagram from the address that it was sent to', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab = await bringUp(topologies.dr({ servers: 1 }), { runDirectory: directory.path });
    await startUdpServers(lab, { port: 9000 });
    const { vip } = lab.topology;
    const captures = await lab.capture([{ host: 'client', interface: 'eth0' }], directory.path);
    // Hands the VIP's packets straight to the server, as a director would.
    await lab
      .host('router')
      .run('ip', ['neigh', 'replace', vip, 'lladdr', '02:00:0a:00:02:0b', 'dev', 'eth1']);
    const program = fileURLToPath(new URL('../fixtures/udp-ask.ts', import.meta.url));
    const { stdout } = await lab.host('client').run(process.execPath, [program, vip, '9000', '1']);
    expect(stdout).toBe('rs1 question 1');
    const [file] = await captures.stop();
    expect((await packetsIn(file!.file, `udp and src host ${vip} and src port 9000`)).length).toBe(1);
  });
});
