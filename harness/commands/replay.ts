/** `lvs-lab replay` */

import { glob, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { CodedError } from '../../director/coded-error.ts';
import { RuleError } from '../../director/index.ts';
import { printable, printableJson } from '../../director/shown-text.ts';
import { CaptureError } from '../../lab/captures/read-capture.ts';
import { writeCapture } from '../../lab/captures/write-capture.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import { installed } from '../environment/installation.ts';
import { replayCapture } from '../replay/capture/capture-replay.ts';
import {
  type GivenPort,
  type GivenRoute,
  NetworkOptionError,
  parsePort,
  parseRoute,
} from '../replay/capture/network-options.ts';
import { openForReplay } from '../replay/capture/open-for-replay.ts';
import { captureReplaySummary, renderCaptureReplay } from '../replay/capture/report.ts';
import { recordReplay } from '../replay/record-replay.ts';
import { readRules } from '../rule-files/index.ts';
import { recordRun } from '../run/record-run.ts';
import { commandLine, terminalFor } from './output.ts';
import { DEFAULT_OUT } from './values.ts';

const GOLDEN = installed('test', 'golden');
const RECORDING = /\/(?:(?:decisions|states|ipvsadm)\/[^/]+|case)\.json$/;

interface Flags {
  readonly json?: boolean;
  readonly rules?: string;
  readonly in?: string;
  readonly out?: string;
  readonly port?: readonly GivenPort[];
  readonly route?: readonly GivenRoute[];
  readonly sysctl?: readonly string[];
}

const DESCRIPTION = [
  'Compares the director with what the kernel did, or shows what it does with a capture. Both run in memory, without ' +
    'a network or privileges.',
  'Recordings: plays each recorded case to the director’s core under a virtual clock and compares every decision, ' +
    'counter, state, timer and packet with what the kernel did. Shows the first difference of each case, and writes ' +
    'a result and its reports.',
  'A capture (--rules, --in, --out): plays its frames to the director with your own rules, at the times of the ' +
    'capture, and writes what the director sends.',
].join('\n\n');

const MORE_HELP = `
Examples:
  lvs-lab replay                             all recordings
  lvs-lab replay test/golden/packets/nat     those in one folder
  lvs-lab replay --json --out results        JSON on stdout, reports in results/
  lvs-lab replay --rules rules --in client-side.pcap --out sent.pcap
  lvs-lab replay --rules rules --in both-sides.pcap --out sent.pcap \\
    --port eth0,02:00:00:00:01:01,10.0.1.1/24 \\
    --port eth1,02:00:00:00:02:01,10.0.2.1/24,mtu=1400 \\
    --route 10.0.3.0/24,via,10.0.2.253

Formats of a capture:
  pcap and pcapng, of Ethernet, with VLAN tags or without, or of all interfaces
  (tcpdump -i any), also compressed by gzip or zstd. VLAN tags are taken off.
  Packets must be whole (-s 0). What is sent is written as pcap of Ethernet.
  Names in rules are looked up on this machine; ipvsadm -S -n saves numbers.

The director of a capture:
  Without --port it is the host to which the first frame for one of the services
  is addressed; it has a second port if replies from NAT servers go to another
  MAC address. The equivalent --port options are printed. The director owns the
  addresses of the services. Destinations covered by no --port and no --route
  are on the first port's link.
  Every host answers ARP, with the MAC address that the capture shows or else
  with 02:00 and the four bytes of the IP address. Neither ARP nor answers of
  the director's own IP stack are written. Frames that the captured director
  sent, and frames addressed to other hosts, are skipped. In a capture of all
  interfaces the director is the host that made it, and has one port.
  A capture that starts in the middle of connections needs --sysctl
  sloppy_tcp=1, which lets any segment open one.

Exit codes:
  0  all equal, or the capture was replayed
  1  something differs
  2  a file cannot be read or written, or the command line is wrong
  3  the results cannot be written`;

export function addReplayCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('replay')
    .summary('compare the director with recordings of the kernel’s IPVS, or play a capture to it, in memory')
    .description(DESCRIPTION)
    .addArgument(new Argument('[file...]', 'recordings, or folders of them (default: test/golden)'))
    .option(
      '--json',
      'print JSON; recordings: equal and different cases and steps of each file; a capture: what happened to its frames',
    )
    .option(
      '--rules <file>',
      'a capture: what ipvsadm -S -n or ipvsadm -L -n prints, or a keepalived.conf; - for standard input',
    )
    .option('--in <pcap>', 'a capture: frames to play, in any format named below')
    .option(
      '-o, --out <path>',
      'recordings: folder for the results (default: reports/out); a capture: where to write what the director sends',
    )
    .option(
      '--port <port>',
      'a port of the director: NAME,MAC,ADDRESS/LENGTH[,…][,mtu=BYTES]; repeatable',
      given(parsePort),
    )
    .option('--route <route>', 'a route of the director: PREFIX,via,GATEWAY; repeatable', given(parseRoute))
    .option('--sysctl <name=value>', 'a setting of net.ipv4.vs; repeatable', given(String))
    .addHelpText('after', MORE_HELP)
    .action(async (files: string[], flags: Flags) => {
      try {
        onExit(isAboutCapture(flags) ? await capture(files, flags) : await recordings(files, flags));
      } catch (error) {
        if (!isUsersConcern(error)) throw error;
        process.stderr.write(printable(`lvs-lab replay: ${error.message}\n`));
        onExit(EXIT_CODES.usage);
      }
    });
}

