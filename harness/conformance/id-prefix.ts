/** How case ids are selected: by what they start with, where `*` stands for any name between two slashes. */

/** `nat/reply/source` starts with `nat/re`, with `*` + `/reply` and with `nat/*` + `/source`. */
export function startsWith(id: string, prefix: string): boolean {
  const names = id.split('/');
  const asked = prefix.split('/');
  return asked.every((own, at) => {
    const name = names[at];
    if (name === undefined) return false;
    return own === '*' || (at < asked.length - 1 ? name === own : name.startsWith(own));
  });
}

/** The same of any of several; where there is none, every id is selected. */
export function startsWithAny(id: string, prefixes: readonly string[]): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => startsWith(id, prefix));
}
