/**
 * Services and servers as the commands of ipvsadm make them: what is refused and what is saved afterwards. A service is known
 * by its key, such as `-t 10.0.1.100:80`, a server by ADDRESS:PORT.
 */

export interface ServiceOptions {
  readonly scheduler: string;
  readonly persistenceS?: number;
  /** Dotted; of single addresses unless given. */
  readonly netmask?: string;
  readonly isOnePacket?: boolean;
  readonly flags?: string;
}

export interface ServerOptions {
  readonly weight: number;
  readonly upper: number;
  readonly lower: number;
}

export type RuleCommand =
  | { readonly command: '-A' | '-E'; readonly service: string; readonly options: ServiceOptions }
  | { readonly command: '-D'; readonly service: string }
  | {
      readonly command: '-a' | '-e';
      readonly service: string;
      readonly server: string;
      readonly options: ServerOptions;
    }
  | { readonly command: '-d'; readonly service: string; readonly server: string }
  | { readonly command: '-C' };

export interface ModelServer extends ServerOptions {
  readonly name: string;
}

interface ModelService {
  options: ServiceOptions;
  /** In the kernel's order: the one added last comes first. */
  servers: ModelServer[];
}

export class RuleTables {
  readonly services = new Map<string, ModelService>();

  /** Carries a command out. @returns What ipvsadm says where it is refused. */
  apply(rule: RuleCommand): string | undefined {
    if (rule.command === '-C') {
      this.services.clear();
      return undefined;
    }
    const service = this.services.get(rule.service);
    switch (rule.command) {
      case '-A':
        if (service !== undefined) return 'Service already exists';
        this.services.set(rule.service, { options: rule.options, servers: [] });
        return undefined;
      case '-E':
        if (service === undefined) return 'No such service';
        service.options = rule.options;
        return undefined;
      case '-D':
        return this.services.delete(rule.service) ? undefined : 'No such service';
    }
    if (service === undefined) return 'Service not defined';
    const at = service.servers.findIndex(({ name }) => name === rule.server);
    if (rule.command === '-d') {
      if (at < 0) return 'No such destination';
      service.servers.splice(at, 1);
      return undefined;
    }
    if (rule.options.lower > rule.options.upper) return 'Numerical result out of range';
    const server = { name: rule.server, ...rule.options };
    if (rule.command === '-a') {
      if (at >= 0) return 'Destination already exists';
      service.servers.unshift(server);
      return undefined;
    }
    if (at < 0) return 'No such destination';
    service.servers[at] = server;
    return undefined;
  }

  /** The lines that make a service anew, its servers by name; thresholds are not saved. @param method Words of the forwarding method, with the tunnel’s behind the weight. */
  saved(key: string, { option, tunnel }: { readonly option: string; readonly tunnel: string }): string[] {
    const { options, servers } = this.services.get(key) as ModelService;
    const sorted = [...servers].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    return [
      `-A ${key} ${serviceWords(options)}`,
      ...sorted.map(({ name, weight }) => `-a ${key} -r ${name} ${option} -w ${weight}${tunnel}`),
    ];
  }
}

/** The options of a service in the order in which they are saved. */
export function serviceWords({
  scheduler,
  persistenceS,
  netmask,
  isOnePacket,
  flags,
}: ServiceOptions): string {
  return [
    `-s ${scheduler}`,
    ...(persistenceS === undefined ? [] : [`-p ${persistenceS}`]),
    ...(persistenceS === undefined || netmask === undefined ? [] : [`-M ${netmask}`]),
    ...(isOnePacket === true ? ['-o'] : []),
    ...(flags === undefined ? [] : [`-b ${flags}`]),
  ].join(' ');
}

/** The words of a command. @param option Of the forwarding method. */
export function wordsOf(rule: RuleCommand, option: string): string {
  switch (rule.command) {
    case '-C':
      return '-C';
    case '-A':
    case '-E':
      return `${rule.command} ${rule.service} ${serviceWords(rule.options)}`;
    case '-D':
      return `-D ${rule.service}`;
    case '-d':
      return `-d ${rule.service} -r ${rule.server}`;
    default: {
      const { weight, upper, lower } = rule.options;
      return `${rule.command} ${rule.service} -r ${rule.server} ${option} -w ${weight} -x ${upper} -y ${lower}`;
    }
  }
}
