/** Names of hosts and services in rules, as `ipvsadm -S` and `ipvsadm -L` write them without `-n`. */
import { type NameResolver, RuleError } from '../../director/index.ts';

type Protocol = 'tcp' | 'udp' | 'sctp';

/** Options whose value is an endpoint, with the protocol that they name. */
const ENDPOINT_OPTIONS: Readonly<Record<string, Protocol | undefined>> = {
  '-t': 'tcp',
  '--tcp-service': 'tcp',
  '-u': 'udp',
  '--udp-service': 'udp',
  '--sctp-service': 'sctp',
  '-r': undefined,
  '--real-server': undefined,
};
/** As a rule begins; nothing is looked up for other text. */
const RULE = /^\s*(?:ipvsadm\s+)?-/;
const ENDPOINT = /^(\[[^\]]*\]|[^:]*)(?::([^:]+))?$/;

/**
 * The same rules with numbers, as `ipvsadm -R` would understand them on this machine.
 *
 * @param file Name of the rules, for messages.
 * @throws RuleError for a name that this machine does not know.
 */
export async function withoutNames(rules: string, file: string, resolver: NameResolver): Promise<string> {
  const lines = rules.split('\n').map(async (line, at) => {
    if (!RULE.test(line)) return line;
    // Separators are kept, so that a line without names stays as it is.
    const words = line.split(/(\s+)/);
    const protocol = words.map((word) => ENDPOINT_OPTIONS[word]).find((found) => found !== undefined);
    const numeric = words.map((word, i) =>
      Object.hasOwn(ENDPOINT_OPTIONS, words[i - 2] ?? '')
        ? numericEndpoint(word, protocol, `${file}, line ${at + 1}`, resolver)
        : word,
    );
    return (await Promise.all(numeric)).join('');
  });
  return (await Promise.all(lines)).join('\n');
}

/** A word that is no endpoint is left to whoever reads the rules. */
async function numericEndpoint(
  word: string,
  protocol: Protocol | undefined,
  where: string,
  resolver: NameResolver,
): Promise<string> {
  const [, host = '', port] = ENDPOINT.exec(word) ?? [];
  if (host === '') return word;
  const isName = !/^(\[.*\]|[\d.]+)$/.test(host);
  const address = isName ? await resolver.hostAddress(host) : host;
  if (address === undefined) throw unknown(where, `host "${host}"`);
  if (port === undefined) return address;
  if (protocol === undefined || /^\d+$/.test(port)) return `${address}:${port}`;
  const number = await resolver.servicePort(port, protocol);
  if (number === undefined) throw unknown(where, `${protocol} service "${port}"`);
  return `${address}:${number}`;
}

function unknown(where: string, what: string): RuleError {
  return new RuleError(
    `${where}: this machine does not know the ${what}: save the rules with numbers (ipvsadm -S -n)`,
  );
}
