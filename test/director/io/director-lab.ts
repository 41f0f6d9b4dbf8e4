/** A NAT network with real servers, and directors to run in it: as processes of their own, as the program is run. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlClient, controlSocketPath } from '../../../director/index.ts';
import {
  bringUp,
  type LabProcess,
  startHttpServers,
  startUdpServers,
  topologies,
} from '../../../lab/index.ts';

/** Its command line. */
export const DIRECTOR = fileURLToPath(new URL('../../../director/main.ts', import.meta.url));
const SEND_RAW = fileURLToPath(new URL('../../lab/fixtures/send-raw.ts', import.meta.url));

export const VIP = '10.0.1.100';
export const CIP = '10.0.1.2';

export const RULES = [
  `-A -t ${VIP}:80 -s rr`,
  `-a -t ${VIP}:80 -r 10.0.2.11:8080 -m`,
  `-a -t ${VIP}:80 -r 10.0.2.12:8080 -m`,
  `-A -u ${VIP}:5300 -s rr`,
  `-a -u ${VIP}:5300 -r 10.0.2.11:5353 -m`,
];

/** Brings it up with two servers, HTTP on port 8080 and UDP echo on 5353, and no director yet. */
export async function directorLab() {
  const directory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
  const lab = await bringUp(topologies.nat({ servers: 2 }), { runDirectory: directory });
  await Promise.all([startHttpServers(lab, { port: 8080 }), startUdpServers(lab, { port: 5353 })]);
  const director = lab.host('director');
  const client = lab.host('client');

  return {
    lab,
    director,
    client,
    control: new ControlClient(controlSocketPath(`/run/netns/${director.namespace}`)),
    socketPath: controlSocketPath(`/run/netns/${director.namespace}`),

    /** Starts a director and resolves when it is ready. */
    async start(rules: readonly string[] = RULES, ...args: readonly string[]): Promise<LabProcess> {
      const all = [DIRECTOR, '--rules', await rulesFile(rules), ...args];
      return director.start('director', process.execPath, all, { ready: /^ready: /m });
    },

    /** Runs a director that is expected to end by itself. */
    async tryToStart(...rules: readonly string[]) {
      const args = [DIRECTOR, '--rules', await rulesFile(rules)];
      return director.run(process.execPath, args, { reject: false, timeout: 20_000 });
    },

    /** Which server answers a request to the VIP, asked from a host. */
    async ask(from = client): Promise<string> {
      const { stdout } = await from.run('curl', ['-sS', '-m', '5', `http://${VIP}/`]);
      return (JSON.parse(stdout) as { server: string }).server;
    },

    /** Sends IPv4 packets from a host as they are. */
    async sendRaw(from: typeof client, ...packets: readonly Buffer[]): Promise<void> {
      await from.run(process.execPath, [SEND_RAW, ...packets.map((packet) => packet.toString('hex'))]);
    },

    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };

  async function rulesFile(rules: readonly string[]): Promise<string> {
    const file = join(directory, 'rules');
    await writeFile(file, `${rules.join('\n')}\n`);
    return file;
  }
}

export type DirectorLab = Awaited<ReturnType<typeof directorLab>>;