class ReplayUsageError extends CodedError {
  readonly code = 'REPLAY_USAGE';
}

function isUsersConcern(error: unknown): error is Error {
  return [CaptureError, RuleError, NetworkOptionError, ReplayUsageError].some(
    (kind) => error instanceof kind,
  );
}

/** Recordings have a folder for their results, so `--out` by itself says nothing. */
function isAboutCapture({ rules, in: input, port, route, sysctl }: Flags): boolean {
  return [rules, input, port, route, sysctl].some((given) => given !== undefined);
}

async function recordings(
  given: readonly string[],
  { json = false, out = DEFAULT_OUT }: Flags,
): Promise<number> {
  const paths = given.length === 0 ? [GOLDEN] : given;
  const files = (await Promise.all(paths.map(recordingsIn))).flat();
  const { terminal, onResult } = terminalFor(json, ({ replay }) => replay);
  // Nothing is left to chance in a replay: the seed is only what every result has.
  const run = { outDirectory: resolve(out), seed: 1, command: commandLine(), onResult };
  return recordRun(run, terminal, (recorder, interruption) => recordReplay(recorder, files, interruption));
}

/** The file itself, or the recordings below a folder, which are known by their names. */
async function recordingsIn(path: string): Promise<string[]> {
  const isDirectory = await stat(path)
    .then((found) => found.isDirectory())
    .catch(() => false);
  if (!isDirectory) return [path];
  const files = await Array.fromAsync(glob('**/*.json', { cwd: path }), (name) => resolve(path, name));
  const found = files.filter((file) => RECORDING.test(file)).sort();
  if (found.length === 0) {
    throw new ReplayUsageError(
      `below ${path} there is no recording: case.json, or a file in a folder decisions, states or ipvsadm`,
    );
  }
  return found.map((file) => relative(process.cwd(), file));
}

async function capture(files: readonly string[], flags: Flags): Promise<number> {
  const { rules, in: input, out, json, port: ports = [], route: routes = [], sysctl: settings = [] } = flags;
  if (rules === undefined || input === undefined || out === undefined || files.length > 0) {
    throw new ReplayUsageError(
      'a capture is replayed with --rules, --in and --out together, and without recordings',
    );
  }
  if (ports.length === 0 && routes.length > 0)
    throw new ReplayUsageError('--route needs the --port that it leads out of');
  const { capture: frames, remarks } = await openForReplay(input);
  const replay = replayCapture(frames, { rules: await readRules(rules), ports, routes, settings });
  await writeCapture(out, replay.sent);
  const about = { in: input, out, portsAreDerived: ports.length === 0, remarks };
  process.stdout.write(
    json ? printableJson(captureReplaySummary(replay, about)) : printable(renderCaptureReplay(replay, about)),
  );
  return EXIT_CODES.passed;
}

/** Collects the values of an option that may be repeated. */
function given<T>(parse: (text: string) => T): (text: string, before?: readonly T[]) => T[] {
  return (text, before = []) => {
    try {
      return [...before, parse(text)];
    } catch (error) {
      if (error instanceof NetworkOptionError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}
