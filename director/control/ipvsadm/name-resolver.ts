/** Names of hosts and services, as this machine knows them. */
import { lookup, lookupService } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { parseIpv4 } from '../../wire/addresses.ts';
import type { ProtocolName } from '../../wire/ipv4.ts';

/** What a parser asks for while it reads a command line. */
export type NameQuestion =
  /** The IPv4 address of a host, as a signed 32-bit integer. */
  | { readonly host: string }
  /** The port of a service. */
  | { readonly service: string; readonly protocol: ProtocolName };

/** Undefined if nobody has that name. */
export type NameAnswer = number | undefined;

/** A parser: yields its questions, is resumed with the answers, and returns what it has read. */
export type Asking<Result> = Generator<NameQuestion, Result, NameAnswer>;

export interface NameResolver {
  /** An IPv4 address of a host, dotted; undefined if nobody has that name. */
  hostAddress(name: string): Promise<string | undefined>;
  /** The name of the host with an address, IPv4 or IPv6; undefined if it has none. */
  hostName(address: string): Promise<string | undefined>;
  servicePort(name: string, protocol: ProtocolName): Promise<number | undefined>;
  serviceName(port: number, protocol: ProtocolName): Promise<string | undefined>;
}

const SERVICES_FILE = '/etc/services';

/** Where a machine has its names. */
export interface NameSources {
  /** The IPv4 address of a host. Rejects if nobody has that name. */
  hostAddress(name: string): Promise<string>;
  /** The name of the host with an address, or the address if it has none. */
  hostName(address: string): Promise<string>;
  /** The text of `/etc/services`. */
  services(): Promise<string>;
}

/** Asks the C library for hosts (/etc/hosts, DNS). */
const SYSTEM: NameSources = {
  hostAddress: async (name) => (await lookup(name, { family: 4 })).address,
  hostName: async (address) => (await lookupService(address, 0)).hostname,
  services: () => readFile(SERVICES_FILE, 'utf8'),
};

/** A source that fails knows of no name. */
export class SystemResolver implements NameResolver {
  readonly #sources: NameSources;
  #services: Promise<ServiceNames> | undefined;

  /** @param sources Those of this machine unless given. */
  constructor(sources = SYSTEM) {
    this.#sources = sources;
  }

  async hostAddress(name: string): Promise<string | undefined> {
    if (name === '') return undefined;
    try {
      return await this.#sources.hostAddress(name);
    } catch {
      return undefined;
    }
  }

  async hostName(address: string): Promise<string | undefined> {
    try {
      const name = await this.#sources.hostName(address);
      return name === address ? undefined : name;
    } catch {
      return undefined;
    }
  }

  async servicePort(name: string, protocol: ProtocolName): Promise<number | undefined> {
    return (await this.#file()).port(name, protocol);
  }

  async serviceName(port: number, protocol: ProtocolName): Promise<string | undefined> {
    return (await this.#file()).name(port, protocol);
  }

  #file(): Promise<ServiceNames> {
    this.#services ??= this.#sources.services().then(
      (text) => new ServiceNames(text),
      () => new ServiceNames(''),
    );
    return this.#services;
  }
}

/** Answers a parser. */
export async function answerTo(question: NameQuestion, resolver: NameResolver): Promise<NameAnswer> {
  if ('service' in question) return resolver.servicePort(question.service, question.protocol);
  const address = await resolver.hostAddress(question.host);
  return address === undefined ? undefined : parseIpv4(address);
}

/** Names of services, as `/etc/services` lists them: `name port/protocol alias…`. */
export class ServiceNames {
  readonly #ports = new Map<string, number>();
  readonly #names = new Map<string, string>();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const [name, endpoint, ...aliases] = (line.split('#')[0] as string)
        .split(/\s+/)
        .filter((word) => word !== '');
      const [port, protocol] = endpoint?.split('/') ?? [];
      if (name === undefined || protocol === undefined || !/^\d+$/.test(port as string)) continue;
      this.#add(Number(port), protocol, [name, ...aliases]);
    }
  }

  port(name: string, protocol: string): number | undefined {
    return this.#ports.get(`${name}/${protocol}`);
  }

  name(port: number, protocol: string): string | undefined {
    return this.#names.get(`${port}/${protocol}`);
  }

  /** Of several lines for one name or port the first counts. */
  #add(port: number, protocol: string, names: readonly string[]): void {
    const endpoint = `${port}/${protocol}`;
    if (!this.#names.has(endpoint)) this.#names.set(endpoint, names[0] as string);
    for (const name of names) {
      if (!this.#ports.has(`${name}/${protocol}`)) this.#ports.set(`${name}/${protocol}`, port);
    }
  }
}
