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
