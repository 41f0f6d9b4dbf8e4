/** The listing that `ipvsadm -L -n` prints, as rules. */
import { RuleError } from '../../director/index.ts';

const SERVICE_OPTION: Readonly<Record<string, string>> = {
  TCP: '-t',
  UDP: '-u',
  SCTP: '--sctp-service',
  FWM: '-f',
};
const METHOD_OPTION: Readonly<Record<string, string>> = {
  Masq: '-m',
  Route: '-g',
  Local: '-g',
  Tunnel: '-i',
};
const SERVICE = /^(TCP|UDP|SCTP|FWM)\s+(\S+)\s+(\w+)(.*)$/;
const SERVER = /^\s+->\s+(\S+)\s+(Masq|Route|Local|Tunnel)\s+(\d+)\b/;
/** The version, and the two lines that name the columns. */
const HEADING = /^(IP Virtual Server version |Prot LocalAddress|\s+-> RemoteAddress)/;

/** @throws RuleError naming the line that is not one of such a listing. */
export function rulesOfListing(text: string, name: string): string {
  let service: string | undefined;
  const rules = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '' || HEADING.test(line)) return [];
    const [, protocol = '', address = '', scheduler = '', more = ''] = SERVICE.exec(line) ?? [];
    if (protocol !== '') {
      service = `${SERVICE_OPTION[protocol]} ${address}`;
      return [
        `-A ${service}${address.startsWith('[') && protocol === 'FWM' ? ' -6' : ''} -s ${scheduler}${optionsOf(more)}`,
      ];
    }
    const [, server, method = '', weight] = SERVER.exec(line) ?? [];
    if (server === undefined || service === undefined) {
      throw new RuleError(
        `${name}, line ${index + 1}: neither a virtual service nor a real server as "ipvsadm -L -n" lists them\n  ${line.trim()}`,
      );
    }
    return [`-a ${service} -r ${server} ${METHOD_OPTION[method]} -w ${weight}`];
  });
  return rules.join('\n');
}

/** What stands behind the scheduler: `(flag-1) persistent 360 mask 255.255.255.0 ops`. */
function optionsOf(text: string): string {
  const flags = /\(([^)]+)\)/.exec(text)?.[1];
  const timeout = /\bpersistent (\d+)/.exec(text)?.[1];
  const mask = /\bmask (\S+)/.exec(text)?.[1];
  const engine = /\bpe (\S+)/.exec(text)?.[1];
  return [
    flags === undefined ? '' : ` -b ${flags}`,
    timeout === undefined ? '' : ` -p ${timeout}`,
    mask === undefined ? '' : ` -M ${mask}`,
    engine === undefined ? '' : ` --pe ${engine}`,
    /\bops\b/.test(text) ? ' -o' : '',
  ].join('');
}
