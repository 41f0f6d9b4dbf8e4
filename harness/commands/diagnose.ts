/** `lvs-lab diagnose` */
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { RuleError } from '../../director/index.ts';
import { CaptureError, type DecodedCapture, readCapture } from '../../lab/captures/read-capture.ts';
import { EXIT_CODES, type Misconfiguration } from '../../reports/result.ts';
import { counted } from '../../statistics/number-text.ts';
import { sitesOf } from '../diagnosis/captured-sites.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { COLLECT_COMMAND, FactsError, type HostFacts, readFacts } from '../diagnosis/host-facts.ts';
import type { Site } from '../diagnosis/site.ts';

interface OfHost {
  readonly host: string;
  readonly file: string;
}

interface Flags {
  readonly rules: string;
  readonly pcap: readonly OfHost[];
  readonly facts?: readonly OfHost[];
  readonly json?: boolean;
}

const MORE_HELP = `
HOST is "director", the address (RIP) of a real server as the rules name it, or any other name for a client or a router.
Capture whole packets, Ethernet headers included, while clients try to connect:

  tcpdump -i eth0 -s 0 -w director.pcap        on the director, and likewise on a real server
  ipvsadm -S -n > rules                        on the director

On the wire a missing VIP and a reverse path filter look alike. Settings collected on the host tell them apart:

  (${COLLECT_COMMAND}) > facts

Example:
  lvs-lab diagnose --rules rules --pcap director=director.pcap --pcap 10.0.2.11=rs1.pcap --facts 10.0.2.11=facts

Exit codes:
  0 nothing found   1 a misconfiguration was found   2 bad usage, rules, captures or facts
`;

export function addDiagnoseCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('diagnose')
    .summary('find misconfigurations at a real site, from its captures')
    .description(
      'Reads captures from a site’s director and real servers, together with the rules, and names each ' +
        'misconfiguration (gateway, ARP, VIP, tunnel, rp_filter, ip_forward, offloads) and its fix.',
    )
    .requiredOption('--rules <file>', 'rules as `ipvsadm -S -n` writes them')
    .requiredOption('--pcap <HOST=FILE>', 'a capture of a host; repeatable', collectOfHost)
    .option('--facts <HOST=FILE>', 'settings collected on a host (see below); repeatable', collectOfHost)
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', MORE_HELP)
    .action(async (flags: Flags) => {
      try {
        onExit(await run(flags));
      } catch (error) {
        const isUsersConcern = [CaptureError, RuleError, FactsError].some((kind) => error instanceof kind);
        if (!isUsersConcern && !isUnreadable(error)) throw error;
        process.stderr.write(`lvs-lab diagnose: ${(error as Error).message}\n`);
        onExit(EXIT_CODES.usage);
      }
    });
}

async function run({ rules, pcap, facts = [], json }: Flags): Promise<number> {
  const given = {
    rules: await readFile(rules, 'utf8'),
    rulesName: rules,
    captures: await Promise.all(
      pcap.map(({ host, file }) => readCapture({ host, interface: 'capture', file })),
    ),
    facts: new Map(
      await Promise.all(
        facts.map(
          async ({ host, file }): Promise<[string, HostFacts]> => [
            host,
            readFacts(await readFile(file, 'utf8'), file),
          ],
        ),
      ),
    ),
  };
  const sites = sitesOf(given);
  const unknown = facts.find(({ host }) => !sites.some((site) => hostNames(site).includes(host)));
  if (unknown !== undefined) {
    throw new FactsError(
      `--facts ${unknown.host}: neither "director" nor a real server of the rules (${sites.flatMap(({ servers }) => servers.map(({ host }) => host)).join(', ')})`,
    );
  }
  const found = sites.flatMap(diagnose);
  process.stdout.write(
    json === true
      ? `${JSON.stringify(found, null, 2)}\n`
      : inWords(found, nothingFound(sites, given.captures)),
  );
  return found.length > 0 ? EXIT_CODES.failed : EXIT_CODES.passed;
}

function hostNames({ director, servers }: ReturnType<typeof sitesOf>[number]): string[] {
  return [director.host, ...servers.map(({ host }) => host)];
}

/** What was looked at without finding anything wrong. */
function nothingFound(sites: readonly Site[], captures: readonly DecodedCapture[]): string {
  const packets = captures.reduce((sum, capture) => sum + capture.packets.length, 0);
  const services = sites.reduce((sum, site) => sum + site.services.length, 0);
  return `No misconfiguration found in ${counted(packets, 'packet')} for ${counted(services, 'virtual service')}.`;
}

function inWords(found: readonly Misconfiguration[], nothing: string): string {
  if (found.length === 0) return `${nothing}\n`;
  return found
    .map(({ id, host, message, cure, findings }) =>
      [
        `${id}: ${message}`,
        `  on ${host}:`,
        ...cure.map((command) => `    ${command}`),
        ...findings.flatMap((one) => [
          `  ${one.message}${one.packet === undefined ? '' : ` Frame ${one.packet.frame} of ${one.packet.capture}: ${one.packet.summary}`}`,
          ...one.fields.map(
            ({ field, expected, seen }) => `    ${field}: expected ${expected}, seen ${seen}`,
          ),
        ]),
        '',
      ].join('\n'),
    )
    .join('\n');
}

function collectOfHost(value: string, before: readonly OfHost[] | undefined): OfHost[] {
  const at = value.indexOf('=');
  if (at <= 0 || at === value.length - 1) {
    throw new InvalidArgumentError(`Expected HOST=FILE, such as director=director.pcap; got "${value}".`);
  }
  return [...(before ?? []), { host: value.slice(0, at), file: value.slice(at + 1) }];
}

function isUnreadable(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EISDIR'].includes(String(error.code))
  );
}
