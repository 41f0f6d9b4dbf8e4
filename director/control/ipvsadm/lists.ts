/** The commands that print: `-L` in all its forms, and `-S`. */

import type { ListedDaemon, ListedService } from './backend/answers.ts';
import type { IpvsBackend } from './backend/backend.ts';
import type { CommandLine, ListFormat } from './command-line.ts';
import { type EndpointText, namedText, numericText } from './endpoint-text.ts';
import type { IpvsadmEnvironment } from './environment.ts';
import { allServices, ask, connectionPages } from './fetch.ts';
import { connectionsTitle, listConnection, portProtocol } from './list-connections.ts';
import { listService, listTitle } from './list-services.ts';
import { serviceName } from './operations-of.ts';
import { saveService } from './save-rules.ts';
import { sortedServices } from './sorting.ts';

export class Lists {
  readonly #backend: IpvsBackend;
  readonly #environment: IpvsadmEnvironment;

  constructor(backend: IpvsBackend, environment: IpvsadmEnvironment) {
    this.#backend = backend;
    this.#environment = environment;
  }

  /** `-L` @throws BackendRefusalError */
  async list(line: CommandLine): Promise<void> {
    const { given, format } = line;
    if (given.has('connection')) return this.#connections(format);
    if (given.has('service-address')) return this.#service(line);
    if (given.has('timeout')) return this.#timeouts();
    if (given.has('daemon')) return this.#daemons();
    return this.everything(format);
  }

  /** Every service. */
  async everything(format: ListFormat): Promise<void> {
    const { version, tableSize } = await ask(this.#backend, { do: 'get-info' });
    const numbers = [version >> 16, (version >> 8) & 0xff, version & 0xff].join('.');
    const title = `IP Virtual Server version ${numbers} (size=${tableSize})\n${listTitle(format)}`;
    this.#write(title + (await this.#services(await allServices(this.#backend), format, listService)));
  }

  /** `-S` */
  async save(format: ListFormat): Promise<void> {
    this.#write(
      await this.#services(await allServices(this.#backend), format, (service, _, text) =>
        saveService(service, text),
      ),
    );
  }

  async #service(line: CommandLine): Promise<void> {
    const question = { do: 'get-service', service: serviceName(line) } as const;
    const { service } = await ask(this.#backend, question);
    this.#write(listTitle(line.format) + (await this.#services([service], line.format, listService)));
  }

  async #services(
    services: readonly ListedService[],
    format: ListFormat,
    print: (service: ListedService, format: ListFormat, text: EndpointText) => string,
  ): Promise<string> {
    const text = format.numeric
      ? numericText
      : await namedText(services.flatMap(endpointsOf), this.#environment.resolver);
    const ordered = format.unsorted ? services : sortedServices(services);
    return ordered.map((service) => print(service, format, text)).join('');
  }

  async #connections({ numeric, persistentConnections }: ListFormat): Promise<void> {
    this.#write(connectionsTitle(persistentConnections === true));
    for await (const page of connectionPages(this.#backend)) {
      const endpoints = page.flatMap((connection) => {
        const protocol = portProtocol(connection);
        const { client, virtual, server } = connection;
        return [client, virtual, server].map((endpoint) => ({ endpoint, protocol }));
      });
      const text = numeric ? numericText : await namedText(endpoints, this.#environment.resolver);
      this.#write(page.map((connection) => listConnection(connection, text)).join(''));
    }
  }

  async #timeouts(): Promise<void> {
    const { tcp, tcpFin, udp } = await ask(this.#backend, { do: 'get-timeouts' });
    this.#write(`Timeout (tcp tcpfin udp): ${tcp} ${tcpFin} ${udp}\n`);
  }

  async #daemons(): Promise<void> {
    const { daemons } = await ask(this.#backend, { do: 'list-daemons' });
    this.#write(daemons.map(daemonLine).join(''));
  }

  #write(text: string): void {
    if (text !== '') this.#environment.stdout.write(text);
  }
}

function endpointsOf(service: ListedService) {
  const protocol = 'mark' in service ? undefined : service.protocol;
  const own = 'mark' in service ? [] : [service];
  return [...own, ...service.servers].map((endpoint) => ({ endpoint, protocol }));
}

function daemonLine({ role, interface: name, syncId, maxBytes, group, port, ttl }: ListedDaemon): string {
  const settings = `mcast=${name}, syncid=${syncId}, maxlen=${maxBytes}, group=${group}, port=${port}, ttl=${ttl}`;
  return `${role} sync daemon (${settings})\n`;
}
